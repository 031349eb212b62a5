"""The starter content goes live: drafted and published by a marketer, approved by another person, gifts stocked.

Offers are known again by their names, and each goes on from the state it is found in. So a run that was cut short is
finished by the next one, and a rerun only reads three lists.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from functions.campaigns.definition import EarningCampaign
from functions.lifecycle.definition import OccasionOffer
from local.console import Progress
from local.demo.api import Api
from local.starter import Starter, StockedReward

MARKETER, APPROVER, STOREKEEPER = "marketer", "approver", "operator"
Ids = Mapping[str, str]
"""Ids the API gave out, by the ids of the entries in the files."""


@dataclass(frozen=True)
class Published:
    """What is on offer now: coupon templates and rewards; the surveys that ask; the campaigns that award."""

    coupons: Ids
    rewards: Ids
    surveys: Ids
    campaigns: Ids


@dataclass(frozen=True)
class _Routes:
    """Where offers of one kind are written.

    Attributes:
        path: of their list.
        id_name: the field that holds an offer's id.
        name: the field of a definition by which an offer is known again.
    """

    path: str
    id_name: str
    name: str = "name_zh"

    def publish(self, api: Api, offer: Mapping[str, Any], stock: Callable[[str], None] = lambda _: None) -> str:
        """Take an offer from where it stands to publication; return its id.

        Args:
            stock: books what comes in, before anybody can want it.
        """
        offer_id = str(offer[self.id_name])
        if offer["state"] == "draft":
            offer = api.expect(201, APPROVER, "POST", f"{self.path}/{offer_id}/approvals", {})
        if offer["state"] == "approved":
            stock(offer_id)
            api.expect(201, MARKETER, "POST", f"{self.path}/{offer_id}/publications", {})
        return offer_id


COUPONS = _Routes("/coupon-templates", "template_id")
DISCOUNTS = _Routes("/discount-campaigns", "campaign_id")
REWARDS = _Routes("/rewards", "reward_id")
CAMPAIGNS = _Routes("/campaigns", "campaign_id")
OCCASIONS = _Routes("/occasion-offers", "offer_id")
NOTICES = _Routes("/notice-templates", "template_id")
SURVEYS = _Routes("/surveys", "survey_id", "title_zh")


def publish_offers(api: Api, starter: Starter) -> Published:
    """Bring everything on offer to publication, and last the notices that tell members of it."""
    progress = Progress("publishing offers")
    coupons = _published(api, COUPONS, starter.coupons)
    _published(api, DISCOUNTS, starter.discounts)
    rewards = _published_rewards(api, starter.rewards, coupons)
    surveys = _published(api, SURVEYS, starter.surveys)
    campaigns = _published_campaigns(api, starter.campaigns, coupons)
    occasions = _published_occasions(api, starter.occasions, coupons, naming_segments=False)
    notices = _published(api, NOTICES, starter.notices)
    counts = (
        f"{len(coupons)} coupons, {len(starter.discounts)} discounts, {len(rewards)} rewards, {len(surveys)} surveys, "
        f"{len(campaigns)} campaigns, {len(occasions)} offers by occasion, {len(notices)} notices"
    )
    progress.done(f"{counts} at {len(starter.tenants)} tenants")
    return Published(coupons, rewards, surveys, campaigns)


def _published(api: Api, routes: _Routes, models: Mapping[str, BaseModel]) -> Ids:
    standing = _standing(api, routes)
    return {
        entry_id: routes.publish(api, _drafted(api, routes, standing, entry_id, model))
        for entry_id, model in models.items()
    }


def _published_rewards(api: Api, rewards: Mapping[str, StockedReward], coupons: Ids) -> Ids:
    standing, ids = _standing(api, REWARDS), dict[str, str]()
    for entry_id, stocked in rewards.items():
        names = stocked.reward.template_id
        reward = stocked.reward.model_copy(update={"template_id": coupons[names] if names else None})
        offer = _drafted(api, REWARDS, standing, entry_id, reward)
        ids[entry_id] = REWARDS.publish(api, offer, _stocking(api, stocked.stock))
    return ids


def publish_for_segments(api: Api, starter: Starter, published: Published) -> int:
    """Publish the offers that name segments, once there are any: a first refresh found them. Return how many.

    Whoever was in one before gets nothing for it: only entering one counts.
    """
    return len(_published_occasions(api, starter.occasions, published.coupons, naming_segments=True))


def _published_occasions(api: Api, offers: Mapping[str, OccasionOffer], coupons: Ids, *, naming_segments: bool) -> Ids:
    chosen = {
        entry_id: _giving_coupons(offer, coupons)
        for entry_id, offer in offers.items()
        if bool(offer.segment_id or offer.who.segments) == naming_segments
    }
    return _published(api, OCCASIONS, chosen) if chosen else {}


def _giving_coupons(offer: OccasionOffer, coupons: Ids) -> OccasionOffer:
    preferred = (
        gift.model_copy(update={"coupons": tuple(coupons[name] for name in gift.coupons)}) for gift in offer.by_interest
    )
    given = tuple(coupons[name] for name in offer.coupons)
    return offer.model_copy(update={"coupons": given, "by_interest": tuple(preferred)})


def _published_campaigns(api: Api, campaigns: Mapping[str, EarningCampaign], coupons: Ids) -> Ids:
    naming = {entry_id: giving(campaign, coupons) for entry_id, campaign in campaigns.items()}
    return _published(api, CAMPAIGNS, naming)


def giving(campaign: EarningCampaign, coupons: Ids) -> EarningCampaign:
    """Return a campaign that gives coupons by the ids the API gave out, rather than by those of the file."""
    written = campaign.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    gifts = [effect.get("gift") for effect in written["effects"]]
    gifts += [step["gift"] for effect in written["effects"] for step in effect.get("steps", ())]
    for gift in gifts:
        if gift and "templates" in gift:
            gift["templates"] = [coupons[name] for name in gift["templates"]]
    return EarningCampaign.model_validate(written)


def _stocking(api: Api, stock: Mapping[str, int]) -> Callable[[str], None]:
    def book(reward_id: str) -> None:
        for point, units in stock.items():
            movement = {"point": point, "kind": "stock_in", "units": units, "note": "开业备货"}
            path = f"/rewards/{reward_id}/stock/movements"
            api.expect(201, STOREKEEPER, "POST", path, movement, key=f"starter-{point}")

    return book


def _standing(api: Api, routes: _Routes) -> Mapping[str, Mapping[str, Any]]:
    """The offers by name; of a survey, which may have several versions, the first."""
    return {
        offer["definition"][routes.name]: offer
        for offer in api.items(MARKETER, routes.path)
        if offer.get("number", 1) == 1
    }


def _drafted(
    api: Api, routes: _Routes, standing: Mapping[str, Mapping[str, Any]], entry_id: str, model: BaseModel
) -> Mapping[str, Any]:
    definition = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    found = standing.get(definition[routes.name])
    return found or api.expect(201, MARKETER, "POST", routes.path, definition, key=f"starter-{entry_id}")
