"""The member's own account: balance, expiry, tier and statement."""

from aws_lambda_powertools.event_handler import Response

from functions.accounts import views
from functions.accounts.errors import AccountNotFoundError
from functions.accounts.models import EntriesAnswer, PointsAnswer
from loyalty import auth, identity
from loyalty.http import answers, api, entry_point, language
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from loyalty.types import MemberId

app = api()


@app.get(
    "/me/points",
    operation_id="getMyPoints",
    summary="My balance, what expires when, my tier and what is missing to the next",
    tags=["me"],
    responses=answers(200, PointsAnswer, "The account as it stands now", AccountNotFoundError),
)
def my_points() -> PointsAnswer:
    """Show the signed-in member's account."""
    return views.points(_member(), language(app))


@app.get(
    "/me/points/entries",
    operation_id="listMyEntries",
    summary="My statement, newest first",
    tags=["me"],
    responses=answers(200, EntriesAnswer, "A page of the statement", AccountNotFoundError),
)
def my_entries(limit: LimitParameter = DEFAULT_LIMIT, cursor: CursorParameter = None) -> Response[EntriesAnswer]:
    """Show the signed-in member's movements."""
    return views.entries(_member(), limit, cursor, language(app))


def _member() -> MemberId | None:
    return identity.member_of_login(auth.login(app.current_event.raw_event))


handler = entry_point(app)
