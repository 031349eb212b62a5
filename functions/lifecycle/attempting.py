"""Giving somebody an offer as a sweep or an event does: what a rule says is counted, only what is busy is raised."""

from datetime import date

from aws_lambda_powertools import Logger

from functions.lifecycle import giving
from functions.lifecycle.deciding import NotGivenError, Why
from functions.lifecycle.definition import Running
from functions.lifecycle.reading import By
from loyalty.errors import BusyError, LoyaltyError
from loyalty.stock import SoldOutError

GIVEN, REFUSED, EMPTY, GREETED = "OccasionsGiven", "OccasionsRefused", "OccasionsSoldOut", "OccasionsGreeted"
REPEATED = "OccasionsRepeated"
"""Metrics: given now, not for this person, nothing left of the budget, congratulated, and had before."""

logger = Logger(child=True)


def given(running: Running, member_id: str, day: date, by: By, relative_id: str | None = None) -> str:
    """Give an offer; return the metric it counts in.

    Raises:
        BusyError: too many conflicts; nothing was written.
    """
    return _counted(running, member_id, day, by, relative_id, greets=False)


def greeted(running: Running, member_id: str, day: date, by: By, relative_id: str | None = None) -> str:
    """Say that the day is here; return the metric it counts in.

    Raises:
        BusyError: too many conflicts; nothing was written.
    """
    return _counted(running, member_id, day, by, relative_id, greets=True)


def _counted(running: Running, member_id: str, day: date, by: By, relative_id: str | None, *, greets: bool) -> str:
    wish = giving.wish_of(running, member_id, day, relative_id)
    try:
        (giving.greet if greets else giving.give)(running, wish, by)
    except BusyError:
        raise
    except NotGivenError as refusal:
        return REPEATED if refusal.params["why"] == Why.HAD_IT else REFUSED
    except SoldOutError:
        logger.warning("nothing left to give", offer_id=running.offer_id)
        return EMPTY
    except LoyaltyError as refusal:
        logger.info("not given", offer_id=running.offer_id, code=refusal.code)
        return REFUSED
    return GREETED if greets else GIVEN
