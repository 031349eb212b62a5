"""HTTPS routes of coupon templates: their life, what one does to a sample basket, and its figures (C1 to C4, C7)."""

from aws_lambda_powertools.event_handler import Response

from functions.coupons import figures, previews, templates
from functions.coupons.figures import FiguresAnswer
from functions.coupons.staff_models import (
    ApprovalRequest,
    PreviewAnswer,
    PreviewRequest,
    StateQuery,
    TemplateAnswer,
    TemplateIdPath,
    TemplatePatch,
    TemplatesAnswer,
    template_answer,
)
from functions.coupons.templates import WordTakenError
from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, OwnApprovalError, Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.coupons import issue
from loyalty.coupons.template import Template
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, language, logger
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

LIST = "coupon-templates"
TAGS = ["coupon templates"]
MARKETERS = (Group.MARKETER,)
APPROVERS = (Group.APPROVER,)
DRAFTED = (ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)

app = api()


@app.post(
    "/coupon-templates",
    operation_id="draftCouponTemplate",
    summary="Draft a coupon template",
    tags=TAGS,
    responses=answers(201, TemplateAnswer, "The draft", *DRAFTED),
)
def draft(body: Template, idempotency_key: IdempotencyKey) -> Response[TemplateAnswer]:
    """Draft a template."""
    login = _staff(*MARKETERS)
    plan = offers.create(issue.templates(), body, login, idempotency_key, utc_now())
    logger.info("template drafted", template_id=plan.answer.offer_id, replayed=plan.replayed)
    answer = template_answer(plan.answer)
    return created(answer, f"/coupon-templates/{answer.template_id}", replayed=plan.replayed)


@app.get(
    "/coupon-templates",
    operation_id="listCouponTemplates",
    summary="List the coupon templates",
    tags=TAGS,
    responses=answers(200, TemplatesAnswer, "A page of templates", ForbiddenError, InvalidCursorError),
)
def templates_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[TemplatesAnswer]:
    """List the templates."""
    _staff()
    found, last = offers.page(issue.templates(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    answer = TemplatesAnswer(items=tuple(map(template_answer, found)), next=following)
    filtered = {"state": state.value} if state else {}
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/coupon-templates/<template_id>",
    operation_id="getCouponTemplate",
    summary="Read a coupon template and what is left of it",
    tags=TAGS,
    responses=answers(200, TemplateAnswer, "The template", ForbiddenError, NotFoundError),
)
def template(template_id: TemplateIdPath) -> TemplateAnswer:
    """Read a template."""
    _staff()
    offer = offers.read(issue.templates(), template_id)
    return template_answer(offer, templates.left(offer))


@app.patch(
    "/coupon-templates/<template_id>",
    operation_id="changeCouponTemplate",
    summary="Change a coupon template before it is published",
    description="What was approved is a draft again. Once published it never changes: end it and draft the next.",
    tags=TAGS,
    responses=answers(200, TemplateAnswer, "The draft", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def change(template_id: TemplateIdPath, body: TemplatePatch) -> TemplateAnswer:
    """Change a draft."""
    login = _staff(*MARKETERS)
    plan = offers.change(issue.templates(), template_id, Template, body.changes(), login, utc_now())
    logger.info("template changed", template_id=template_id, fields=sorted(body.model_fields_set))
    return template_answer(plan.answer)


@app.post(
    "/coupon-templates/<template_id>/approvals",
    operation_id="approveCouponTemplate",
    summary="Approve a coupon template another person wrote",
    description="Name the version you looked at, so that nothing is approved unseen. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201,
        TemplateAnswer,
        "Approved",
        ForbiddenError,
        NotFoundError,
        WrongStateError,
        BusyError,
        OwnApprovalError,
        ChangedMeanwhileError,
    ),
)  # fmt: skip
def approve(template_id: TemplateIdPath, body: ApprovalRequest | None = None) -> Response[TemplateAnswer]:
    """Approve a coupon template another person wrote."""
    login = _staff(*APPROVERS)
    version = body.version if body else None
    return _taken(offers.step(issue.templates(), template_id, Step.APPROVE, login, utc_now(), version))


@app.post(
    "/coupon-templates/<template_id>/publications",
    operation_id="publishCouponTemplate",
    summary="Publish an approved coupon template",
    description="Opens its stock and reserves its festival code in the same transaction. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, TemplateAnswer, "Published", ForbiddenError, NotFoundError, WrongStateError, BusyError, WordTakenError
    ),
)  # fmt: skip
def publish(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """Publish an approved coupon template."""
    login = _staff(*MARKETERS)
    return _taken(templates.publish(template_id, login, utc_now()))


@app.post(
    "/coupon-templates/<template_id>/pauses",
    operation_id="pauseCouponTemplate",
    summary="Pause a published coupon template",
    description="Nothing is issued of it meanwhile; coupons issued before stay valid. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, TemplateAnswer, "Paused", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def pause(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """Pause a published coupon template."""
    login = _staff(*MARKETERS)
    return _taken(offers.step(issue.templates(), template_id, Step.PAUSE, login, utc_now()))


@app.post(
    "/coupon-templates/<template_id>/resumptions",
    operation_id="resumeCouponTemplate",
    summary="Go on with a paused coupon template",
    description="Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, TemplateAnswer, "Published again", ForbiddenError, NotFoundError, WrongStateError, BusyError
    ),
)  # fmt: skip
def resume(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """Go on with a paused coupon template."""
    login = _staff(*MARKETERS)
    return _taken(offers.step(issue.templates(), template_id, Step.RESUME, login, utc_now()))


@app.post(
    "/coupon-templates/<template_id>/endings",
    operation_id="endCouponTemplate",
    summary="End a coupon template for ever",
    description="Its festival code is free again; coupons issued before stay valid. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, TemplateAnswer, "Ended", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def end(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """End a coupon template for ever."""
    login = _staff(*MARKETERS)
    return _taken(templates.end(template_id, login, utc_now()))


@app.post(
    "/coupon-templates/<template_id>/previews",
    operation_id="previewCouponTemplate",
    summary="Show what a coupon does to a sample basket; drafts too",
    description="Priced by the rules of the checkout, the tier's discount and running campaigns included.",
    tags=TAGS,
    responses=answers(200, PreviewAnswer, "What the basket would cost", ForbiddenError, NotFoundError),
)
def preview(template_id: TemplateIdPath, body: PreviewRequest) -> PreviewAnswer:
    """Price a sample basket."""
    _staff()
    return previews.of(template_id, body, utc_now(), language(app))


@app.get(
    "/coupon-templates/<template_id>/figures",
    operation_id="getCouponTemplateFigures",
    summary="Count what became of a template's coupons, and what they cost",
    description="Counted from events, each once; some seconds behind.",
    tags=TAGS,
    responses=answers(200, FiguresAnswer, "The figures", ForbiddenError, NotFoundError),
)
def figures_of(template_id: TemplateIdPath) -> FiguresAnswer:
    """Read a template's figures."""
    _staff()
    offers.read(issue.templates(), template_id)
    return figures.read(template_id)


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _taken(plan: Plan[Offer]) -> Response[TemplateAnswer]:
    offer = plan.answer
    logger.info("template moved", template_id=offer.offer_id, state=offer.state.value, replayed=plan.replayed)
    return created(template_answer(offer), f"/coupon-templates/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
