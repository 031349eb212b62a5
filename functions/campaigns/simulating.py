"""What a receipt would earn, now or at a given time, with drafts: the checkout's own pricing and evaluation (A10).

    tenant, programme of that time, automatic discounts ──> priced lines ──> base, tier bonus, growth
    campaigns that run + drafts asked for, the member's or an assumed shopper's facts ──> evaluate ──> awards

Nothing is written. A member's own counts and what is left of budgets are looked at as they are now; a draft's budget is
taken as untouched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from functions.campaigns import naming, publication
from functions.campaigns.explaining import obstacles
from loyalty import account_store, dynamo, identity, programme_store, tenants
from loyalty.catalogue import Offer, OfferState
from loyalty.clock import local_date, local_day, zone
from loyalty.coupons.terms import Discount
from loyalty.discounts import running as running_discounts
from loyalty.dynamo import Item
from loyalty.earning import lines as earned
from loyalty.earning import running
from loyalty.earning.evaluation import Bought, Evaluation, Shopper, evaluate, needs
from loyalty.earning.rule import Rule
from loyalty.earning.state import Key, Lookup, State
from loyalty.earning.used import NOTHING
from loyalty.errors import NotFoundError, RuleError, UnknownMemberError
from loyalty.ladder import Tier
from loyalty.pricing.basket import Basket, Line
from loyalty.pricing.campaigns import Buyer, Visit, asking_birthday, for_member
from loyalty.pricing.price import price
from loyalty.programme import Programme
from loyalty.settings import time_zone
from loyalty.stock import MOST_KEYS
from loyalty.types import Day, MemberId, TenantId

TIER = "tier"
"""What a receipt names as the reason of the tier's own discount."""
KEY = "simulation"
NOBODY = MemberId("nobody")
"""Whose counts an assumed shopper has: none."""
NOT_YET_RUN = frozenset({OfferState.DRAFT, OfferState.APPROVED})


class UnknownTenantError(RuleError):
    """There is no such tenant."""

    code = "unknown_tenant"
    zh = "未找到该商户。"
    en = "There is no such tenant."


