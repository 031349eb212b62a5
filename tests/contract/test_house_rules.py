"""The rules that keep the house clean, each a test: who may import whom, what is pure, what never scans."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.pure import PURE

ROOT = Path(__file__).parents[2]
CAPABILITIES = sorted(path.name for path in (ROOT / "functions").iterdir() if (path / "__init__.py").is_file())
SOURCES = sorted(path for top in ("functions", "loyalty") for path in (ROOT / top).rglob("*.py"))
OURS = sorted(
    path for top in ("functions", "loyalty", "infra", "local", "bench", "tests") for path in (ROOT / top).rglob("*.py")
)
AWS = ("boto3", "botocore", "aws_lambda_powertools", "os", "time", "random", "loyalty.dynamo", "loyalty.http")
MAX_FUNCTION_LINES, MAX_MODULE_LINES = 40, 300
SCANS = {
    "functions/outbox/republish.py",
    "functions/books/accounts_scan.py",
    "functions/members/birthdays.py",
    "functions/notices/broadcasts/everybody.py",
}
"""The product's scans, none by a request: republishing and listing birthdays, run by hand; the nightly sum over all
accounts, which proves what was counted from events; and telling everybody of a changed programme (see their ADRs)."""


def imports(path: Path) -> Iterator[str]:
    """Yield every module a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_imports_no_other_capability(capability: str) -> None:
    foreign = [
        f"{name_of(path)} imports {module}"
        for path in (ROOT / "functions" / capability).rglob("*.py")
        for module in imports(path)
        if module.startswith("functions.") and module.split(".")[1] != capability
    ]
    assert foreign == []


def test_the_shared_kernel_imports_no_capability() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in (ROOT / "loyalty").rglob("*.py")
        for module in imports(path)
        if module.split(".")[0] in {"functions", "infra", "local", "tests"}
    ]
    assert wrong == []


@pytest.mark.parametrize("rules", PURE)
def test_a_rule_knows_no_aws_no_clock_and_no_chance(rules: str) -> None:
    wrong = [module for module in imports(ROOT / rules) if module.startswith(AWS)]
    assert wrong == []


def test_nothing_scans_a_table_on_a_request() -> None:
    scanning = {name_of(path) for path in SOURCES if re.search(r"\.scan\(|[\"']scan[\"']", path.read_text())}
    assert scanning <= SCANS


def test_nothing_writes_points_outside_a_transaction() -> None:
    lone = re.compile(r"\.(update_item|put_item|delete_item)\(")
    tables = re.compile(r"ACCOUNTS_TABLE|LEDGER_TABLE|account_store\.table|ledger\.table")
    wrong = [name_of(p) for p in SOURCES if lone.search(text := p.read_text()) and tables.search(text)]
    assert wrong == []


def test_functions_and_modules_stay_small() -> None:
    long_modules = [name_of(path) for path in OURS if path.read_text().count("\n") > MAX_MODULE_LINES]
    long_functions = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MAX_FUNCTION_LINES
        and not _is_route(node)
    ]
    assert long_modules == []
    assert long_functions == []


def _is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A route's decorator documents its answers; only the body counts."""
    body = node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 <= MAX_FUNCTION_LINES


def test_every_module_says_what_lives_in_it() -> None:
    silent = [name_of(path) for path in OURS if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_test_is_skipped_or_sleeps() -> None:
    wrong = [
        name_of(path)
        for path in OURS
        if path.parts[len(ROOT.parts)] == "tests"
        and path != Path(__file__)
        and re.search(r"pytest\.(mark\.)?(skip|xfail)|time\.sleep", path.read_text())
    ]
    assert wrong == []


def test_requirements_name_tests_that_exist() -> None:
    rows = re.findall(r"^\| (\w+) \|([^|]*)\| (done|part|open) \|([^|]*)\|$", _requirements(), re.MULTILINE)
    assert len(rows) > 80
    wrong = []
    for row, _, state, tests in rows:
        named = re.findall(r"`([^`]+)`", tests)
        if state == "done" and not named:
            wrong.append(f"{row} is done and names no test")
        wrong += [f"{row}: {name}" for name in named if not _test_exists(name)]
    assert wrong == []


def _requirements() -> str:
    return (ROOT / "docs" / "requirements.md").read_text()


def _test_exists(name: str) -> bool:
    path, _, test = name.partition("::")
    file = ROOT / path
    return file.is_file() and (
        not test or re.search(rf"\b(def|class) {re.escape(test)}\b", file.read_text()) is not None
    )
