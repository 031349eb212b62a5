"""The code is formatted, linted, typed and free of known security mistakes: what `make check` asks, asked in CI too."""

import subprocess
import sys

import pytest

from local.check import CHECKS
from local.checkout import ROOT

OF_THE_CODE = {name: command for name, command in CHECKS.items() if "pytest" not in command}


@pytest.mark.parametrize("name", OF_THE_CODE)
def test_the_code_is_clean(name: str) -> None:
    command = [sys.executable, "-m", *OF_THE_CODE[name]]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
