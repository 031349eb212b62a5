"""Which Python, Node and npm this project needs, and one clear sentence when they are not there.

This module and `local.bootstrap` run before anything is installed, on whatever Python there is:
they use the standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping

PYTHON = (3, 13)
NODE_MAJOR = 20
PYTHON_COMMANDS = ("python3.13", "python3", "python")


class MissingToolError(Exception):
    """Something this machine must have is not there; the message is for the person at the keyboard."""


def version_printed_by(command: str) -> tuple[int, ...] | None:
    """The version a command prints for `--version`, or None where it cannot be run."""
    path = shutil.which(command)
    if path is None:
        return None
    try:
        ran = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", ran.stdout or ran.stderr)
    # A version manager's stand-in for a version that is not chosen here prints advice and fails.
    return tuple(int(part) for part in found.groups()) if found and ran.returncode == 0 else None


def choose_python(found: Mapping[str, tuple[int, ...] | None]) -> str:
    """The command that starts Python 3.13.

    Args:
        found: the version of each command, in the order they are to be tried.

    Raises:
        MissingToolError: none of them is Python 3.13.
    """
    for command, version in found.items():
        if version and version[:2] == PYTHON:
            return command
    others = [f"`{command}` is {dotted(version)}" for command, version in found.items() if version]
    raise MissingToolError(
        "This project needs Python 3.13, and found "
        + (f"only others: {', '.join(others)}" if others else "no Python at all")
        + "; install Python 3.13 so that `python3.13` or `python3` starts it."
    )


def check_node(node: tuple[int, ...] | None, npm: tuple[int, ...] | None) -> None:
    """Make sure that Node and npm can run the CDK command line.

    Raises:
        MissingToolError: Node is absent or older than 20, or npm is absent.
    """
    if node is None:
        raise MissingToolError(
            "This project needs Node 20 or newer, and found no `node`; install it from https://nodejs.org."
        )
    if node[0] < NODE_MAJOR:
        raise MissingToolError(
            f"This project needs Node 20 or newer, and found Node {dotted(node)}; install it from https://nodejs.org."
        )
    if npm is None:
        raise MissingToolError(
            f"This project needs npm, and found Node {dotted(node)} without it; install npm (it comes with Node)."
        )


def dotted(version: tuple[int, ...]) -> str:
    """A version as people write it."""
    return ".".join(str(part) for part in version)
