"""HTTPS routes of coupon templates: their life, what one does to a sample basket, and its figures (C1 to C4, C7)."""

from aws_lambda_powertools.event_handler import Response

from functions.coupons import figures, previews, templates
from functions.coupons.figures import FiguresAnswer
from functions.coupons.staff_models import (
    PreviewAnswer,
    PreviewRequest,
    TemplateAnswer,
    TemplateIdPath,
    TemplatePatch,
    TemplatesAnswer,
    template_answer,
)
from functions.coupons.templates import WordTakenError
from loyalty import offers
from loyalty.auth import Group
from loyalty.catalogue import Step
from loyalty.clock import utc_now
from loyalty.coupons import issue
from loyalty.coupons.template import Template
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import IdempotencyKey, answers, api, entry_point, language
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offer_routes import OfferRoutes
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter

TAGS = ["coupon templates"]

app = api()
routes = OfferRoutes(app, "a coupon template", TemplateAnswer, template_answer, issue.templates)


@routes.draft()
def draft(body: Template, idempotency_key: IdempotencyKey) -> Response[TemplateAnswer]:
    """Draft a template."""
    login = routes.staff(Group.MARKETER)
    return routes.created(offers.create(issue.templates(), body, login, idempotency_key, utc_now()))


@routes.page(TemplatesAnswer)
def page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[TemplatesAnswer]:
    """List the templates."""
    return routes.listed(TemplatesAnswer, limit, after, state)


@routes.one("Read a coupon template and what is left of it")
def template(template_id: TemplateIdPath) -> TemplateAnswer:
    """Read a template."""
    offer = routes.found(template_id)
    return template_answer(offer, templates.left(offer))


@routes.change()
def change(template_id: TemplateIdPath, body: TemplatePatch) -> TemplateAnswer:
    """Change a draft."""
    login = routes.staff(Group.MARKETER)
    plan = offers.change(issue.templates(), template_id, Template, body.changes(), login, utc_now())
    return routes.changed(plan, body.model_fields_set)


@routes.approve()
def approve(template_id: TemplateIdPath, body: OfferApproval | None = None) -> Response[TemplateAnswer]:
    """Approve a coupon template another person wrote."""
    return routes.approved(template_id, body.version if body else None)


@routes.publish(
    "Opens its stock and reserves its festival code in the same transaction. Repeating it is safe.", WordTakenError
)
def publish(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """Publish an approved coupon template."""
    return routes.created(templates.publish(template_id, routes.staff(Group.MARKETER), utc_now()))


@routes.pause("Nothing is issued of it meanwhile; coupons issued before stay valid. Repeating it is safe.")
def pause(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """Pause a published coupon template."""
    return routes.stepped(template_id, Step.PAUSE)


@routes.resume()
def resume(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """Go on with a paused coupon template."""
    return routes.stepped(template_id, Step.RESUME)


@routes.end("Its festival code is free again; coupons issued before stay valid. Repeating it is safe.")
def end(template_id: TemplateIdPath) -> Response[TemplateAnswer]:
    """End a coupon template for ever."""
    return routes.created(templates.end(template_id, routes.staff(Group.MARKETER), utc_now()))


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
    routes.staff()
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
    routes.found(template_id)
    return figures.read(template_id)


handler = entry_point(app)
