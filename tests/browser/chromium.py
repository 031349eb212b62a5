"""Finds the browser that these tests drive: an installed Chromium, or Chrome, or the one that `CHROMIUM` names."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO = (
    "These tests need a Chromium, and found none. Install one (Debian, Ubuntu: `apt-get install -y chromium "
    "fonts-noto-cjk`; macOS: `brew install --cask chromium`), or name one: CHROMIUM=/path/to/chrome make test-browser."
)


class NoBrowserError(RuntimeError):
    """There is no browser on this machine; the message says how to get one."""


def executable() -> str:
    """Return the path of the browser.

    Raises:
        NoBrowserError: if there is none.
    """
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoBrowserError(f"CHROMIUM names {named}, which is no program here. {HOW_TO}" if named else HOW_TO)
    return found


def main() -> int:
    """Print the browser's path; without one, say how to get one and fail."""
    try:
        print(executable())  # noqa: T201 - what the command is for
    except NoBrowserError as error:
        print(error, file=sys.stderr)  # noqa: T201 - what the command is for
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
