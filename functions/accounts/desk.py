"""The service desk's view of a member's account and statement."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.accounts import views
from functions.accounts.errors import AccountNotFoundError
from functions.accounts.models import EntriesAnswer, PointsAnswer
from loyalty import auth, errors
from loyalty.auth import Group
from loyalty.fields import MemberIdField
from loyalty.http import answers, api, entry_point, language
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from loyalty.types import MemberId

app = api()

_READERS = (Group.OPERATOR, Group.AUDITOR)


@app.get(
    "/members/<member_id>/points",
    operation_id="getMemberPoints",
    summary="A member's balance, expiry and tier",
    tags=["members"],
    responses=answers(200, PointsAnswer, "The account as it stands", errors.ForbiddenError, AccountNotFoundError),
)
def member_points(member_id: Annotated[MemberIdField, Path()]) -> PointsAnswer:
    """Show a member's account to the service desk."""
    auth.require_group(app.current_event.raw_event, *_READERS)
    return views.points(MemberId(member_id), language(app))


@app.get(
    "/members/<member_id>/points/entries",
    operation_id="listMemberEntries",
    summary="A member's statement, newest first",
    tags=["members"],
    responses=answers(200, EntriesAnswer, "A page of it", errors.ForbiddenError, AccountNotFoundError),
)
def member_entries(
    member_id: Annotated[MemberIdField, Path()], limit: LimitParameter = DEFAULT_LIMIT, cursor: CursorParameter = None
) -> Response[EntriesAnswer]:
    """Show a member's movements to the service desk."""
    auth.require_group(app.current_event.raw_event, *_READERS)
    return views.entries(MemberId(member_id), limit, cursor, language(app))


handler = entry_point(app)
