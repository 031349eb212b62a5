"""HTTPS routes of the programme's versions: drafted, approved by another person, announced, taken back (K5)."""

from aws_lambda_powertools.event_handler import Response

from functions.program import announcing
from functions.program.announcing import By
from functions.program.errors import (
    InForceError,
    LaterVersionError,
    NoSuccessorError,
    NoticeTooShortError,
    ProgrammeMovedOnError,
    SuccessorTooLowError,
)
from functions.program.version_models import (
    VersionAnswer,
    VersionIdPath,
    VersionPatch,
    VersionRequest,
    VersionsAnswer,
    version_answer,
)
from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, OwnApprovalError, Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger, trace_id
from loyalty.offer_models import OfferApproval, StateQuery
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

LIST = "program-versions"
TAGS = ["programme versions"]
_WRONG = (NoticeTooShortError, NoSuccessorError, SuccessorTooLowError)
_STEP = (ForbiddenError, NotFoundError, WrongStateError, BusyError)

app = api()


@app.post(
    "/program-versions",
    operation_id="draftProgramVersion",
    summary="Draft the next version of the programme",
    description="On top of the latest version announced. Errors in the programme point into it (`#/programme/…`), "
    "also where a merge patch was sent.",
    tags=TAGS,
    responses=answers(
        201,
        VersionAnswer,
        "The draft",
        ForbiddenError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
        *_WRONG,
        BusyError,
    ),
)
def draft(body: VersionRequest, idempotency_key: IdempotencyKey) -> Response[VersionAnswer]:
    """Draft a version."""
    return _taken(announcing.create(body.asked(), idempotency_key, _by(Group.MARKETER)))


@app.get(
    "/program-versions",
    operation_id="listProgramVersions",
    summary="List the versions drafted since the mall opened",
    description="The version of the mall's file, number 1, is none of them; `GET /program` shows what is in force.",
    tags=TAGS,
    responses=answers(200, VersionsAnswer, "A page of versions", ForbiddenError, InvalidCursorError),
)
def versions_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[VersionsAnswer]:
    """List the versions."""
    _by()
    found, last = offers.page(announcing.drafts(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    answer = VersionsAnswer(items=tuple(map(version_answer, found)), next=following)
    filtered = {"state": state.value} if state else {}
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/program-versions/<version_id>",
    operation_id="getProgramVersion",
    summary="Read a version of the programme, and what it changes",
    tags=TAGS,
    responses=answers(200, VersionAnswer, "The version", ForbiddenError, NotFoundError),
)
def version(version_id: VersionIdPath) -> VersionAnswer:
    """Read a version."""
    _by()
    return version_answer(offers.read(announcing.drafts(), version_id))


@app.patch(
    "/program-versions/<version_id>",
    operation_id="changeProgramVersion",
    summary="Change a version before it is announced",
    description="What was approved is a draft again. Once announced it never changes: end it and draft the next.",
    tags=TAGS,
    responses=answers(200, VersionAnswer, "The draft", *_STEP, *_WRONG),
)
def change(version_id: VersionIdPath, body: VersionPatch) -> VersionAnswer:
    """Change a draft."""
    plan = announcing.change(version_id, body.asked(), _by(Group.MARKETER))
    logger.info("programme draft changed", version_id=version_id, fields=sorted(body.model_fields_set))
    return version_answer(plan.answer)


@app.post(
    "/program-versions/<version_id>/approvals",
    operation_id="approveProgramVersion",
    summary="Approve a version another person wrote",
    description="Name the version of the draft you looked at, so that nothing is approved unseen.",
    tags=TAGS,
    responses=answers(201, VersionAnswer, "Approved", *_STEP, OwnApprovalError, ChangedMeanwhileError),
)
def approve(version_id: VersionIdPath, body: OfferApproval | None = None) -> Response[VersionAnswer]:
    """Approve a version another person wrote."""
    by, seen = _by(Group.APPROVER), body.version if body else None
    return _taken(offers.step(announcing.drafts(), version_id, Step.APPROVE, by.login, by.now, seen))


@app.post(
    "/program-versions/<version_id>/publications",
    operation_id="announceProgramVersion",
    summary="Announce an approved version",
    description="`GET /program` shows it from now on under `announced`; it takes effect on its day. Repeating it is "
    "safe.",
    tags=TAGS,
    responses=answers(201, VersionAnswer, "Announced", *_STEP, NoticeTooShortError, ProgrammeMovedOnError),
)
def announce(version_id: VersionIdPath) -> Response[VersionAnswer]:
    """Announce an approved version."""
    return _taken(announcing.announce(version_id, _by(Group.MARKETER)))


@app.post(
    "/program-versions/<version_id>/endings",
    operation_id="endProgramVersion",
    summary="Drop a draft, or take back an announcement before its day",
    description="The latest announcement first. Its number is not used again. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, VersionAnswer, "Ended", *_STEP, InForceError, LaterVersionError),
)
def end(version_id: VersionIdPath) -> Response[VersionAnswer]:
    """Drop a draft, or take back an announcement."""
    return _taken(announcing.end(version_id, _by(Group.MARKETER)))


def _by(*groups: Group) -> By:
    event = app.current_event.raw_event
    return By(require_group(event, *groups), utc_now(), trace_id(event))


def _taken(plan: Plan[Offer]) -> Response[VersionAnswer]:
    offer = plan.answer
    logger.info("programme version", version_id=offer.offer_id, state=offer.state.value, replayed=plan.replayed)
    return created(version_answer(offer), f"/program-versions/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
