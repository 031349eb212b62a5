"""Waiting for what the mall does behind its API: by looking again, for a while, and never longer."""

import time
from collections.abc import Callable

from local.demo.api import DemoError

POLL_SECONDS = 0.5
MAX_SECONDS = 180


def wait_for[Found](look: Callable[[], Found | None], what: str, max_seconds: float | None = None) -> Found:
    """Look until something is found; return it.

    Args:
        look: answers None as long as it is not there.
        what: is named if it does not come.
        max_seconds: how long; `MAX_SECONDS` unless said otherwise.

    Raises:
        DemoError: it did not come in time.
    """
    seconds = MAX_SECONDS if max_seconds is None else max_seconds
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise DemoError(f"{what} within {seconds:.0f} seconds.")
        time.sleep(POLL_SECONDS)
    return found
