"""What an event adds to a member's score, and on which day. Pure: sums, so the order of events means nothing.

A score is what was earned in purse `points`, less what returns took of it. Both count on the mall-local day the
receipt was bought, however late it was delivered and whenever goods came back: who buys on the last of the month and
returns on the first has not led that month. Opening points of imports, adjustments, voids and transfers do not count.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from loyalty.clock import local_date
from loyalty.entries import key_of
from loyalty.types import Kind, MemberId

EARNED, REFUNDED, ERASED = "PointsEarned", "PointsRefunded", "MemberErased"
HEARD = (EARNED, REFUNDED, ERASED)

Points = Annotated[int, Field(strict=True, ge=0)]


class MovedPoints(BaseModel):
    """What an event says of a movement that a score needs; it says more."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    entry_id: Annotated[str, Field(min_length=1)]
    movement: str = ""
    points: Points = 0
    taken_back: Points = 0
    receipt: Mapping[str, Any] | None = None


class HeardEvent(BaseModel):
    """A CloudEvent about a member: points that moved, or an erasure."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    type: str
    subject: Annotated[str, Field(min_length=1, max_length=64)]
    time: AwareDatetime
    recordedat: AwareDatetime
    data: MovedPoints

    @property
    def member_id(self) -> MemberId:
        """Whom it is about."""
        return MemberId(self.subject)


class Score(NamedTuple):
    """What one event adds: signed points, on a mall-local day."""

    event_id: str
    member_id: MemberId
    day: date
    points: int


def points_of(event: HeardEvent) -> int:
    """Return the signed points an event adds to a score; an entry that gave and took says so in two events."""
    if event.type == EARNED:
        return 0 if event.data.movement == Kind.OPENING else event.data.points
    return -event.data.taken_back if event.type == REFUNDED else 0


def purchase_of(event: HeardEvent) -> str | None:
    """Return the ledger source of the receipt of which goods came back; None where the event's own day counts.

    Returns that came before their purchase took nothing themselves: the purchase tells of them on its own day.
    """
    said = event.data
    if event.type != REFUNDED or said.movement != Kind.REFUND or not said.taken_back or said.receipt is None:
        return None
    key = key_of(said.entry_id)
    return key.source if key else None


def score_of(event: HeardEvent, bought_at: Mapping[str, datetime], time_zone: str) -> Score | None:
    """Return what an event adds; None where that is nothing.

    Args:
        bought_at: when the receipts were bought of which goods came back, by their ledger source.

    Raises:
        KeyError: if the purchase of a return is not among them.
    """
    points, source = points_of(event), purchase_of(event)
    if not points:
        return None
    at = bought_at[source] if source else event.time
    return Score(event.id, event.member_id, local_date(at, time_zone), points)
