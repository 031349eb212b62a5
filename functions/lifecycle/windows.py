"""Which days a sweep has to look at (requirements B2, B3, B4; ADR 1022). Pure.

    through ──┐                     as_of
    ──────────┼──────┬───────────────┬───────────────────────────────────────┬──────>
              └ done │ made up for   │ near: the first run takes all of it   │ as_of + days_ahead
                     └ as_of - LATE

Each offer remembers the last day it was given for, so a run that was missed is made up for, and the first run after a
publication reaches everybody whose day is near; what is over for more than `LATE` days is left. The day itself is
looked at every time: whoever joined, rose to a tier or registered a birthday since gets the gift then.
"""

from datetime import date, timedelta

from functions.lifecycle.definition import OccasionOffer, OfferOccasion
from loyalty.birthdays import falls_on
from loyalty.festivals import days_around

LATE = 7
"""For how many days a gift still comes that missed runs, or a pause, have held up."""


def is_its_day(offer: OccasionOffer, day: date) -> bool:
    """Tell whether a mall-local day is an offer's festival; every day is somebody's birthday."""
    if offer.occasion is not OfferOccasion.FESTIVAL:
        return True
    if offer.on:
        return falls_on(offer.on.replace("-", ""), day)
    return offer.festival is not None and any(days_around(offer.festival, 0, 0, day, day))


def last_day(offer: OccasionOffer, as_of: date) -> date:
    """Return the last day that a run standing on a mall-local day gives an offer for."""
    return as_of + timedelta(days=offer.ahead)


def days_to_give(offer: OccasionOffer, through: date | None, as_of: date) -> list[date]:
    """Return the days to give an offer for, in a run that stands on a mall-local day.

    Args:
        through: the last day that runs before have given it for; None before the first.
    """
    first = as_of if through is None else max(through + timedelta(days=1), as_of - timedelta(days=LATE))
    near = {first + timedelta(days=n) for n in range((last_day(offer, as_of) - first).days + 1)}
    return sorted(day for day in {as_of, *near} if is_its_day(offer, day))
