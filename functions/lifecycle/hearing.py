"""Which offers an event brings to its member, and for which day (requirements C5, L2). Pure.

    MemberEnrolled            welcome
    MembershipStatusChanged   welcome, when an applicant is admitted
    SegmentEntered            offers for that segment

Nothing follows from a file, nor from an event that is old: a period whose events are published again brings nobody a
welcome, nor does an offer published later.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from functions.lifecycle.definition import OfferOccasion, Running
from loyalty.clock import local_date
from loyalty.types import Origin, Status

TAKEN_FOR = timedelta(days=14)
"""How old an event may be: as long as a queue and its dead letters keep it."""
ENROLLED, ADMITTED, ENTERED, ERASED = "MemberEnrolled", "MembershipStatusChanged", "SegmentEntered", "MemberErased"
JOINED = frozenset({ENROLLED, ADMITTED})
_MEMBERS = frozenset({Status.ACTIVE.value, Status.QUALIFYING.value, Status.UNCLAIMED.value})


@dataclass(frozen=True, slots=True)
class Happening:
    """What an event says, as far as it matters here.

    Attributes:
        at: when it happened; `day` is that day in the mall, or the one a refresh stood on.
    """

    type: str
    member_id: str
    at: datetime
    day: date
    segment_id: str | None = None

    @property
    def joined(self) -> bool:
        """Whether somebody became a member."""
        return self.type in JOINED


def happening_of(detail: Mapping[str, Any], zone_name: str) -> Happening | None:
    """Return what an event says; None where it brings nothing to anybody.

    Raises:
        LookupError, TypeError, ValueError: if it is no event of ours.
    """
    if detail["origin"] == Origin.IMPORT or not _matters(detail):
        return None
    at, data = datetime.fromisoformat(detail["time"]), detail["data"]
    day = date.fromisoformat(data["as_of"]) if detail["type"] == ENTERED else local_date(at, zone_name)
    return Happening(detail["type"], detail["subject"], at, day, data.get("segment_id"))


def brought(happening: Happening, running: Iterable[Running], now: datetime) -> Iterator[Running]:
    """Yield the offers an event brings by itself: welcome packs, or those of the segment entered."""
    if now - happening.at > TAKEN_FOR:
        return
    for one in running:
        is_welcome = happening.joined and one.offer.occasion is OfferOccasion.WELCOME
        is_segment = happening.type == ENTERED and one.offer.segment_id == happening.segment_id
        if (is_welcome or is_segment) and datetime.fromisoformat(one.since) <= happening.at:
            yield one


def _matters(detail: Mapping[str, Any]) -> bool:
    data = detail["data"]
    match detail["type"]:
        case "MembershipStatusChanged":
            return data["status_before"] == Status.AWAITING_APPROVAL and data["status_after"] in _MEMBERS
        case "MemberEnrolled":
            return data["status"] in _MEMBERS
    return bool(detail["type"] == ENTERED)