class Question(NamedTuple):
    """What is to be simulated.

    Attributes:
        member_id: whose purchase it would be; None: the assumed shopper's, whose tier "" is the lowest.
        drafts: whether campaigns that were never published take part; `campaigns` names more, in whatever state.
    """

    tenant_id: TenantId
    lines: tuple[Line, ...]
    channel: str
    at: datetime
    member_id: MemberId | None
    assumed: Shopper
    drafts: bool
    campaigns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the receipt would earn.

    Attributes:
        paid: fen paid in money, automatic discounts taken off.
        base, tier_points, growth: before any campaign.
        idle: campaigns that would give nothing and were not in the way of each other, with what stands in the way.
    """

    tier: str
    paid: int
    base: int
    tier_points: int
    growth: int
    evaluation: Evaluation
    idle: tuple[tuple[Rule, tuple[str, ...]], ...]


def simulate(question: Question) -> Simulated:
    """Return what a receipt would earn.

    Raises:
        UnknownTenantError, UnknownMemberError.
        NotFoundError: if a campaign that is named does not exist.
    """
    programme = programme_store.current(question.at)
    shopper = _member(question) if question.member_id else question.assumed
    tier = programme.tier(shopper.tier)
    rules, untouched = _rules(question)
    bought = _bought(question, programme, tier, _born(question, programme))
    state = _read(bought, rules, question)
    shopper = replace(shopper, tier=tier.code) if question.member_id is None else _known(shopper, tier.code, state)
    evaluation = evaluate(bought, shopper, state.rules, state.used, {**state.left, **untouched})
    lines, base = bought.lines, earned.base_points(bought.lines)
    return Simulated(
        tier=tier.code,
        paid=sum(line.net for line in lines),
        base=base,
        tier_points=earned.points_for(lines, tier.multiplier) - base,
        growth=earned.counted_spend(lines) * programme.growth.points_per_yuan // earned.PER_POINT,
        evaluation=evaluation,
        idle=_idle(rules, evaluation, bought, shopper, state),
    )


def _member(question: Question) -> Shopper:
    account = account_store.read(MemberId(question.member_id or ""))
    if account is None:
        raise UnknownMemberError
    return Shopper(programme_store.tier_of(account, question.at), account.first_on is None)


def _born(question: Question, programme: Programme) -> str | None:
    """Return the birthday, `mmdd`, as far as a discount on these goods asks for it."""
    if question.member_id is None:
        return question.assumed.born
    lines = [line for line in question.lines if line.category not in programme.excluded]
    if not asking_birthday(running_discounts(question.at), _visit(question), lines):
        return None
    (row,) = dynamo.batch_get((identity.table(), identity.dates_key(question.member_id)))
    return row.get("born") if row else None


def _visit(question: Question) -> Visit:
    return Visit(question.at, local_date(question.at, time_zone()), question.tenant_id)


def _known(shopper: Shopper, tier: str, state: State) -> Shopper:
    return replace(
        shopper, tier=tier, born=state.born, joined=state.joined, lists=state.lists, member_id=state.member_id
    )


def _rules(question: Question) -> tuple[tuple[Rule, ...], dict[str, int]]:
    """Return the rules that take part, and the budgets of those that were never published."""
    asked = [_offer(campaign_id) for campaign_id in dict.fromkeys(question.campaigns)]
    if question.drafts:
        asked += [offer for offer in publication.catalogue().everything() if offer.state in NOT_YET_RUN]
    chosen = {rule.campaign_id: rule for rule in running.rules()}
    new = {offer.offer_id: offer for offer in asked if publication.rule_of(offer) is None}
    named = naming.valued(map(publication.definition_of, new.values()), question.at)
    chosen |= {offer.offer_id: rule for offer in asked if (rule := publication.rule_of(offer))}
    chosen |= {offer_id: publication.rule_as_published(offer, named) for offer_id, offer in new.items()}
    untouched = {one: rule.budget.amount for one, rule in chosen.items() if one in new and rule.budget}
    return tuple(chosen.values()), untouched


def _offer(campaign_id: str) -> Offer:
    offer = publication.catalogue().read(campaign_id)
    if offer is None:
        raise NotFoundError
    return offer


def _bought(question: Question, programme: Programme, tier: Tier, born: str | None) -> Bought:
    """Price the basket as the checkout would, without coupons and points."""
    terms = tenants.read(question.tenant_id)
    if terms is None:
        raise UnknownTenantError
    basket = Basket(
        tenant_id=question.tenant_id,
        lines=question.lines,
        discounts=_discounts(question, tier, born),
        excluded=programme.excluded,
    )
    lines = earned.recorded_lines(question.lines, price(basket), terms, programme)
    at = question.at.astimezone(zone(time_zone()))
    return Bought(KEY, question.tenant_id, at, question.channel, lines, tier.multiplier)


def _discounts(question: Question, tier: Tier, born: str | None) -> tuple[Discount, ...]:
    own = (Discount(code=TIER, percent=tier.discount_percent),) if tier.discount_percent else ()
    return (*own, *for_member(running_discounts(question.at), Buyer(tier.code, born), _visit(question)))


def _read(bought: Bought, rules: Sequence[Rule], question: Question) -> State:
    """Read what the rules ask for, as the checkout does."""
    asked = needs(bought, rules)
    day: Day = local_day(question.at, time_zone())
    lookup = Lookup(bought, asked, question.member_id or NOBODY, day)
    return lookup.state(_rows(lookup.facts()), _rows(lookup.tallies()))


def _rows(keys: Sequence[Key]) -> list[Item | None]:
    found: list[Item | None] = []
    for first in range(0, len(keys), MOST_KEYS):
        found += dynamo.batch_get(*keys[first : first + MOST_KEYS])
    return found


def _idle(
    rules: Sequence[Rule], evaluation: Evaluation, bought: Bought, shopper: Shopper, state: State
) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    told = {award.rule.campaign_id for award in evaluation.awards}
    told |= {missed.rule.campaign_id for missed in evaluation.missed}
    return tuple(
        (rule, obstacles(rule, bought, shopper, state.used.get(rule.campaign_id, NOTHING)))
        for rule in sorted(rules, key=lambda rule: rule.order)
        if rule.campaign_id not in told
    )
