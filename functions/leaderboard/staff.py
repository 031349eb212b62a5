"""HTTPS route of the leaderboard for staff: the leaders of any period that is kept (requirement P12)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.leaderboard import answers as told
from functions.leaderboard import reading
from functions.leaderboard.answers import StaffLeaderboardAnswer
from functions.leaderboard.periods import CODE, KEPT_DAYS, Period, period_named
from loyalty.auth import require_group
from loyalty.clock import local_date, utc_now
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point
from loyalty.settings import time_zone

PeriodPath = Annotated[
    str, Path(pattern=CODE, examples=["202611"], description="A month `202611`, a quarter `2026q4` or a year `2026`.")
]

app = api()


@app.get(
    "/leaderboards/<period>",
    operation_id="getLeaderboardOfPeriod",
    summary="Who earned most points in a period",
    description=(
        "The first hundred by points earned, less what returns took of them; a return changes the period its receipt "
        f"was bought in, also when that is over. Kept for {KEPT_DAYS} days after the last day."
    ),
    tags=["leaderboard"],
    responses=answers(200, StaffLeaderboardAnswer, "The board", ForbiddenError, NotFoundError),
)
def get_leaderboard_of_period(period: PeriodPath) -> StaffLeaderboardAnswer:
    """Return a period's board with the members' ids."""
    require_group(app.current_event.raw_event)
    board = reading.read(_kept(period))
    return told.for_staff(board, reading.names(board.leaders))


def _kept(code: str) -> Period:
    """Return the period of that name.

    Raises:
        NotFoundError: if there is none, it has not begun, or its board is gone.
    """
    today = local_date(utc_now(), time_zone())
    try:
        period = period_named(code)
    except ValueError:
        raise NotFoundError from None
    if period.first > today or not period.is_kept(today):
        raise NotFoundError
    return period


handler = entry_point(app)
