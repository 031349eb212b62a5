"""Publishing a reward: its state and its stock in one transaction (requirements P7, C3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.redeem import shelves
from functions.redeem.errors import NoLongerOfferedError
from functions.redeem.reward import reward_of
from loyalty import attempts, offers, stock
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, Step
from loyalty.clock import iso
from loyalty.coupons import issue


def publish(reward_id: str, login: str, now: datetime) -> Plan[Offer]:
    """Publish an approved reward; a limited quantity is opened with it, stock at pick-up points is booked there.

    Raises:
        NotFoundError, WrongStateError.
        NoLongerOfferedError: if its last instant is over.
        CouponNotOfferedError: if it is a voucher whose template gives no coupons.
    """

    def load(certain: bool) -> tuple[Offer | None, Offer | None]:
        offer = shelves.catalogue().read(reward_id, consistent=certain)
        template_id = reward_of(offer.definition).template_id if offer else None
        return offer, issue.templates().read(template_id, consistent=certain) if template_id else None

    def decide(found: tuple[Offer | None, Offer | None]) -> Plan[Offer]:
        offer, template = found
        plan = offers.stepped(shelves.catalogue(), offers.required(offer), Step.PUBLISH, login, now)
        return plan if plan.replayed else Plan(plan.answer, (*plan.writes, *_opened(plan.answer, template, now)))

    return attempts.settle(load, decide)


def _opened(offer: Offer, template: Offer | None, now: datetime) -> list[Mapping[str, Any]]:
    reward = reward_of(offer.definition)
    if reward.until and now >= reward.until:
        raise NoLongerOfferedError(until=iso(reward.until))
    if reward.template_id is not None:
        issue.require_published(template)
    if reward.quantity is None:
        return []
    shards = stock.shards_for(reward.quantity)
    return [*stock.opened(shelves.place_of(offer.offer_id, None, shards), reward.quantity)]
