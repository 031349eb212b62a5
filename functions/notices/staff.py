"""HTTPS routes of templates: their life, a preview, a test; and whom messages reached (requirements N1, N3)."""

from datetime import date

from aws_lambda_powertools.event_handler import Response

from functions.notices.broadcasts import broadcasting, cost
from functions.notices.broadcasts.cost import BroadcastAnswer
from functions.notices.errors import (
    NoBroadcastError,
    NoMemberUrlError,
    NoticeSegmentError,
    ProviderUnavailableError,
    TemplateLacksChannelError,
    WrongAddressError,
)
from functions.notices.reach import figures
from functions.notices.reach.report import ReachAnswer, reach
from functions.notices.templates import shelf, trying
from functions.notices.templates.staff_models import (
    DraftNoticeTemplate,
    FromQuery,
    LanguageQuery,
    NoticePreviewAnswer,
    NoticeStateQuery,
    NoticeTemplateAnswer,
    NoticeTemplateApproval,
    NoticeTemplatePatch,
    NoticeTemplatePath,
    NoticeTemplatesAnswer,
    NoticeTestAnswer,
    NoticeTestRequest,
    TemplateQuery,
    UntilQuery,
    template_answer,
)
from functions.notices.templates.template import NoticeTemplate
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
    InvalidRequestError,
    NotFoundError,
    TooManyError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger, trace_id
from loyalty.notices.occasions import Occasion
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position

LIST = "notice-templates"
TAGS = ["notices"]
LONGEST_REPORT_DAYS = 400
_STEP = (ForbiddenError, NotFoundError, WrongStateError, BusyError)

app = api()


@app.post(
    "/notice-templates",
    operation_id="draftNoticeTemplate",
    summary="Draft a template of a notice",
    description="Its placeholders are those of its occasion, in braces, and `{mall}`.",
    tags=TAGS,
    responses=answers(
        201, NoticeTemplateAnswer, "The draft", ForbiddenError, IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError, NoMemberUrlError, BusyError,
    ),
)  # fmt: skip
def draft(body: DraftNoticeTemplate, idempotency_key: IdempotencyKey) -> Response[NoticeTemplateAnswer]:
    """Draft a template."""
    login = _staff(Group.MARKETER)
    trying.require_address(body)
    return _taken(offers.create(shelf.catalogue(), body, login, idempotency_key, utc_now()))


