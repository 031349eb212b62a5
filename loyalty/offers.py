"""The life of what marketers offer, as use cases: drafted, changed, approved by another person, stepped on.

Coupon templates, discount campaigns and rewards share them. Each is one transaction over the version that was read,
so of two people at work one decides on what the other made; and each recognises itself when it is repeated.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from loyalty import attempts, catalogue
from loyalty.attempts import Plan
from loyalty.catalogue import Catalogue, Offer, OfferState, Step
from loyalty.clock import iso
from loyalty.entries import fingerprint
from loyalty.errors import ConflictError, IdempotencyKeyReusedError, InvalidRequestError, NotFoundError

PAGE = 100
REQUEST = "request"
"""The fact that names what was asked for when the draft was made."""


class ChangedMeanwhileError(ConflictError):
    """It is no longer the version the caller looked at; `version` says which one it is."""

    code = "changed_meanwhile"
    zh = "内容已被修改，当前版本为 {version}，请重新查看。"
    en = "It was changed meanwhile: it is version {version} now."


def offer_id_for(name: str, login: str, idempotency_key: str) -> str:
    """Return the id of the offer that this person's key stands for, so a repetition finds it."""
    return hashlib.sha256("\n".join((name, login, idempotency_key)).encode()).hexdigest()[:24]


def stored(model: BaseModel) -> dict[str, Any]:
    """Return a definition as it is stored: JSON-ready, without what goes without saying."""
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def create(where: Catalogue, model: BaseModel, login: str, idempotency_key: str, now: datetime) -> Plan[Offer]:
    """Write a draft, once.

    Raises:
        IdempotencyKeyReusedError: if the key stands for another draft.
    """
    offer_id = offer_id_for(where.name, login, idempotency_key)
    request = fingerprint(stored(model))

    def decide(standing: Offer | None) -> Plan[Offer]:
        if standing is None:
            draft = catalogue.drafted(offer_id, stored(model), login, iso(now))
            draft = replace(draft, facts={REQUEST: request})
            return Plan(draft, where.put_if_absent(draft))
        if (standing.facts or {}).get(REQUEST) != request:
            raise IdempotencyKeyReusedError
        return Plan(standing, replayed=True)

    return attempts.settle(lambda certain: where.read(offer_id, consistent=certain), decide)


def change[Model: BaseModel](
    where: Catalogue, offer_id: str, model: type[Model], changes: Mapping[str, Any], login: str, now: datetime
) -> Plan[Offer]:
    """Put other values in a draft's definition; what was approved is a draft again.

    Args:
        changes: by field, each replaced as a whole.

    Raises:
        NotFoundError, WrongStateError.
        InvalidRequestError: if the definition would not be a valid one.
    """

    def decide(found: Offer | None) -> Plan[Offer]:
        offer = required(found)
        definition = stored(valid(model, {**offer.definition, **changes}))
        if offer.state is OfferState.DRAFT and offer.maker == login and offer.definition == definition:
            return Plan(offer, replayed=True)
        after = catalogue.changed(offer, definition, login, iso(now))
        return Plan(after, where.put_if_unchanged(after))

    return attempts.settle(lambda certain: where.read(offer_id, consistent=certain), decide)


def step(
    where: Catalogue, offer_id: str, step_: Step, login: str, now: datetime, version: int | None = None
) -> Plan[Offer]:
    """Take a step in an offer's life that changes nothing but its state.

    Raises:
        NotFoundError, WrongStateError, OwnApprovalError, ChangedMeanwhileError.
    """

    def decide(found: Offer | None) -> Plan[Offer]:
        return stepped(where, required(found), step_, login, now, version)

    return attempts.settle(lambda certain: where.read(offer_id, consistent=certain), decide)


def stepped(
    where: Catalogue, offer: Offer, step_: Step, login: str, now: datetime, version: int | None = None
) -> Plan[Offer]:
    """Decide a step: nothing to write where the same person has just taken it."""
    if catalogue.was_done(offer, step_, login):
        return Plan(offer, replayed=True)
    if version is not None and offer.version != version:
        raise ChangedMeanwhileError(version=offer.version)
    after = catalogue.stepped(offer, step_, login, iso(now))
    return Plan(after, where.put_if_unchanged(after))


def read(where: Catalogue, offer_id: str) -> Offer:
    """Read an offer as it is now.

    Raises:
        NotFoundError: if there is none.
    """
    return required(where.read(offer_id, consistent=True))


def required(offer: Offer | None) -> Offer:
    """Return an offer that must be there.

    Raises:
        NotFoundError: if it is not.
    """
    if offer is None:
        raise NotFoundError
    return offer


def page(where: Catalogue, state: OfferState | None, after: str | None, limit: int) -> tuple[list[Offer], str | None]:
    """Return up to `limit` offers in a state, in order of id, and the id after which the next page starts, if any."""
    found: list[Offer] = []
    while True:
        offers, after = where.page(after, PAGE)
        found += [offer for offer in offers if state in {None, offer.state}]
        if len(found) > limit:
            return found[:limit], found[limit - 1].offer_id
        if after is None:
            return found, None


def valid[Model: BaseModel](model: type[Model], definition: Mapping[str, Any]) -> Model:
    """Return a definition as its model reads it.

    Raises:
        InvalidRequestError: naming where and what is wrong, never what was sent.
    """
    try:
        return model.model_validate(definition)
    except ValidationError as error:
        raise InvalidRequestError(errors=[_told(part) for part in error.errors(include_input=False)]) from None


def _told(part: Mapping[str, Any]) -> dict[str, str]:
    pointer = "".join(f"/{place}" for place in part["loc"])
    return {"pointer": f"#{pointer}", "code": part["type"], "detail": part["msg"].removeprefix("Value error, ")}
