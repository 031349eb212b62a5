"""Where a campaign stands for those who look at it: derived from its state, its window and the clock (A1). Pure."""

from datetime import datetime
from enum import StrEnum

from loyalty.catalogue import OfferState


class Phase(StrEnum):
    """A campaign's life as marketers speak of it.

    In follow-up the window is over, and receipts of that time that come late still get what ran when they were bought.
    """

    PLANNED = "planned"
    APPROVED = "approved"
    WARM_UP = "warm_up"
    RUNNING = "running"
    PAUSED = "paused"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


_BY_STATE = {
    OfferState.DRAFT: Phase.PLANNED,
    OfferState.APPROVED: Phase.APPROVED,
    OfferState.PAUSED: Phase.PAUSED,
    OfferState.ENDED: Phase.CLOSED,
}


def phase_of(state: OfferState, starts: datetime, until: datetime, now: datetime) -> Phase:
    """Return the phase of a campaign that runs from `starts` until `until`, excluded."""
    if state is not OfferState.PUBLISHED:
        return _BY_STATE[state]
    if now < starts:
        return Phase.WARM_UP
    return Phase.RUNNING if now < until else Phase.FOLLOW_UP
