"""HTTPS routes of campaigns: planned, approved by another person, published, paused, ended (requirements P4, A1)."""

from aws_lambda_powertools.event_handler import Response

from functions.campaigns import publication
from functions.campaigns.naming import SurveyClosedError, UnknownNamesError
from functions.campaigns.publication import CampaignOverError, catalogue
from functions.campaigns.staff_models import (
    CampaignApproval,
    CampaignStateQuery,
    DraftCampaign,
    EarningCampaignAnswer,
    EarningCampaignPatch,
    EarningCampaignPath,
    EarningCampaignsAnswer,
    campaign_answer,
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

LIST = "campaigns"
TAGS = ["campaigns"]
DRAFTED = (ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)
STEPPED = (ForbiddenError, NotFoundError, WrongStateError, BusyError)

app = api()


@app.post(
    "/campaigns",
    operation_id="draftCampaign",
    summary="Draft a campaign that awards points or coupons",
    description="Conditions, effects, limits and a budget that is never exceeded. Money off is a discount campaign.",
    tags=TAGS,
    responses=answers(201, EarningCampaignAnswer, "The draft", *DRAFTED),
)
def draft(body: DraftCampaign, idempotency_key: IdempotencyKey) -> Response[EarningCampaignAnswer]:
    """Draft a campaign."""
    return _taken(offers.create(catalogue(), body, _staff(Group.MARKETER), idempotency_key, utc_now()))


@app.get(
    "/campaigns",
    operation_id="listCampaigns",
    summary="List the campaigns",
    tags=TAGS,
    responses=answers(200, EarningCampaignsAnswer, "A page of campaigns", ForbiddenError, InvalidCursorError),
)
def campaigns_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: CampaignStateQuery = None
) -> Response[EarningCampaignsAnswer]:
    """List the campaigns."""
    _staff()
    now = utc_now()
    found, last = offers.page(catalogue(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    items = tuple(campaign_answer(offer, now) for offer in found)
    filtered = {"state": state.value} if state else {}
    return listed(EarningCampaignsAnswer(items=items, next=following), following, limit=limit, **filtered)


@app.get(
    "/campaigns/<campaign_id>",
    operation_id="getCampaign",
    summary="Read a campaign, its phase and what is left of its budget",
    tags=TAGS,
    responses=answers(200, EarningCampaignAnswer, "The campaign", ForbiddenError, NotFoundError),
)
def campaign(campaign_id: EarningCampaignPath) -> EarningCampaignAnswer:
    """Read a campaign."""
    _staff()
    offer = offers.read(catalogue(), campaign_id)
    return campaign_answer(offer, utc_now(), publication.left(offer))


@app.patch(
    "/campaigns/<campaign_id>",
    operation_id="changeCampaign",
    summary="Change a campaign before it is published",
    description="What was approved is a draft again. Once published it never changes: end it and draft the next.",
    tags=TAGS,
    responses=answers(200, EarningCampaignAnswer, "The draft", *STEPPED),
)
def change(campaign_id: EarningCampaignPath, body: EarningCampaignPatch) -> EarningCampaignAnswer:
    """Change a draft."""
    login, now = _staff(Group.MARKETER), utc_now()
    plan = offers.change(catalogue(), campaign_id, DraftCampaign, body.changes(), login, now)
    logger.info("campaign changed", campaign_id=campaign_id, fields=sorted(body.model_fields_set))
    return campaign_answer(plan.answer, now)


@app.post(
    "/campaigns/<campaign_id>/approvals",
    operation_id="approveCampaign",
    summary="Approve a campaign another person wrote",
    description="Name the version you looked at, so that nothing is approved unseen. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, EarningCampaignAnswer, "Approved", *STEPPED, OwnApprovalError, ChangedMeanwhileError),
)
def approve(campaign_id: EarningCampaignPath, body: CampaignApproval | None = None) -> Response[EarningCampaignAnswer]:
    """Approve a campaign another person wrote."""
    login, version = _staff(Group.APPROVER), body.version if body else None
    return _taken(offers.step(catalogue(), campaign_id, Step.APPROVE, login, utc_now(), version))


@app.post(
    "/campaigns/<campaign_id>/publications",
    operation_id="publishCampaign",
    summary="Publish an approved campaign",
    description="Opens its budget and lets its rule run, in one transaction. What it names must exist. Tills know it "
    "within half a minute. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, EarningCampaignAnswer, "Published", *STEPPED, UnknownNamesError, CampaignOverError, SurveyClosedError
    ),
)
def publish(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Publish an approved campaign."""
    return _taken(publication.publish(campaign_id, _staff(Group.MARKETER), utc_now()))


@app.post(
    "/campaigns/<campaign_id>/pauses",
    operation_id="pauseCampaign",
    summary="Pause a published campaign",
    description="No receipt gets anything of it until it goes on; tills know it within half a minute.",
    tags=TAGS,
    responses=answers(201, EarningCampaignAnswer, "Paused", *STEPPED),
)
def pause(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Pause a published campaign."""
    return _taken(publication.step(campaign_id, Step.PAUSE, _staff(Group.MARKETER), utc_now()))


@app.post(
    "/campaigns/<campaign_id>/resumptions",
    operation_id="resumeCampaign",
    summary="Go on with a paused campaign",
    description="By the very rule it was published with. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, EarningCampaignAnswer, "Published again", *STEPPED),
)
def resume(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Go on with a paused campaign."""
    return _taken(publication.step(campaign_id, Step.RESUME, _staff(Group.MARKETER), utc_now()))


@app.post(
    "/campaigns/<campaign_id>/endings",
    operation_id="endCampaign",
    summary="Close a campaign for ever",
    description="Receipts of its time that come later get nothing of it any more. What was given stays given.",
    tags=TAGS,
    responses=answers(201, EarningCampaignAnswer, "Ended", *STEPPED),
)
def end(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Close a campaign for ever."""
    return _taken(publication.step(campaign_id, Step.END, _staff(Group.MARKETER), utc_now()))


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _taken(plan: Plan[Offer]) -> Response[EarningCampaignAnswer]:
    offer = plan.answer
    logger.info("campaign moved", campaign_id=offer.offer_id, state=offer.state.value, replayed=plan.replayed)
    return created(campaign_answer(offer, utc_now()), f"/campaigns/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
