"""HTTPS route of the leaderboard for members: the leaders of a running period, and one's own place (P12)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.leaderboard import answers as told
from functions.leaderboard import reading
from functions.leaderboard.answers import LeaderboardAnswer
from functions.leaderboard.periods import Span, period_of
from loyalty import auth, identity
from loyalty.clock import local_date, utc_now
from loyalty.errors import NotEnrolledError
from loyalty.http import answers, api, entry_point, language
from loyalty.settings import time_zone

SpanQuery = Annotated[Span, Query(alias="period", examples=["month"], description="Which running period.")]

app = api()


@app.get(
    "/me/leaderboard",
    operation_id="getLeaderboard",
    summary="Who earned most points, and where I stand",
    description=(
        "The first hundred by points earned in the running month, quarter or year, less what returns took of them; "
        "receipts count on the mall-local day they were bought. Others see a member by the `leaderboard_name` of "
        "their profile, or not at all. `own.place` is exact among the first hundred; beyond them "
        "`own.missing_points` says what is missing. `counts_until` says how far events were counted."
    ),
    tags=["leaderboard"],
    responses=answers(200, LeaderboardAnswer, "The board", NotEnrolledError),
)
def get_leaderboard(span: SpanQuery = Span.MONTH) -> LeaderboardAnswer:
    """Return the running period's board as the signed-in member sees it."""
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise NotEnrolledError
    period = period_of(span, local_date(utc_now(), time_zone()))
    board, own = reading.read_with(period, member_id)
    return told.for_member(board, own, reading.names(board.leaders), member_id, language(app))


handler = entry_point(app)
