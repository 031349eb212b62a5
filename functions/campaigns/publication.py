"""What publication adds to a campaign's life: its rule runs, its budget is open, and what it names exists (A1).

    published  the definition's new state + running/campaign/<id> + the budget's shards     one transaction
               + the survey that follows it, where it names one (`loyalty.surveys.follow_up`)
    paused     the new state, the running row gone                                          one transaction
    resumed    the new state, the running row back: the very rule it was published with
    ended      the new state, the running row gone: receipts that come now get nothing of it
               + in its window: the survey follows from that day

The rule stays with the definition for ever: entries of the ledger name the campaign, and a return is decided by the
rule that gave the award. Nothing of a publication is ever half there, and repeating a step finds it done.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from functions.campaigns import naming
from functions.campaigns.definition import NAME, EarningCampaign, campaign_of, compiled
from functions.campaigns.naming import Named
from loyalty import attempts, offers, stock
from loyalty.attempts import Plan
from loyalty.catalogue import Catalogue, Offer, OfferState, Step
from loyalty.dynamo import to_item
from loyalty.earning import running
from loyalty.earning.rule import Rule, from_plain, to_plain
from loyalty.errors import RuleError
from loyalty.settings import time_zone
from loyalty.stock import Place
from loyalty.surveys import follow_up as following
from loyalty.surveys import settings as survey_settings
from loyalty.surveys.follow_up import FollowUp

RULE = "rule"
"""The fact of a published campaign that holds its rule."""
SURVEY = "survey_series"
"""The fact that holds the series of the survey that follows it, under which that is counted."""
COUPONS = "coupons"
"""The fact that holds the names of the coupons it gives, by template: Chinese, English."""


class CampaignOverError(RuleError):
    """The campaign's window is over: nothing could be bought in it any more."""

    code = "campaign_over"
    zh = "活动时间已过，不能发布。"
    en = "The campaign's window is over; it cannot be published."


class _Found(NamedTuple):
    offer: Offer | None
    named: Named


def catalogue() -> Catalogue:
    """Return where campaigns are kept."""
    return Catalogue(table=running.table(), key_name="campaign_id", name=NAME)


def definition_of(offer: Offer) -> EarningCampaign:
    """Return a campaign's definition."""
    return campaign_of(offer.definition)


def rule_of(offer: Offer) -> Rule | None:
    """Return the rule a campaign was published with; None before."""
    plain = (offer.facts or {}).get(RULE)
    return from_plain(plain) if plain else None


def rule_as_published(offer: Offer, named: Named) -> Rule:
    """Return the rule that a campaign would be published with now."""
    campaign = definition_of(offer)
    shards = stock.shards_for(campaign.budget.amount) if campaign.budget else 0
    return compiled(offer.offer_id, campaign, shards, named.point_fen, named.worth)


def place(rule: Rule) -> Place | None:
    """Return where a rule's budget lies; None where it has none."""
    shards = rule.budget.shards if rule.budget else 0
    return Place(running.table(), "campaign_id", f"{NAME}/{rule.campaign_id}", shards) if shards else None


def left(offer: Offer) -> int | None:
    """Return what is left of a campaign's budget; None where it has none, or was not published yet."""
    rule = rule_of(offer)
    where = place(rule) if rule else None
    return sum(shard.left for shard in stock.read(where)) if where else None


def follow_up_of(offer: Offer) -> FollowUp | None:
    """Return the survey that follows a published campaign: after its window, or after the day it was ended early."""
    rule, asked = rule_of(offer), definition_of(offer).follow_up
    if rule is None or asked is None:
        return None
    ended = (datetime.fromisoformat(at) for state, _, at in offer.history if state == OfferState.ENDED)
    return FollowUp(offer.offer_id, asked.survey_id, asked.days_after, min([rule.until, *ended]))


def publish(campaign_id: str, login: str, now: datetime) -> Plan[Offer]:
    """Publish an approved campaign: state, rule and budget in one transaction.

    Raises:
        NotFoundError, WrongStateError.
        UnknownNamesError: if it names what does not exist; nothing is changed then.
        CampaignOverError: if its window is over.
        SurveyClosedError: if the survey that follows it will not ask then.
    """

    def load(certain: bool) -> _Found:
        offer = catalogue().read(campaign_id, consistent=certain)
        is_next = offer is not None and offer.state is OfferState.APPROVED
        return _Found(offer, naming.named_by(definition_of(offer), now) if offer and is_next else Named())

    def decide(found: _Found) -> Plan[Offer]:
        plan = offers.stepped(catalogue(), offers.required(found.offer), Step.PUBLISH, login, now)
        return plan if plan.replayed else _published(plan.answer, found.named, now)

    return attempts.settle(load, decide)


def step(campaign_id: str, step_: Step, login: str, now: datetime) -> Plan[Offer]:
    """Pause, resume or end a campaign; the checkout follows within half a minute.

    Raises:
        NotFoundError, WrongStateError.
    """

    def decide(found: Offer | None) -> Plan[Offer]:
        plan = offers.stepped(catalogue(), offers.required(found), step_, login, now)
        if plan.replayed:
            return plan
        after, runs = plan.answer, plan.answer.state is OfferState.PUBLISHED
        row = _put_running(after) if runs else _delete_running(campaign_id)
        return replace(plan, writes=(*plan.writes, row, *_ended_early(after, now)))

    return attempts.settle(lambda certain: catalogue().read(campaign_id, consistent=certain), decide)


def _published(after: Offer, named: Named, now: datetime) -> Plan[Offer]:
    naming.require_known(named)
    rule = rule_as_published(after, named)
    if rule.until <= now:
        raise CampaignOverError
    names = {template_id: [one.name_zh, one.name_en] for template_id, one in named.templates.items()}
    series = {SURVEY: named.survey.series_id} if named.survey else {}
    after = replace(after, facts={**(after.facts or {}), RULE: to_plain(rule), COUPONS: names, **series})
    follow_up = follow_up_of(after)
    if named.survey and follow_up:
        naming.require_asking(named.survey, follow_up.due_at(time_zone()))
    where = place(rule)
    budget = stock.opened(where, rule.budget.amount) if where and rule.budget else ()
    return Plan(after, (*catalogue().put_if_unchanged(after), _put_running(after), *budget, *_followed(follow_up)))


def _ended_early(after: Offer, now: datetime) -> tuple[Mapping[str, Any], ...]:
    """Return the part that lets the survey follow from today on, where a campaign is ended in its window."""
    rule = rule_of(after)
    early = after.state is OfferState.ENDED and rule is not None and now < rule.until
    return _followed(follow_up_of(after)) if early else ()


def _followed(follow_up: FollowUp | None) -> tuple[Mapping[str, Any], ...]:
    if follow_up is None:
        return ()
    return ({"Put": {"TableName": survey_settings.table(), "Item": to_item(following.to_row(follow_up))}},)


def _put_running(offer: Offer) -> Mapping[str, Any]:
    row = {**_running_key(offer.offer_id), "rule": (offer.facts or {})[RULE]}
    return {"Put": {"TableName": running.table(), "Item": to_item(row)}}


def _delete_running(campaign_id: str) -> Mapping[str, Any]:
    return {"Delete": {"TableName": running.table(), "Key": to_item(_running_key(campaign_id))}}


def _running_key(campaign_id: str) -> dict[str, str]:
    return {"campaign_id": running.RUNNING, "kind": campaign_id}
