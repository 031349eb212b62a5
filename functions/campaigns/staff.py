"""HTTPS routes of campaigns: planned, approved by another person, published, paused, ended (requirements P4, A1)."""

from aws_lambda_powertools.event_handler import Response

from functions.campaigns import publication
from functions.campaigns.naming import SurveyClosedError, UnknownNamesError
from functions.campaigns.publication import CampaignOverError, catalogue
from functions.campaigns.staff_models import (
    DraftCampaign,
    EarningCampaignAnswer,
    EarningCampaignPatch,
    EarningCampaignPath,
    EarningCampaignsAnswer,
    campaign_answer,
)
from loyalty import offers
from loyalty.auth import Group
from loyalty.catalogue import Offer, Step
from loyalty.clock import utc_now
from loyalty.http import IdempotencyKey, api, entry_point
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offer_routes import OfferRoutes
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter


def _shown(offer: Offer) -> EarningCampaignAnswer:
    return campaign_answer(offer, utc_now())


app = api()
campaigns = OfferRoutes(app, "a campaign", EarningCampaignAnswer, _shown, catalogue)


@campaigns.draft("Conditions, effects, limits and a budget that is never exceeded. Money off is a discount campaign.")
def draft(body: DraftCampaign, idempotency_key: IdempotencyKey) -> Response[EarningCampaignAnswer]:
    """Draft a campaign."""
    login = campaigns.staff(Group.MARKETER)
    return campaigns.created(offers.create(catalogue(), body, login, idempotency_key, utc_now()))


@campaigns.page(EarningCampaignsAnswer)
def page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[EarningCampaignsAnswer]:
    """List the campaigns."""
    return campaigns.listed(EarningCampaignsAnswer, limit, after, state)


@campaigns.one("Read a campaign, its phase and what is left of its budget")
def campaign(campaign_id: EarningCampaignPath) -> EarningCampaignAnswer:
    """Read a campaign."""
    offer = campaigns.found(campaign_id)
    return campaign_answer(offer, utc_now(), publication.left(offer))


@campaigns.change()
def change(campaign_id: EarningCampaignPath, body: EarningCampaignPatch) -> EarningCampaignAnswer:
    """Change a draft."""
    login = campaigns.staff(Group.MARKETER)
    plan = offers.change(catalogue(), campaign_id, DraftCampaign, body.changes(), login, utc_now())
    return campaigns.changed(plan, body.model_fields_set)


@campaigns.approve()
def approve(campaign_id: EarningCampaignPath, body: OfferApproval | None = None) -> Response[EarningCampaignAnswer]:
    """Approve a campaign another person wrote."""
    return campaigns.approved(campaign_id, body.version if body else None)


@campaigns.publish(
    "Opens its budget and lets its rule run, in one transaction. What it names must exist. Tills know it within half "
    "a minute. Repeating it is safe.",
    UnknownNamesError,
    CampaignOverError,
    SurveyClosedError,
)
def publish(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Publish an approved campaign."""
    return campaigns.created(publication.publish(campaign_id, campaigns.staff(Group.MARKETER), utc_now()))


@campaigns.pause("No receipt gets anything of it until it goes on; tills know it within half a minute.")
def pause(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Pause a published campaign."""
    return _stepped(campaign_id, Step.PAUSE)


@campaigns.resume("By the very rule it was published with. Repeating it is safe.")
def resume(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Go on with a paused campaign."""
    return _stepped(campaign_id, Step.RESUME)


@campaigns.end("Receipts of its time that come later get nothing of it any more. What was given stays given.")
def end(campaign_id: EarningCampaignPath) -> Response[EarningCampaignAnswer]:
    """Close a campaign for ever."""
    return _stepped(campaign_id, Step.END)


def _stepped(campaign_id: str, step: Step) -> Response[EarningCampaignAnswer]:
    """Take a step, and let the rule that runs follow it."""
    return campaigns.created(publication.step(campaign_id, step, campaigns.staff(Group.MARKETER), utc_now()))


handler = entry_point(app)
