"""HTTPS routes of discount campaigns: money off without a coupon, drafted, approved, published (requirements A11)."""

from aws_lambda_powertools.event_handler import Response

from functions.coupons.campaign_models import (
    CampaignAnswer,
    CampaignIdPath,
    CampaignPatch,
    CampaignsAnswer,
    campaign_answer,
)
from loyalty import offers
from loyalty.auth import Group
from loyalty.catalogue import Step
from loyalty.clock import utc_now
from loyalty.discounts import catalogue
from loyalty.http import IdempotencyKey, api, entry_point
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offer_routes import OfferRoutes
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from loyalty.pricing.campaigns import Campaign

KNOWN_SOON = "Tills know it within half a minute. Repeating it is safe."

app = api()
campaigns = OfferRoutes(app, "a discount campaign", CampaignAnswer, campaign_answer, catalogue)


@campaigns.draft()
def draft(body: Campaign, idempotency_key: IdempotencyKey) -> Response[CampaignAnswer]:
    """Draft a campaign."""
    login = campaigns.staff(Group.MARKETER)
    return campaigns.created(offers.create(catalogue(), body, login, idempotency_key, utc_now()))


@campaigns.page(CampaignsAnswer)
def page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[CampaignsAnswer]:
    """List the campaigns."""
    return campaigns.listed(CampaignsAnswer, limit, after, state)


@campaigns.one()
def campaign(campaign_id: CampaignIdPath) -> CampaignAnswer:
    """Read a campaign."""
    return campaign_answer(campaigns.found(campaign_id))


@campaigns.change()
def change(campaign_id: CampaignIdPath, body: CampaignPatch) -> CampaignAnswer:
    """Change a draft."""
    login = campaigns.staff(Group.MARKETER)
    plan = offers.change(catalogue(), campaign_id, Campaign, body.changes(), login, utc_now())
    return campaigns.changed(plan, body.model_fields_set)


@campaigns.approve()
def approve(campaign_id: CampaignIdPath, body: OfferApproval | None = None) -> Response[CampaignAnswer]:
    """Approve a discount campaign another person wrote."""
    return campaigns.approved(campaign_id, body.version if body else None)


@campaigns.publish(KNOWN_SOON)
def publish(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """Publish an approved discount campaign."""
    return campaigns.stepped(campaign_id, Step.PUBLISH)


@campaigns.pause(KNOWN_SOON)
def pause(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """Pause a published discount campaign."""
    return campaigns.stepped(campaign_id, Step.PAUSE)


@campaigns.resume()
def resume(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """Go on with a paused discount campaign."""
    return campaigns.stepped(campaign_id, Step.RESUME)


@campaigns.end(KNOWN_SOON)
def end(campaign_id: CampaignIdPath) -> Response[CampaignAnswer]:
    """End a discount campaign for ever."""
    return campaigns.stepped(campaign_id, Step.END)


handler = entry_point(app)
