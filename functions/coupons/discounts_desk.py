"""HTTPS routes of discount campaigns: money off without a coupon, drafted, approved, published (requirements A11)."""

from aws_lambda_powertools.event_handler import Response

from functions.coupons.campaign_models import (
    CampaignAnswer,
    CampaignIdPath,
    CampaignPatch,
    CampaignsAnswer,
    campaign_answer,
)
from functions.coupons.staff_models import ApprovalRequest, StateQuery
from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, OwnApprovalError, Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.discounts import catalogue
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
from loyalty.pricing.campaigns import Campaign

LIST = "discount-campaigns"
TAGS = ["discount campaigns"]
MARKETERS = (Group.MARKETER,)
APPROVERS = (Group.APPROVER,)
DRAFTED = (ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)

app = api()


@app.post(
    "/discount-campaigns",
    operation_id="draftDiscountCampaign",
    summary="Draft a discount campaign",
    tags=TAGS,
    responses=answers(201, CampaignAnswer, "The draft", *DRAFTED),
)
def draft(body: Campaign, idempotency_key: IdempotencyKey) -> Response[CampaignAnswer]:
    """Draft a campaign."""
    login = _staff(*MARKETERS)
    plan = offers.create(catalogue(), body, login, idempotency_key, utc_now())
    logger.info("campaign drafted", campaign_id=plan.answer.offer_id, replayed=plan.replayed)
    answer = campaign_answer(plan.answer)
    return created(answer, f"/discount-campaigns/{answer.campaign_id}", replayed=plan.replayed)


@app.get(
    "/discount-campaigns",
    operation_id="listDiscountCampaigns",
    summary="List the discount campaigns",
    tags=TAGS,
    responses=answers(200, CampaignsAnswer, "A page of campaigns", ForbiddenError, InvalidCursorError),
)
def campaigns_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[CampaignsAnswer]:
    """List the campaigns."""
    _staff()
    found, last = offers.page(catalogue(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    answer = CampaignsAnswer(items=tuple(map(campaign_answer, found)), next=following)
    filtered = {"state": state.value} if state else {}
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/discount-campaigns/<campaign_id>",
    operation_id="getDiscountCampaign",
    summary="Read a discount campaign",
    tags=TAGS,
    responses=answers(200, CampaignAnswer, "The campaign", ForbiddenError, NotFoundError),
)
def campaign(campaign_id: CampaignIdPath) -> CampaignAnswer:
    """Read a campaign."""
    _staff()
    return campaign_answer(offers.read(catalogue(), campaign_id))


@app.patch(
    "/discount-campaigns/<campaign_id>",
    operation_id="changeDiscountCampaign",
    summary="Change a discount campaign before it is published",
    description="What was approved is a draft again. Once published it never changes: end it and draft the next.",
    tags=TAGS,
    responses=answers(200, CampaignAnswer, "The draft", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def change(campaign_id: CampaignIdPath, body: CampaignPatch) -> CampaignAnswer:
    """Change a draft."""
    login = _staff(*MARKETERS)
    plan = offers.change(catalogue(), campaign_id, Campaign, body.changes(), login, utc_now())
    logger.info("campaign changed", campaign_id=campaign_id, fields=sorted(body.model_fields_set))
    return campaign_answer(plan.answer)


@app.post(
    "/discount-campaigns/<campaign_id>/approvals",
    operation_id="approveDiscountCampaign",
    summary="Approve a discount campaign another person wrote",
    description="Name the version you looked at, so that nothing is approved unseen. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201,
        CampaignAnswer,
        "Approved",
        ForbiddenError,
        NotFoundError,
        WrongStateError,
        BusyError,
        OwnApprovalError,
        ChangedMeanwhileError,
    ),
)  # fmt: skip
def approve(campaign_id: CampaignIdPath, body: ApprovalRequest | None = None) -> Response[CampaignAnswer]:
    """Approve a discount campaign another person wrote."""
    login = _staff(*APPROVERS)
    version = body.version if body else None
    return _taken(offers.step(catalogue(), campaign_id, Step.APPROVE, login, utc_now(), version))


@app.post(
    "/discount-campaigns/<campaign_id>/publications",
    operation_id="publishDiscountCampaign",
    summary="Publish an approved discount campaign",
    description="Tills know it within half a minute. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, CampaignAnswer, "Published", ForbiddenError, NotFoundError, WrongStateError, BusyError
    ),
)  # fmt: skip
def publish(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """Publish an approved discount campaign."""
    login = _staff(*MARKETERS)
    return _taken(offers.step(catalogue(), campaign_id, Step.PUBLISH, login, utc_now()))


@app.post(
    "/discount-campaigns/<campaign_id>/pauses",
    operation_id="pauseDiscountCampaign",
    summary="Pause a published discount campaign",
    description="Tills know it within half a minute. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, CampaignAnswer, "Paused", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def pause(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """Pause a published discount campaign."""
    login = _staff(*MARKETERS)
    return _taken(offers.step(catalogue(), campaign_id, Step.PAUSE, login, utc_now()))


@app.post(
    "/discount-campaigns/<campaign_id>/resumptions",
    operation_id="resumeDiscountCampaign",
    summary="Go on with a paused discount campaign",
    description="Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, CampaignAnswer, "Published again", ForbiddenError, NotFoundError, WrongStateError, BusyError
    ),
)  # fmt: skip
def resume(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """Go on with a paused discount campaign."""
    login = _staff(*MARKETERS)
    return _taken(offers.step(catalogue(), campaign_id, Step.RESUME, login, utc_now()))


@app.post(
    "/discount-campaigns/<campaign_id>/endings",
    operation_id="endDiscountCampaign",
    summary="End a discount campaign for ever",
    description="Tills know it within half a minute. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, CampaignAnswer, "Ended", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def end(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """End a discount campaign for ever."""
    login = _staff(*MARKETERS)
    return _taken(offers.step(catalogue(), campaign_id, Step.END, login, utc_now()))


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _taken(plan: Plan[Offer]) -> Response[CampaignAnswer]:
    offer = plan.answer
    logger.info("campaign moved", campaign_id=offer.offer_id, state=offer.state.value, replayed=plan.replayed)
    return created(campaign_answer(offer), f"/discount-campaigns/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
