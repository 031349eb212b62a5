"""What publication adds to an offer's life: everything it names exists, and its budget is open, in one transaction.

A member would find a mistake otherwise, by the coupon that never came; and a budget that opens later would be missed.
"""

from dataclasses import replace
from datetime import datetime

from functions.lifecycle import shelf
from functions.lifecycle.definition import OccasionOffer
from loyalty import attempts, catalogue, dynamo, offers, programme_store, segment_names, stock
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState, Step
from loyalty.coupons import issue
from loyalty.coupons.template import Template
from loyalty.errors import RuleError


class UnknownInOccasionError(RuleError):
    """The offer names what does not exist; `unknown` says what, by kind: templates, tiers, segments."""

    code = "occasion_names_unknown"
    zh = "引用了不存在或未发布的内容：{names}。"
    en = "It names what does not exist, or is not published: {names}."


class CouponTooScarceError(RuleError):
    """A member may have fewer coupons of the templates `template_ids` than the offer gives in a year, `most`."""

    code = "occasion_coupon_too_scarce"
    zh = "优惠券 {template_ids} 的每人限领数量少于本活动每年的发放数量（{most}）。"
    en = "The templates {template_ids} allow a member fewer coupons than this gives in a year ({most})."


def publish(offer_id: str, login: str, now: datetime) -> Plan[Offer]:
    """Publish an approved offer: its state and its budget in one transaction.

    Raises:
        NotFoundError, WrongStateError.
        UnknownInOccasionError: if it names what does not exist; nothing is changed then.
        CouponTooScarceError: if a member could not have all coupons it gives.
    """

    def decide(found: Offer | None) -> Plan[Offer]:
        plan = offers.stepped(shelf.catalogue(), offers.required(found), Step.PUBLISH, login, now)
        return plan if plan.replayed else _published(plan.answer, now)

    return attempts.settle(lambda certain: shelf.catalogue().read(offer_id, consistent=certain), decide)


def left(offer: Offer) -> int | None:
    """Return how many gifts are left; None where there is no limit, or it was not published yet."""
    shards = shelf.shards_of(offer)
    return sum(shard.left for shard in stock.read(shelf.place(offer.offer_id, shards))) if shards else None


def _published(after: Offer, now: datetime) -> Plan[Offer]:
    offer = shelf.definition_of(after)
    _require_known(offer, now)
    shards = stock.shards_for(offer.quantity) if offer.quantity else None
    after = replace(after, facts={**(after.facts or {}), shelf.SHARDS: shards})
    opened = stock.opened(shelf.place(after.offer_id, shards), offer.quantity) if shards and offer.quantity else []
    return Plan(after, (*shelf.catalogue().put_if_unchanged(after), *opened))


def _require_known(offer: OccasionOffer, now: datetime) -> None:
    ladder = {tier.code for tier in programme_store.current(now).tiers.ladder}
    named, templates = (*offer.who.segments, *([offer.segment_id] if offer.segment_id else [])), _published_of(offer)
    unknown = {
        "templates": [one for one in offer.templates if one not in templates],
        "tiers": [code for code in offer.who.tiers if code not in ladder],
        "segments": segment_names.missing(tuple(dict.fromkeys(named))),
    }
    if any(unknown.values()):
        names = ", ".join(f"{kind} {name}" for kind, found in unknown.items() for name in found)
        raise UnknownInOccasionError(unknown={kind: found for kind, found in unknown.items() if found}, names=names)
    if scarce := [one for one, template in templates.items() if template.per_member < offer.most]:
        raise CouponTooScarceError(template_ids=scarce, most=offer.most)


def _published_of(offer: OccasionOffer) -> dict[str, Template]:
    """Return the published templates among those an offer names."""
    where, named = issue.templates(), offer.templates
    rows = dynamo.batch_get(*((where.table, where.key(one)) for one in named), consistent=True) if named else []
    found = zip(named, map(catalogue.offer_of, rows), strict=True)
    return {
        one: Template.model_validate(made.definition)
        for one, made in found
        if made and made.state is OfferState.PUBLISHED
    }
