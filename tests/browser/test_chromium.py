"""The browser is found, or its absence explained."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

ROOT = Path(__file__).parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of the project's commands in a process of its own."""
    whole = [sys.executable, *command]
    return subprocess.run(whole, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_browser_that_is_installed_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert chromium.main() == 0
    assert Path(capsys.readouterr().out.strip()).is_file()


def test_without_a_browser_one_sentence_says_how_to_get_one() -> None:
    for command in (("-m", "tests.browser.chromium"), ("-m", "pytest", "tests/browser", "-q")):
        done = run(*command, PATH="/nowhere")
        assert done.returncode == 1
        assert "apt-get install -y chromium" in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr


def test_a_browser_that_is_named_but_not_there_is_named() -> None:
    done = run("-m", "tests.browser.chromium", PATH="/usr/bin:/bin", CHROMIUM="/nowhere/chrome")
    assert (done.returncode, "/nowhere/chrome" in done.stderr) == (1, True)
