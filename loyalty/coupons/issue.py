"""Issuing one coupon of a template to a member: what to read, the rule, and the parts of the one transaction.

    the coupon, if its code is free + one more counted for the member, up to the limit + one unit of the stock

Claims, codes, pushes, events and vouchers for points all issue like this. The code is derived from the cause, so a
repetition finds the coupon it made (ADR 0602). The template is read with everything else, so a pause counts at once.

    keys = issue.reading(wish, issue.dealt(wish.template_id))
    plan = issue.issued(wish, issue.found_in(rows), status, act, today)      # rows: those of keys, in their order
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loyalty import catalogue, stock
from loyalty.attempts import Plan
from loyalty.catalogue import Catalogue, Offer
from loyalty.coupons import codes, store
from loyalty.coupons.coupon import Act, Coupon, Did, Way
from loyalty.coupons.entitlement import CouponNotOfferedError, days, require_entitled
from loyalty.coupons.refusals import UnknownCouponError
from loyalty.coupons.template import NAME, Template
from loyalty.dynamo import Item
from loyalty.errors import BusyError, IdempotencyKeyReusedError
from loyalty.stock import Place, Shard
from loyalty.types import Day, MemberId, Status

SHARDS = "shards"
"""The fact of a published template that says over how many rows its stock was dealt; absent: unlimited."""
_ASKED_FOR = frozenset({Way.CLAIM, Way.CODE})


@dataclass(frozen=True, slots=True)
class Wish:
    """One coupon that a member is to get.

    Attributes:
        code: the coupon's code, a function of what causes it: `code_for`, or the exchange code itself.
        channel: where it is issued: app, counter, mini_program ...
    """

    template_id: str
    member_id: MemberId
    way: Way
    code: str
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for a wish.

    Attributes:
        coupon: what already has the wish's code.
        had: how many of the template the member already had.
    """

    coupon: Coupon | None
    had: int
    offer: Offer | None
    shards: Sequence[Shard]

    @property
    def is_whole(self) -> bool:
        """Whether all shards were read that the template has."""
        return len(self.shards) == shards_of(self.offer)


def code_for(way: Way, *cause: str) -> str:
    """Return the code of the coupon that belongs to a cause, such as (template, member, event id)."""
    return codes.derived(way, "/".join(cause))


def code_named(ref: str) -> str:
    """Return the code of the coupon that an award, or a gift for an occasion, names by its ref."""
    return code_for(Way.EVENT, "campaign", ref)


def templates() -> Catalogue:
    """Return where templates are kept."""
    return Catalogue(store.table(), "coupon_id", NAME)


def place(template_id: str, shards: int) -> Place:
    """Return where a template's stock lies."""
    return Place(store.table(), "coupon_id", f"{NAME}/{template_id}", shards)


def shards_of(offer: Offer | None) -> int:
    """Return over how many rows a template's stock was dealt; 0: unlimited, or never published."""
    return int(offer.facts.get(SHARDS) or 0) if offer and offer.facts else 0


def dealt(template_id: str) -> int:
    """Read over how many rows a template's stock was dealt."""
    return shards_of(templates().read(template_id))


def reading(wish: Wish, shards: int) -> list[tuple[str, Mapping[str, object]]]:
    """Return table and key of what a wish is decided on: coupon, count, template, and the stock's shards."""
    own = (store.key(wish.code), store.count_key(wish.template_id, wish.member_id), templates().key(wish.template_id))
    return [*((store.table(), key) for key in own), *place(wish.template_id, shards).keys()]


def found_in(rows: Sequence[Item | None]) -> Found:
    """Return what the rows of `reading` say."""
    coupon, count, offer, *shards = rows
    had = count["taken"] if count else 0
    return Found(store.coupon_of(coupon), had, catalogue.offer_of(offer), stock.shards_of(shards))


def issued(wish: Wish, found: Found, status: Status, act: Act, today: Day) -> Plan[Coupon]:
    """Return the coupon and the transaction's parts that issue it; no parts where it was issued before.

    Args:
        act: with the member's tier of today.

    Raises:
        CouponNotOfferedError, CouponExpiredError, MembershipStatusError, CouponTierError, CouponLimitError.
        SoldOutError: nothing is left; nothing is to be written.
        UnknownCouponError: the code is somebody else's coupon, or was given away.
        IdempotencyKeyReusedError: the same cause stands for another request.
    """
    if found.coupon:
        return Plan(_own(wish, found.coupon), replayed=True)
    template = require_published(found.offer)
    require_entitled(template, wish.way, status, act.tier or "", found.had)
    coupon = new_coupon(wish, template, act, today)
    return Plan(coupon, (*_parts(coupon, template), *_taken(wish, found)))


def require_published(offer: Offer | None) -> Template:
    """Return the template of an offer that coupons are issued of now.

    Raises:
        CouponNotOfferedError: if there is none, or it is a draft, paused or ended.
    """
    if offer is None or offer.state is not catalogue.OfferState.PUBLISHED:
        raise CouponNotOfferedError
    return Template.model_validate(offer.definition)


def new_coupon(wish: Wish, template: Template, act: Act, today: Day) -> Coupon:
    """Return the first version of a coupon, its days counted from today.

    Raises:
        CouponExpiredError: if no day is left on which it could be used.
    """
    first, last = days(template.validity, today)
    return Coupon(
        code=wish.code,
        template_id=wish.template_id,
        member_id=wish.member_id,
        terms=template.terms,
        name_zh=template.name_zh,
        name_en=template.name_en,
        valid_from=first,
        valid_until=last,
        way=wish.way,
        issued_at=act.at,
        act=act,
        did=Did.CLAIMED if wish.way in _ASKED_FOR else Did.SENT,
        category=template.category,
        channel=wish.channel,
        tier=act.tier,
        unit_cost=template.unit_cost_fen,
    )


def _own(wish: Wish, coupon: Coupon) -> Coupon:
    if coupon.member_id != wish.member_id:
        raise UnknownCouponError
    other_channel = wish.way is Way.CLAIM and coupon.channel != wish.channel
    if coupon.template_id != wish.template_id or other_channel:
        raise IdempotencyKeyReusedError
    return coupon


def _parts(coupon: Coupon, template: Template) -> tuple[dict[str, Any], ...]:
    count = store.count_one(coupon.template_id, coupon.member_id, template.per_member)
    return {"Put": store.put_if_absent(coupon)}, {"Update": count}


def _taken(wish: Wish, found: Found) -> tuple[dict[str, Any], ...]:
    """Return the part that takes a unit of the stock; rivals spread over its shards by the code."""
    if not found.is_whole:
        raise BusyError(retry_after=1)
    if not found.shards:
        return ()
    return (stock.take(place(wish.template_id, len(found.shards)), stock.chosen(found.shards, wish.code)),)
