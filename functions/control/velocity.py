"""How fast a tenant, or one of its tills, may record purchases and give points (requirement F4; ADR 0821). Pure.

Counted is when a receipt reached us, not what the till's clock says: whoever forges receipts forges their times. A
till that was offline therefore counts when it delivers; limits have to leave room for that. Files are not counted:
two people approved them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from loyalty.clock import day_of, zone
from loyalty.types import Day, Origin

RECEIPTS_AN_HOUR, POINTS_A_DAY = "receipts_an_hour", "points_a_day"
OF_TILL = "till_"
"""Prefix of the limits that hold for each till; they raise an alarm and hold nobody."""
HELD_BY = frozenset({RECEIPTS_AN_HOUR, POINTS_A_DAY})
TENANT = ""
"""The subject of a tenant's own figures; a till's is its client id."""
_POINTS = "points"
_SEPARATOR = "@"

Sums = Mapping[str, int]
Name = Annotated[str, Field(min_length=1, max_length=128)]


class HeardReceipt(BaseModel):
    """What an event says of a receipt that is counted; it says more."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    tenant_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    till: Name | None = None


class HeardData(BaseModel):
    """The points of purse `points` it earned, and the receipt; other credits have none."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    points: Annotated[int, Field(strict=True, ge=0)]
    receipt: HeardReceipt | None = None


class HeardPurchase(BaseModel):
    """A `PointsEarned`, as far as it is counted."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    origin: Name
    recordedat: AwareDatetime
    correlationid: str | None = None
    data: HeardData


@dataclass(frozen=True, slots=True)
class Counted:
    """One receipt: whose, when it reached us, what it gave.

    Attributes:
        day: mall-local, `hour` 0 to 23 of it.
        till: the client id, None where the receipt came from none.
    """

    event_id: str
    tenant_id: str
    till: str | None
    day: Day
    hour: int
    points: int
    at: datetime
    trace: str

    @classmethod
    def of(cls, event: HeardPurchase, time_zone: str) -> Self | None:
        """Return what is counted of an event; None for credits without a receipt and for files."""
        receipt = event.data.receipt
        if receipt is None or event.origin == Origin.IMPORT:
            return None
        local = event.recordedat.astimezone(zone(time_zone))
        return cls(
            event_id=event.id,
            tenant_id=receipt.tenant_id,
            till=receipt.till,
            day=day_of(local.date()),
            hour=local.hour,
            points=event.data.points,
            at=event.recordedat,
            trace=event.correlationid or event.id,
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose figures it adds to."""
        return (TENANT, self.till) if self.till else (TENANT,)


@dataclass(frozen=True, slots=True)
class Passed:
    """A limit that was passed.

    Attributes:
        limit: its name without the till's prefix.
        period: the window: `261121` or `261121T05`, mall time.
    """

    till: str | None
    limit: str
    allowed: int
    found: int
    period: str

    @property
    def holds(self) -> bool:
        """Whether the tenant's purchases are to be held."""
        return self.till is None and self.limit in HELD_BY


def added(receipts: Iterable[Counted]) -> dict[str, int]:
    """Return what receipts of one tenant and day add to its figures."""
    sums: Counter[str] = Counter()
    for one in receipts:
        for subject in one.subjects:
            sums[_hour(subject, one.hour)] += 1
            sums[_points(subject)] += one.points
    return {name: number for name, number in sums.items() if number}


def passed(limits: Mapping[str, Any], sums: Sums, receipts: Iterable[Counted]) -> list[Passed]:
    """Return the limits that the figures of a tenant's day pass, in the windows these receipts fall in."""
    found: dict[tuple[str, str], Passed] = {}
    for one in receipts:
        for subject in one.subjects:
            for passing in _of_subject(limits, sums, subject, one.day, one.hour):
                found[subject, passing.period + passing.limit] = passing
    return list(found.values())


def is_limited(limits: Mapping[str, Any]) -> bool:
    """Tell whether there is anything to count for: a limit on one receipt is kept by the checkout itself."""
    return any(name.removeprefix(OF_TILL) in HELD_BY for name in limits)


def _of_subject(limits: Mapping[str, Any], sums: Sums, subject: str, day: Day, hour: int) -> Iterable[Passed]:
    prefix = OF_TILL if subject else ""
    windows = (
        (RECEIPTS_AN_HOUR, sums.get(_hour(subject, hour), 0), f"{day}T{hour:02d}"),
        (POINTS_A_DAY, sums.get(_points(subject), 0), day),
    )
    for limit, count, period in windows:
        allowed = limits.get(prefix + limit)
        if allowed is not None and count > allowed:
            yield Passed(subject or None, limit, allowed, count, period)


def _hour(subject: str, hour: int) -> str:
    return f"h{hour:02d}{_SEPARATOR}{subject}"


def _points(subject: str) -> str:
    return f"{_POINTS}{_SEPARATOR}{subject}"
