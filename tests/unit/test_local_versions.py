"""A wrong or missing Python, Node or npm is one clear sentence."""

import ast
from pathlib import Path

import pytest

from local.versions import MissingToolError, check_node, choose_python, version_printed_by

LOCAL = Path(__file__).parent.parent.parent / "local"


def test_the_first_command_that_starts_python_3_13_is_taken() -> None:
    found = {"python3.13": None, "python3": (3, 13, 7), "python": (3, 13, 0)}
    assert choose_python(found) == "python3"


def test_another_python_is_named_with_what_is_needed() -> None:
    with pytest.raises(MissingToolError) as missing:
        choose_python({"python3.13": None, "python3": (3, 11, 2), "python": (2, 7, 18)})
    assert str(missing.value) == (
        "This project needs Python 3.13, and found only others: `python3` is 3.11.2, `python` is 2.7.18; "
        "install Python 3.13 so that `python3.13` or `python3` starts it."
    )


def test_no_python_is_said() -> None:
    with pytest.raises(MissingToolError, match=r"needs Python 3\.13, and found no Python at all"):
        choose_python({"python3.13": None, "python3": None})


@pytest.mark.parametrize("node", [(20, 0, 0), (22, 11, 0)])
def test_node_20_and_newer_are_accepted(node: tuple[int, ...]) -> None:
    check_node(node, (10, 8, 2))


def test_an_old_node_is_named_with_what_is_needed() -> None:
    with pytest.raises(MissingToolError, match=r"needs Node 20 or newer, and found Node 18\.19\.1"):
        check_node((18, 19, 1), (9, 2, 0))


def test_a_missing_node_and_a_missing_npm_are_told_apart() -> None:
    with pytest.raises(MissingToolError, match="found no `node`"):
        check_node(None, None)
    with pytest.raises(MissingToolError, match=r"needs npm, and found Node 20\.1\.0 without it"):
        check_node((20, 1, 0), None)


def fake_command(folder: Path, script: str) -> None:
    (folder / "tool").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "tool").chmod(0o755)


def test_a_version_is_read_from_what_the_command_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    fake_command(tmp_path, "echo v22.11.0")
    assert version_printed_by("tool") == (22, 11, 0)


def test_a_version_managers_stand_in_that_fails_counts_as_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    fake_command(tmp_path, 'echo "exists in these versions: 3.13.0" >&2; exit 127')
    assert version_printed_by("tool") is None


def test_a_command_that_is_not_there_is_absent() -> None:
    assert version_printed_by("no-such-command-anywhere") is None


@pytest.mark.parametrize("module", ["__init__", "versions", "bootstrap"])
def test_what_runs_before_the_set_up_parses_on_an_older_python(module: str) -> None:
    assert ast.parse((LOCAL / f"{module}.py").read_text(), feature_version=(3, 8)).body
