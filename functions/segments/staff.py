"""HTTPS routes of segments: defined by marketers, read by all staff (requirements G1, G2)."""

from aws_lambda_powertools.event_handler import Response

from functions.segments import definitions, turns
from functions.segments.definitions import TooManySegmentsError
from functions.segments.naming import SegmentInUseError
from functions.segments.staff_models import (
    STATES,
    SegmentAnswer,
    SegmentIdPath,
    SegmentPatch,
    SegmentRequest,
    SegmentsAnswer,
    SegmentStateQuery,
    segment_answer,
)
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)

LIST = "segments"
TAGS = ["segments"]

app = api()


@app.post(
    "/segments",
    operation_id="createSegment",
    summary="Make a segment",
    description="Members by conditions that every refresh looks up again, or by a list of members. The next refresh "
    "finds who is in it; `POST /segments/previews` says before how many that would be.",
    tags=TAGS,
    responses=answers(
        201,
        SegmentAnswer,
        "The segment",
        ForbiddenError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
        TooManySegmentsError,
        BusyError,
    ),
)
def create(body: SegmentRequest, idempotency_key: IdempotencyKey) -> Response[SegmentAnswer]:
    """Make a segment."""
    return _taken(definitions.create(body, _staff(Group.MARKETER), idempotency_key, utc_now()))


@app.get(
    "/segments",
    operation_id="listSegments",
    summary="List the segments and how many members each has",
    tags=TAGS,
    responses=answers(200, SegmentsAnswer, "A page of segments", ForbiddenError, InvalidCursorError),
)
def segments_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: SegmentStateQuery = None
) -> Response[SegmentsAnswer]:
    """List the segments."""
    _staff()
    found, last = definitions.page(STATES[state] if state else None, position(LIST, after), limit)
    following, newest = cursor(LIST, last) if last else None, turns.newest(consistent=False)
    items = tuple(segment_answer(offer, newest) for offer in found)
    filtered = {"state": state} if state else {}
    return listed(SegmentsAnswer(items=items, next=following), following, limit=limit, **filtered)


@app.get(
    "/segments/<segment_id>",
    operation_id="getSegment",
    summary="Read a segment and how many members it has",
    tags=TAGS,
    responses=answers(200, SegmentAnswer, "The segment", ForbiddenError, NotFoundError),
)
def read(segment_id: SegmentIdPath) -> SegmentAnswer:
    """Read a segment."""
    _staff()
    return segment_answer(definitions.read(segment_id), turns.newest())


@app.patch(
    "/segments/<segment_id>",
    operation_id="changeSegment",
    summary="Change a segment",
    description="Who is in it changes with the next refresh, and whoever enters or leaves by that is told of like any "
    "other. A segment that ships with the product becomes the mall's own.",
    tags=TAGS,
    responses=answers(
        200,
        SegmentAnswer,
        "The segment",
        ForbiddenError,
        NotFoundError,
        WrongStateError,
        ChangedMeanwhileError,
        BusyError,
    ),
)
def change(segment_id: SegmentIdPath, body: SegmentPatch) -> SegmentAnswer:
    """Change a segment."""
    login = _staff(Group.MARKETER)
    plan = definitions.change(segment_id, body.changes(), login, utc_now(), body.version)
    logger.info("segment changed", segment_id=segment_id, fields=sorted(body.model_fields_set))
    return segment_answer(plan.answer, turns.newest())


@app.post(
    "/segments/<segment_id>/archivals",
    operation_id="archiveSegment",
    summary="Look for a segment no more",
    description="Whoever is in it leaves with the next refresh. A segment named by a campaign or a survey "
    "that is approved and not over cannot be archived. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, SegmentAnswer, "Archived", ForbiddenError, NotFoundError, SegmentInUseError, BusyError),
)
def archive(segment_id: SegmentIdPath) -> Response[SegmentAnswer]:
    """Look for a segment no more."""
    return _taken(definitions.archive(segment_id, _staff(Group.MARKETER), utc_now()))


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _taken(plan: Plan[Offer]) -> Response[SegmentAnswer]:
    offer = plan.answer
    logger.info("segment taken", segment_id=offer.offer_id, version=offer.version, replayed=plan.replayed)
    answer = segment_answer(offer, turns.newest())
    return created(answer, f"/segments/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
