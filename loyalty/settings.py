"""What a function is told by its environment, read when it is used and never at import.

`infra` sets exactly the variables a function is granted; asking for another one is a deployment error, named here.
"""

import os


class MissingSettingError(RuntimeError):
    """The function's environment lacks a variable its code needs: a mistake in `infra`, not in a request."""


def setting(name: str) -> str:
    """Return an environment variable.

    Raises:
        MissingSettingError: naming the variable.
    """
    value = os.environ.get(name)
    if not value:
        raise MissingSettingError(f"environment variable {name} is not set")
    return value


def found(name: str) -> str | None:
    """Return an environment variable that only some malls' functions have; None where it is not set."""
    return os.environ.get(name) or None


def time_zone() -> str:
    """Return the mall's IANA time zone name."""
    return setting("TIME_ZONE")


def most_seconds_remembered() -> float:
    """Return for how long this stage remembers what staff may change; on a laptop somebody waits for it."""
    return float(os.environ.get("MOST_SECONDS_REMEMBERED") or "inf")


def allows_future_sweeps() -> bool:
    """Tell whether this stage lets a sweep stand on a future day (never in production)."""
    return os.environ.get("FUTURE_SWEEPS") == "true"
