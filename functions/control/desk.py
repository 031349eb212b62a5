"""HTTPS routes of the service desk: asking for a freeze, an unfreeze, a void, an adjustment; and reading requests."""

from aws_lambda_powertools.event_handler import Response

from functions.control import asking, requests_store
from functions.control.asking import By
from functions.control.errors import LastDayError
from functions.control.models import (
    AdjustmentRequest,
    ControlRequestAnswer,
    ControlRequestsAnswer,
    MemberParameter,
    MemberPath,
    RequestPath,
    StateParameter,
    StatusRequest,
    TaskParameter,
    VoidRequest,
    filters,
    request_answer,
)
from functions.control.request import Asked, ControlTask
from loyalty.auth import Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    MembershipStatusError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger, trace_id
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.types import MemberId

LIST = "control-requests"
TAGS = ["control"]
READERS = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)
WAITS = "Nothing happens before another person, an approver, decides; after thirty days undecided it lapses."
ASKED = (
    ForbiddenError,
    NotFoundError,
    MembershipStatusError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    BusyError,
)

app = api()


@app.post(
    "/members/<member_id>/freezes",
    operation_id="requestFreeze",
    summary="Ask that a membership be frozen",
    description=f"A frozen member goes on earning and cannot spend. {WAITS}",
    tags=TAGS,
    responses=answers(201, ControlRequestAnswer, "The request", *ASKED),
)
def freeze(
    member_id: MemberPath, body: StatusRequest, idempotency_key: IdempotencyKey
) -> Response[ControlRequestAnswer]:
    """Ask for a freeze."""
    return _asked(body.asked(member_id, ControlTask.FREEZE), body.text, idempotency_key)


@app.post(
    "/members/<member_id>/unfreezes",
    operation_id="requestUnfreeze",
    summary="Ask that a membership be unfrozen",
    description=f"It is then what it was before the freeze. {WAITS}",
    tags=TAGS,
    responses=answers(201, ControlRequestAnswer, "The request", *ASKED),
)
def unfreeze(
    member_id: MemberPath, body: StatusRequest, idempotency_key: IdempotencyKey
) -> Response[ControlRequestAnswer]:
    """Ask for the end of a freeze."""
    return _asked(body.asked(member_id, ControlTask.UNFREEZE), body.text, idempotency_key)


@app.post(
    "/members/<member_id>/voids",
    operation_id="requestVoid",
    summary="Ask that points be voided",
    description=f"Taken: what is not yet usable, then the earliest expiry, then debt. {WAITS}",
    tags=TAGS,
    responses=answers(201, ControlRequestAnswer, "The request", *ASKED),
)
def void(member_id: MemberPath, body: VoidRequest, idempotency_key: IdempotencyKey) -> Response[ControlRequestAnswer]:
    """Ask for a void."""
    return _asked(body.asked(member_id), body.text, idempotency_key)


@app.post(
    "/members/<member_id>/adjustments",
    operation_id="requestAdjustment",
    summary="Ask that points be given or taken by hand",
    description=f"Goodwill and corrections; they count for no tier. {WAITS}",
    tags=TAGS,
    responses=answers(201, ControlRequestAnswer, "The request", *ASKED, LastDayError),
)
def adjust(
    member_id: MemberPath, body: AdjustmentRequest, idempotency_key: IdempotencyKey
) -> Response[ControlRequestAnswer]:
    """Ask for an adjustment."""
    return _asked(body.asked(member_id), body.text, idempotency_key)


@app.get(
    "/control-requests",
    operation_id="listControlRequests",
    summary="List what was asked for about members",
    description="Newest first.",
    tags=TAGS,
    responses=answers(200, ControlRequestsAnswer, "A page of requests", ForbiddenError, InvalidCursorError),
)
def requests_page(
    limit: LimitParameter = DEFAULT_LIMIT,
    after: CursorParameter = None,
    state: StateParameter = None,
    task: TaskParameter = None,
    member: MemberParameter = None,
) -> Response[ControlRequestsAnswer]:
    """List the requests."""
    require_group(app.current_event.raw_event, *READERS)
    now, list_name = utc_now(), f"{LIST}/{member or ''}"
    about = MemberId(member) if member else None
    found, last = requests_store.page(state, task, about, position(list_name, after), limit, now)
    following = cursor(list_name, last) if last else None
    answer = ControlRequestsAnswer(items=tuple(request_answer(one, now) for one in found), next=following)
    return listed(answer, following, limit=limit, **filters(state=state, kind=task, member=member))


@app.get(
    "/control-requests/<request_id>",
    operation_id="getControlRequest",
    summary="Read a request, its decision and its appeal",
    tags=TAGS,
    responses=answers(200, ControlRequestAnswer, "The request", ForbiddenError, NotFoundError),
)
def request(request_id: RequestPath) -> ControlRequestAnswer:
    """Read a request."""
    require_group(app.current_event.raw_event, *READERS)
    return request_answer(requests_store.read(request_id), utc_now())


def _asked(asked: Asked, text: str, idempotency_key: str) -> Response[ControlRequestAnswer]:
    event, now = app.current_event.raw_event, utc_now()
    by = By(require_group(event, Group.OPERATOR), trace_id(event))
    plan = asking.ask(asked, text, idempotency_key, by, now)
    found = plan.answer
    logger.info("control requested", request_id=found.request_id, task=asked.task.value, replayed=plan.replayed)
    return created(request_answer(found, now), f"/control-requests/{found.request_id}", replayed=plan.replayed)


handler = entry_point(app)
