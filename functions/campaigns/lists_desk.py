"""HTTPS routes of lists of members: campaigns ask whether somebody is on one (issue 5; requirements A4, L2)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.campaigns import lists
from functions.campaigns.lists_models import (
    ListedMemberPath,
    ListIdPath,
    ListMembersAnswer,
    ListMembersRequest,
    MemberListAnswer,
    MemberListRequest,
    MemberListsAnswer,
    list_answer,
    members_answer,
)
from loyalty.auth import Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger, no_content
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)

LIST = "member-lists"
TAGS = ["campaigns"]

app = api()


@app.post(
    "/member-lists",
    operation_id="createMemberList",
    summary="Make a list of members",
    tags=TAGS,
    responses=answers(
        201,
        MemberListAnswer,
        "The list, empty",
        ForbiddenError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
        BusyError,
    ),
)
def create(body: MemberListRequest, idempotency_key: IdempotencyKey) -> Response[MemberListAnswer]:
    """Make a list."""
    plan = lists.create(body.name, _staff(Group.MARKETER), idempotency_key, utc_now())
    logger.info("list made", list_id=plan.answer.list_id, replayed=plan.replayed)
    return created(list_answer(plan.answer), f"/member-lists/{plan.answer.list_id}", replayed=plan.replayed)


@app.get(
    "/member-lists",
    operation_id="listMemberLists",
    summary="List the lists of members",
    tags=TAGS,
    responses=answers(200, MemberListsAnswer, "A page of lists", ForbiddenError, InvalidCursorError),
)
def lists_page(limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None) -> Response[MemberListsAnswer]:
    """List the lists."""
    _staff()
    found, last = lists.page(position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    return listed(MemberListsAnswer(items=tuple(map(list_answer, found)), next=following), following, limit=limit)


@app.get(
    "/member-lists/<list_id>",
    operation_id="getMemberList",
    summary="Read a list's name and size",
    tags=TAGS,
    responses=answers(200, MemberListAnswer, "The list", ForbiddenError, NotFoundError),
)
def member_list(list_id: ListIdPath) -> MemberListAnswer:
    """Read a list."""
    _staff()
    return list_answer(lists.read(list_id))


@app.post(
    "/member-lists/<list_id>/members",
    operation_id="addListMembers",
    summary="Put members on a list",
    description="Up to 1,000 a call. Who is on it stays on it, so repeating the call is safe.",
    tags=TAGS,
    responses=answers(201, ListMembersAnswer, "What became of each", ForbiddenError, NotFoundError, BusyError),
)
def add(list_id: ListIdPath, body: ListMembersRequest) -> Response[ListMembersAnswer]:
    """Put members on a list."""
    done = lists.add(list_id, body.members, _staff(Group.MARKETER), utc_now())
    logger.info("members listed", list_id=list_id, added=done.added, known=done.known, unknown=len(done.unknown))
    return created(members_answer(done), f"/member-lists/{list_id}")


@app.delete(
    "/member-lists/<list_id>/members/<member_id>",
    operation_id="removeListMember",
    summary="Take a member off a list",
    description="Repeating the call is safe.",
    tags=TAGS,
    responses=answers(204, None, "Not on the list any more", ForbiddenError, NotFoundError, BusyError),
)
def remove(list_id: ListIdPath, member_id: ListedMemberPath) -> Response[Any]:
    """Take a member off a list."""
    _staff(Group.MARKETER)
    lists.read(list_id)
    logger.info("member taken off a list", list_id=list_id, was_on_it=lists.remove(list_id, member_id))
    return no_content()


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


handler = entry_point(app)
