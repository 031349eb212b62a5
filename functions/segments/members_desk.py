"""HTTPS routes of who is in what: a segment's members, a member's segments (requirements G1)."""

from aws_lambda_powertools.event_handler import Response

from functions.segments import definitions
from functions.segments.members_models import (
    MemberSegment,
    MemberSegmentsAnswer,
    SegmentedMemberPath,
    SegmentMembersAnswer,
    member_of,
)
from functions.segments.staff_models import SegmentIdPath
from loyalty import account_store, memberships
from loyalty.auth import require_group
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.types import MemberId, Status

TAGS = ["segments"]

app = api()


@app.get(
    "/segments/<segment_id>/members",
    operation_id="listSegmentMembers",
    summary="List the members of a segment",
    tags=TAGS,
    responses=answers(
        200, SegmentMembersAnswer, "A page of members", ForbiddenError, NotFoundError, InvalidCursorError
    ),
)
def members(
    segment_id: SegmentIdPath, limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None
) -> Response[SegmentMembersAnswer]:
    """List the members of a segment."""
    require_group(app.current_event.raw_event)
    definitions.read(segment_id)
    rows, last = memberships.page_of(segment_id, position(segment_id, after), limit)
    following = cursor(segment_id, last) if last else None
    items = tuple(map(member_of, rows))
    return listed(SegmentMembersAnswer(items=items, next=following), following, limit=limit)


@app.get(
    "/members/<member_id>/segments",
    operation_id="listMemberSegments",
    summary="List the segments a member is in",
    tags=TAGS,
    responses=answers(200, MemberSegmentsAnswer, "The segments", ForbiddenError, NotFoundError),
)
def segments(member_id: SegmentedMemberPath) -> MemberSegmentsAnswer:
    """List the segments a member is in."""
    require_group(app.current_event.raw_event)
    _require_member(member_id)
    rows = [row for row in memberships.of_member(member_id) if memberships.REFRESH in row]
    named = {offer.offer_id: offer.definition for offer in definitions.everything()} if rows else {}
    found = ((row, named[row["kind"]]) for row in rows if row["kind"] in named)
    return MemberSegmentsAnswer(
        items=tuple(
            MemberSegment(
                segment_id=row["kind"],
                name_zh=definition["name_zh"],
                name_en=definition.get("name_en"),
                as_of=row["as_of"],
                entered_at=row["at"],
            )
            for row, definition in found
        )
    )


def _require_member(member_id: str) -> None:
    account = account_store.read(MemberId(member_id))
    if account is None or account.status is Status.ERASED:
        raise NotFoundError


handler = entry_point(app)
