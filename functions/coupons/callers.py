"""Who does something to a coupon, and when: the part of every version that says so."""

from dataclasses import dataclass
from datetime import datetime

from loyalty.accounts import Account
from loyalty.clock import iso, local_day
from loyalty.coupons.coupon import Act
from loyalty.programme_store import tier_of
from loyalty.settings import time_zone
from loyalty.types import Day, Origin


@dataclass(frozen=True, slots=True)
class Caller:
    """One request (or event, or run of a schedule) that changes coupons.

    Attributes:
        actor: `member`, `till:<tenant>`, `staff:<login>`, `schedule`, `event`.
        trace: the id under which logs and events know it.
    """

    actor: str
    origin: Origin
    trace: str
    now: datetime

    @property
    def today(self) -> Day:
        """The mall-local day of the request."""
        return local_day(self.now, time_zone())

    def act(self, account: Account | None = None) -> Act:
        """Return what the version it makes says about it, with the member's tier where the account is known."""
        at = iso(self.now)
        return Act(
            at=at,
            recorded_at=at,
            actor=self.actor,
            origin=self.origin,
            correlation_id=self.trace,
            tier=tier_of(account, self.now) if account else None,
        )
