"""A circuit that opens when a provider is away, so that its silence does not cost every message (ADR 1006). Pure.

closed ──five calls in a row without a clear answer──> open, five minutes
   ▲                                                     │ then one message is tried
   └──────────────── it gets an answer ──────────────────┴── it gets none: open again, twice as long, an hour at most
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from loyalty.clock import iso

MOST_FAILURES = 5
FIRST_REST, LONGEST_REST = timedelta(minutes=5), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Circuit:
    """How a provider answered lately.

    Attributes:
        failures: how many calls in a row brought no clear answer.
        open_until: when it may be tried again; None: any time.
    """

    failures: int = 0
    open_until: str | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether the provider is left alone."""
        return self.open_until is not None and iso(now) < self.open_until

    def answered(self) -> "Circuit":
        """Return the circuit after a clear answer, be it a refusal."""
        return Circuit()

    def failed(self, now: datetime) -> "Circuit":
        """Return the circuit after a call without a clear answer."""
        failures = self.failures + 1
        if failures < MOST_FAILURES:
            return Circuit(failures)
        rest = min(FIRST_REST * 2 ** min(failures - MOST_FAILURES, 10), LONGEST_REST)
        return Circuit(failures, iso(now + rest))
