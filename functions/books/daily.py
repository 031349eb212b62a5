"""The schedule: close the days that are over, fold what takes no more events, compare open statements again.

`{"as_of": "YYYY-MM-DD"}` closes that day, and `"run": 2` closes it once more beside the first, to see that it says the
same. Without it, every day since the last closing is closed, a week at most: a missed run is caught up. A day that is
not over is closed only where the stage allows it, as a rehearsal.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.books import closings, counted, reconciling, snapshot, store
from loyalty.clock import date_of, day_of, local_date, utc_now
from loyalty.settings import allows_future_sweeps, time_zone
from loyalty.types import Day, Purse

MOST_DAYS = 7
logger = Logger()


class DayNotOverError(ValueError):
    """This stage does not close a day before it is over."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Start the closings that are due and return their days."""
    now = utc_now()
    today = local_date(now, time_zone())
    days = _asked(event, today) or _due(today)
    for day in days:
        snapshot.begin(day, int(event.get("run", 1)), now)
    counted.fold(counted.foldable(day_of(today)), list(Purse), today)
    settled = reconciling.look_again(now)
    logger.info("closings started", days=days, statements_settled=settled)
    return {"days": [date_of(day).isoformat() for day in days], "statements_settled": settled}


def _asked(event: Mapping[str, Any], today: date) -> list[Day]:
    if not event.get("as_of"):
        return []
    day = date.fromisoformat(event["as_of"])
    if day >= today and not allows_future_sweeps():
        raise DayNotOverError("as_of names a day that is not over, which this stage does not close")
    return [day_of(day)]


def _due(today: date) -> list[Day]:
    """Return the days to close: those after the last closing; where there is none yet, yesterday."""
    yesterday = today - timedelta(days=1)
    last = closings.latest(day_of(yesterday))
    first = max(date_of(last.day) + timedelta(days=1), today - timedelta(days=MOST_DAYS)) if last else yesterday
    return list(store.days(first, yesterday))
