"""What a process remembers of the mall for a while, so that not every request reads the same rows again (ADR 1047).

All that is remembered for so many seconds is forgotten where the clock passes a multiple of them: nobody is told what
is older than that.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from time import monotonic

from loyalty.settings import most_seconds_remembered

HALF_A_MINUTE = 30
"""Seconds for which what staff publish is remembered: they publish ahead of the moment it is for."""
A_MOMENT = 2
"""Seconds for which anything is remembered on a laptop, at most."""
FOREVER = None
"""For as long as the process lives."""

_to_forget: list[Callable[[], None]] = []


def kept_for[*Given, R](seconds: int | None, most: int = 1) -> Callable[[Callable[[*Given], R]], Callable[[*Given], R]]:
    """Let a function's answers be remembered; what it raises is not.

    Args:
        seconds: how old an answer may be, or `FOREVER`.
        most: for how many different arguments an answer is kept.
    """

    def keeping(ask: Callable[[*Given], R]) -> Callable[[*Given], R]:
        @lru_cache(maxsize=most)
        def kept(_span: int, *given: *Given) -> R:
            return ask(*given)

        @wraps(ask)
        def answer(*given: *Given) -> R:
            span = min(seconds, most_seconds_remembered()) if seconds else 0
            return kept(int(monotonic() // span) if span else 0, *given)

        forgotten_by(kept.cache_clear)
        return answer

    return keeping


def forgotten_by(forget: Callable[[], None]) -> None:
    """Let what a module remembers in a way of its own be forgotten with the rest."""
    _to_forget.append(forget)


def forget_everything() -> None:
    """Forget all that is remembered, as a new process would."""
    for forget in _to_forget:
        forget()
