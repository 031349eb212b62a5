"""Coupon templates: publication opens the stock and reserves the festival code together with the state (C3, C7).

The definition was approved by another person; what publication adds is one transaction, so a template is never
published without its stock, and a festival code never leads to two templates. Its end frees the code for next year.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from loyalty import attempts, dynamo, offers, stock
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, Step
from loyalty.coupons import store
from loyalty.coupons.issue import SHARDS, place, shards_of, templates
from loyalty.coupons.template import Template
from loyalty.dynamo import Item, to_item
from loyalty.errors import ConflictError


class WordTakenError(ConflictError):
    """The festival code `word` leads to another template."""

    code = "word_taken"
    zh = "口令 {word} 已被其他优惠券使用。"
    en = "The code {word} is taken by another template."


class _Found(NamedTuple):
    offer: Offer | None
    word: Item | None


def definition_of(offer: Offer) -> Template:
    """Return a template's definition."""
    return Template.model_validate(offer.definition)


def publish(template_id: str, login: str, now: datetime) -> Plan[Offer]:
    """Publish an approved template: its state, its stock and its festival code in one transaction.

    Raises:
        NotFoundError, WrongStateError.
        WordTakenError: if its festival code leads to another template; nothing is changed then.
    """

    def decide(found: _Found) -> Plan[Offer]:
        plan = offers.stepped(templates(), offers.required(found.offer), Step.PUBLISH, login, now)
        return plan if plan.replayed else _published(plan.answer, found.word)

    return attempts.settle(lambda certain: _read(template_id, certain), decide)


def end(template_id: str, login: str, now: datetime) -> Plan[Offer]:
    """End a template for ever; its festival code is free again, coupons issued of it stay valid.

    Raises:
        NotFoundError, WrongStateError.
    """

    def decide(found: _Found) -> Plan[Offer]:
        before = offers.required(found.offer)
        plan = offers.stepped(templates(), before, Step.END, login, now)
        held = found.word is not None and found.word["template_id"] == template_id
        return replace(plan, writes=(*plan.writes, _freed(before))) if held and not plan.replayed else plan

    return attempts.settle(lambda certain: _read(template_id, certain), decide)


def left(offer: Offer) -> int | None:
    """Return how many coupons are left to issue; None where there is no limit, or nothing was published yet."""
    shards = shards_of(offer)
    return sum(shard.left for shard in stock.read(place(offer.offer_id, shards))) if shards else None


def _published(after: Offer, word: Item | None) -> Plan[Offer]:
    template = definition_of(after)
    if word is not None:
        raise WordTakenError(word=template.word)
    shards = stock.shards_for(template.quantity) if template.quantity else None
    after = replace(after, facts={**(after.facts or {}), SHARDS: shards})
    opened = stock.opened(place(after.offer_id, shards), template.quantity) if shards and template.quantity else []
    reserved = [_reserved(after.offer_id, template.reserved)] if template.reserved else []
    return Plan(after, (*templates().put_if_unchanged(after), *opened, *reserved))


def _read(template_id: str, certain: bool) -> _Found:
    offer = templates().read(template_id, consistent=certain)
    word = definition_of(offer).reserved if offer else None
    key = store.key(word, store.CODE) if word else None
    return _Found(offer, dynamo.get(store.table(), key, consistent=certain) if key else None)


def _reserved(template_id: str, word: str) -> Mapping[str, Any]:
    row = {**store.key(word, store.CODE), "template_id": template_id, "shared": True}
    absent = "attribute_not_exists(coupon_id)"
    return {"Put": {"TableName": store.table(), "Item": to_item(row), "ConditionExpression": absent}}


def _freed(offer: Offer) -> Mapping[str, Any]:
    word = definition_of(offer).reserved or ""
    return {
        "Delete": {
            "TableName": store.table(),
            "Key": to_item(store.key(word, store.CODE)),
            "ConditionExpression": "template_id = :own",
            "ExpressionAttributeValues": to_item({":own": offer.offer_id}),
        }
    }
