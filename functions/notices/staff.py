"""HTTPS routes of templates: their life, a preview, a test, a broadcast's progress (requirement N1)."""

from aws_lambda_powertools.event_handler import Response

from functions.notices.broadcasts import broadcasting, cost
from functions.notices.broadcasts.cost import BroadcastAnswer
from functions.notices.errors import (
    NoBroadcastError,
    NoMemberUrlError,
    NoticeSegmentError,
    ProviderUnavailableError,
    TemplateLacksChannelError,
    TextNotRegisteredError,
    WrongAddressError,
)
from functions.notices.templates import shelf, trying
from functions.notices.templates.staff_models import (
    DraftNoticeTemplate,
    LanguageQuery,
    NoticePreviewAnswer,
    NoticeTemplateAnswer,
    NoticeTemplatePatch,
    NoticeTemplatePath,
    NoticeTemplatesAnswer,
    NoticeTestAnswer,
    NoticeTestRequest,
    template_answer,
)
from functions.notices.templates.template import NoticeTemplate
from loyalty import offers
from loyalty.auth import Group
from loyalty.catalogue import Step
from loyalty.clock import utc_now
from loyalty.errors import ForbiddenError, IdempotencyKeyRequiredError, NotFoundError, TooManyError
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, trace_id
from loyalty.notices.occasions import Occasion
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offer_routes import OfferRoutes
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter

TAGS = ["notices"]

app = api()
routes = OfferRoutes(app, "a notice template", NoticeTemplateAnswer, template_answer, shelf.catalogue, *TAGS)


@routes.draft("Its placeholders are those of its occasion, in braces, and `{mall}`.", NoMemberUrlError)
def draft(body: DraftNoticeTemplate, idempotency_key: IdempotencyKey) -> Response[NoticeTemplateAnswer]:
    """Draft a template."""
    login = routes.staff(Group.MARKETER)
    trying.require_address(body)
    return routes.created(offers.create(shelf.catalogue(), body, login, idempotency_key, utc_now()))


@routes.page(NoticeTemplatesAnswer)
def page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[NoticeTemplatesAnswer]:
    """List the templates."""
    return routes.listed(NoticeTemplatesAnswer, limit, after, state)


@routes.one()
def template(template_id: NoticeTemplatePath) -> NoticeTemplateAnswer:
    """Read a template."""
    return template_answer(routes.found(template_id))


@routes.change(NoMemberUrlError)
def change(template_id: NoticeTemplatePath, body: NoticeTemplatePatch) -> NoticeTemplateAnswer:
    """Change a draft."""
    login = routes.staff(Group.MARKETER)
    before = offers.read(shelf.catalogue(), template_id)
    trying.require_address(offers.valid(NoticeTemplate, {**before.definition, **body.changes()}))
    plan = offers.change(shelf.catalogue(), template_id, NoticeTemplate, body.changes(), login, utc_now())
    return routes.changed(plan, body.model_fields_set)


@routes.approve()
def approve(template_id: NoticeTemplatePath, body: OfferApproval | None = None) -> Response[NoticeTemplateAnswer]:
    """Approve a template."""
    return routes.approved(template_id, body.version if body else None)


@routes.publish(
    "Events from now on bring its messages; a broadcast begins. Repeating it is safe.",
    NoticeSegmentError,
    TextNotRegisteredError,
)
def publish(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """Publish a template."""
    login = routes.staff(Group.MARKETER)
    definition = shelf.definition_of(offers.read(shelf.catalogue(), template_id))
    cost.require_segment(definition)
    trying.require_registered(definition)
    return _going_on(template_id, Step.PUBLISH, login)


@routes.pause("No event brings a message of it; what is planned waits, as long as it is good. Repeating it is safe.")
def pause(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """Pause a template."""
    return routes.stepped(template_id, Step.PAUSE)


@routes.resume()
def resume(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """Go on with a template."""
    return _going_on(template_id, Step.RESUME, routes.staff(Group.MARKETER))


@routes.end("What is planned is not sent any more. Repeating it is safe.")
def end(template_id: NoticeTemplatePath) -> Response[NoticeTemplateAnswer]:
    """End a template."""
    return routes.stepped(template_id, Step.END)


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
    routes.staff()
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
    login = routes.staff(Group.MARKETER)
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
    routes.staff()
    return cost.of(template_id)


def _going_on(template_id: str, step: Step, login: str) -> Response[NoticeTemplateAnswer]:
    """Take a step after which the template is published, and wake its job where it is a broadcast."""
    plan = offers.step(shelf.catalogue(), template_id, step, login, utc_now())
    if shelf.definition_of(plan.answer).occasion is Occasion.BROADCAST:
        broadcasting.begin(plan.answer, login, trace_id(app.current_event.raw_event), utc_now())
    return routes.created(plan)


handler = entry_point(app)
