"""What a person sees while something works: one line that moves, or a few lines where the output is a file."""

import sys
import time


class Progress:
    """One line of progress.

    On a terminal it is rewritten in place; elsewhere (a log, CI) a line is printed at most every ten seconds.
    """

    def __init__(self, title: str, first: str = "...") -> None:
        self._title = title
        self._in_place = sys.stdout.isatty()
        self._printed_at = time.monotonic()
        self._show(first)

    def update(self, text: str) -> None:
        """Show how far it is."""
        if self._in_place or time.monotonic() - self._printed_at > 10:
            self._printed_at = time.monotonic()
            self._show(text)

    def done(self, text: str) -> None:
        """Show the result and go to the next line."""
        self._show(text)
        if self._in_place:
            print(flush=True)

    def _show(self, text: str) -> None:
        if self._in_place:
            print(f"\r\033[K  {self._title}: {text}", end="", flush=True)
        else:
            print(f"  {self._title}: {text}", flush=True)
