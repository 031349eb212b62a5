"""Sets up what a checkout needs, from nothing but Python 3.13, Node and npm; quick when nothing is to do.

`python3 -m local.bootstrap` makes three things, each with a stamp that names the inputs it was made from:
`.venv` (uv and the locked packages), `.local/cloud` (the local cloud's own environment) and `node_modules`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from local.versions import PYTHON_COMMANDS, MissingToolError, check_node, choose_python, version_printed_by

UV = "uv==0.13.9"
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CLOUD = ROOT / ".local" / "cloud"
NODE_MODULES = ROOT / "node_modules"
CLOUD_REQUIREMENTS = ROOT / "local" / "cloud-requirements.txt"


def main() -> int:
    """Set everything up; the exit code for the shell."""
    try:
        python = choose_python({command: version_printed_by(command) for command in PYTHON_COMMANDS})
        check_node(version_printed_by("node"), version_printed_by("npm"))
        _step(VENV, [ROOT / "uv.lock", ROOT / ".python-version"], lambda: _make_venv(python))
        _step(CLOUD, [CLOUD_REQUIREMENTS], _make_cloud)
        _step(NODE_MODULES, [ROOT / "package-lock.json"], _make_node_modules)
    except MissingToolError as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"Setting up stopped: `{' '.join(failed.cmd)}` failed.", file=sys.stderr)
        return 1
    return 0


def _step(made: Path, inputs: list[Path], make: Callable[[], None]) -> None:
    """Make a directory unless its stamp says it was made from these inputs by this module."""
    stamp = made / ".made-from"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [Path(__file__), *inputs])).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    # Not to standard output: `$(make -s token WHO=...)` must get the token alone, at the first time too.
    print(f"Setting up {made.relative_to(ROOT)} ...", file=sys.stderr, flush=True)
    make()
    stamp.write_text(digest)


def _make_venv(python: str) -> None:
    """Install uv and, with it, exactly what uv.lock says."""
    if version_printed_by(str(VENV / "bin" / "python")) != version_printed_by(python):
        shutil.rmtree(VENV, ignore_errors=True)
        _make_empty_venv(python)
    _run(VENV / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", UV)
    _run(VENV / "bin" / "uv", "sync", "--frozen", "--quiet")


def _make_empty_venv(python: str) -> None:
    try:
        _run(python, "-m", "venv", VENV)
    except subprocess.CalledProcessError:
        raise MissingToolError(
            f"`{python} -m venv` failed: this Python 3.13 comes without `venv` or `ensurepip` "
            "(on Debian and Ubuntu: install python3.13-venv)."
        ) from None


def _make_cloud() -> None:
    """The local cloud's environment holds nothing of ours: a package missing from a bundle must fail there."""
    uv = VENV / "bin" / "uv"
    _run(uv, "venv", "--quiet", "--clear", "--python", VENV / "bin" / "python", CLOUD)
    _run(uv, "pip", "install", "--quiet", "--python", CLOUD / "bin" / "python", "-r", CLOUD_REQUIREMENTS)


def _make_node_modules() -> None:
    _run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")


def _run(*command: str | Path) -> None:
    """Run a command in the checkout, out of reach of any environment that happens to be active."""
    environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    subprocess.run(list(map(str, command)), cwd=ROOT, env=environment, stdout=sys.stderr, check=True)


if __name__ == "__main__":
    sys.exit(main())
