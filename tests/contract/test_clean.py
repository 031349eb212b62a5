"""The code is formatted, linted, typed and free of known security mistakes: what `make check` asks, asked in CI too."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.check import CHECKS
from local.checkout import ROOT

OF_THE_CODE = {name: command for name, command in CHECKS.items() if "pytest" not in command}


@pytest.mark.parametrize("name", OF_THE_CODE)
def test_the_code_is_clean(name: str) -> None:
    command = [sys.executable, "-m", *OF_THE_CODE[name]]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_types_of_every_part_of_the_cdk_in_use_are_read() -> None:
    """What mypy does not read may be used in any way, and it does not read what no override names."""
    sources = [path for folder in ("infra", "tests/infra") for path in (ROOT / folder).rglob("*.py")]
    used = {part for path in sources for part in _parts_of_the_cdk(path)}
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    (read,) = (one["module"] for one in overrides if one.get("follow_imports") == "normal")
    assert used - set(read) == set(), "name it in pyproject.toml"


def _parts_of_the_cdk(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ImportFrom(module="aws_cdk", names=names):
                yield from (f"aws_cdk.{one.name}" for one in names if one.name.startswith("aws_"))
            case ast.ImportFrom(module=str(module)) if module.startswith("aws_cdk."):
                yield module
            case ast.Import(names=names):
                yield from (one.name for one in names if one.name.startswith("aws_cdk."))