@app.get(
    "/notice-templates",
    operation_id="listNoticeTemplates",
    summary="List the templates of notices",
    tags=TAGS,
    responses=answers(200, NoticeTemplatesAnswer, "A page of templates", ForbiddenError, InvalidCursorError),
)
def templates_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: NoticeStateQuery = None
) -> Response[NoticeTemplatesAnswer]:
    """List the templates."""
    _staff()
    found, last = offers.page(shelf.catalogue(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    filtered = {"state": state.value} if state else {}
    answer = NoticeTemplatesAnswer(items=tuple(map(template_answer, found)), next=following)
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/notice-templates/<template_id>",
    operation_id="getNoticeTemplate",
    summary="Read a template of a notice",
    tags=TAGS,
    responses=answers(200, NoticeTemplateAnswer, "The template", ForbiddenError, NotFoundError),
)
def template(template_id: NoticeTemplatePath) -> NoticeTemplateAnswer:
    """Read a template."""
    _staff()
    return template_answer(offers.read(shelf.catalogue(), template_id))


@app.patch(
    "/notice-templates/<template_id>",
    operation_id="changeNoticeTemplate",
    summary="Change a template before it is published",
    description="What was approved is a draft again. Once published it never changes: end it and draft the next.",
    tags=TAGS,
    responses=answers(200, NoticeTemplateAnswer, "The draft", *_STEP, NoMemberUrlError),
)
def change(template_id: NoticeTemplatePath, body: NoticeTemplatePatch) -> NoticeTemplateAnswer:
    """Change a draft."""
    login = _staff(Group.MARKETER)
    before = offers.read(shelf.catalogue(), template_id)
    trying.require_address(offers.valid(NoticeTemplate, {**before.definition, **body.changes()}))
    plan = offers.change(shelf.catalogue(), template_id, NoticeTemplate, body.changes(), login, utc_now())
    logger.info("notice template changed", template_id=template_id, fields=sorted(body.model_fields_set))
    return template_answer(plan.answer)


@app.post(
    "/notice-templates/<template_id>/approvals",
    operation_id="approveNoticeTemplate",
    summary="Approve a template another person wrote",
    description="Name the version you looked at, so that nothing is approved unseen. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, NoticeTemplateAnswer, "Approved", *_STEP, OwnApprovalError, ChangedMeanwhileError),
)
def approve(
    template_id: NoticeTemplatePath, body: NoticeTemplateApproval | None = None
) -> Response[NoticeTemplateAnswer]:
    """Approve a template."""
    login = _staff(Group.APPROVER)
    version = body.version if body else None
    return _taken(offers.step(shelf.catalogue(), template_id, Step.APPROVE, login, utc_now(), version))


@app.post(
    "/notice-templates/<template_id>/publications",
    operation_id="publishNoticeTemplate",
    summary="Publish an approved template",
    description="Events from now on bring its messages; a broadcast begins. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, NoticeTemplateAnswer, "Published", *_STEP, NoticeSegmentError),
)
def publish(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """Publish a template."""
    login = _staff(Group.MARKETER)
    cost.require_segment(shelf.definition_of(offers.read(shelf.catalogue(), template_id)))
    return _going_on(offers.step(shelf.catalogue(), template_id, Step.PUBLISH, login, utc_now()), login)


@app.post(
    "/notice-templates/<template_id>/pauses",
    operation_id="pauseNoticeTemplate",
    summary="Pause a published template",
    description="No event brings a message of it; what is planned waits, as long as it is good. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, NoticeTemplateAnswer, "Paused", *_STEP),
)
def pause(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """Pause a template."""
    return _stepped(template_id, Step.PAUSE)


@app.post(
    "/notice-templates/<template_id>/resumptions",
    operation_id="resumeNoticeTemplate",
    summary="Go on with a paused template",
    description="Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, NoticeTemplateAnswer, "Published again", *_STEP),
)
def resume(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """Go on with a template."""
    login = _staff(Group.MARKETER)
    return _going_on(offers.step(shelf.catalogue(), template_id, Step.RESUME, login, utc_now()), login)


@app.post(
    "/notice-templates/<template_id>/endings",
    operation_id="endNoticeTemplate",
    summary="End a template for ever",
    description="What is planned is not sent any more. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, NoticeTemplateAnswer, "Ended", *_STEP),
)
def end(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """End a template."""
    return _stepped(template_id, Step.END)


@app.get(
    "/notice-templates/<template_id>/preview",
    operation_id="previewNoticeTemplate",
    summary="Show what a member would read; drafts too",
    description="With sample values, the mall's signature and, in marketing, how to opt out.",
    tags=TAGS,
    responses=answers(200, NoticePreviewAnswer, "The message by channel", ForbiddenError, NotFoundError),
)
def preview(template_id: NoticeTemplatePath, language: LanguageQuery = "zh") -> NoticePreviewAnswer:
    """Show what a member would read."""
    _staff()
    return trying.preview(template_id, language)


@app.post(
    "/notice-templates/<template_id>/tests",
    operation_id="testNoticeTemplate",
    summary="Send a template to yourself, with sample values",
    description="The address is used and forgotten. A repeated key sends nothing again.",
    tags=TAGS,
    responses=answers(
        201, NoticeTestAnswer, "Sent", ForbiddenError, NotFoundError, IdempotencyKeyRequiredError,
        TemplateLacksChannelError, WrongAddressError, TooManyError, ProviderUnavailableError,
    ),
)  # fmt: skip
def test(
    template_id: NoticeTemplatePath, body: NoticeTestRequest, idempotency_key: IdempotencyKey
) -> Response[NoticeTestAnswer]:
    """Send a template to staff."""
    login = _staff(Group.MARKETER)
    replayed = trying.send_test(template_id, body, login, idempotency_key, utc_now())
    answer = NoticeTestAnswer(channel=body.channel, language=body.language)
    return created(answer, f"/notice-templates/{template_id}", replayed=replayed)


@app.get(
    "/notice-templates/<template_id>/broadcast",
    operation_id="getBroadcast",
    summary="What a broadcast costs at most, and how far it has come",
    description="Of drafts too, so that an approver knows the cost.",
    tags=TAGS,
    responses=answers(200, BroadcastAnswer, "Cost and progress", ForbiddenError, NotFoundError, NoBroadcastError),
)
def broadcast(template_id: NoticeTemplatePath) -> BroadcastAnswer:
    """Show what a broadcast costs and how far it has come."""
    _staff()
    return cost.of(template_id)


@app.get(
    "/notices/reach",
    operation_id="getNoticeReach",
    summary="Whom messages reached",
    description="Of everybody who was to be written to and may be, how many got it as far as providers confirm.",
    tags=TAGS,
    responses=answers(200, ReachAnswer, "The figures of the period", ForbiddenError),
)
def reached(first: FromQuery, until: UntilQuery, template_id: TemplateQuery = None) -> ReachAnswer:
    """Report whom messages reached."""
    _staff()
    _require_period(first, until)
    return reach(figures.read(template_id or figures.ALL, first, until), first, until)


def _require_period(first: date, last: date) -> None:
    if not 0 <= (last - first).days < LONGEST_REPORT_DAYS:
        detail = f"from 1 to {LONGEST_REPORT_DAYS} days"
        raise InvalidRequestError(errors=[{"parameter": "until", "code": "period", "detail": detail}])


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _stepped(template_id: str, step: Step) -> Response[NoticeTemplateAnswer]:
    login = _staff(Group.MARKETER)
    return _taken(offers.step(shelf.catalogue(), template_id, step, login, utc_now()))


def _going_on(plan: Plan[Offer], login: str) -> Response[NoticeTemplateAnswer]:
    """Answer with a template that is published now, and wake its job where it is a broadcast."""
    if shelf.definition_of(plan.answer).occasion is Occasion.BROADCAST:
        broadcasting.begin(plan.answer, login, trace_id(app.current_event.raw_event), utc_now())
    return _taken(plan)


def _taken(plan: Plan[Offer]) -> Response[NoticeTemplateAnswer]:
    offer = plan.answer
    logger.info("notice template moved", template_id=offer.offer_id, state=offer.state, replayed=plan.replayed)
    return created(template_answer(offer), f"/notice-templates/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
