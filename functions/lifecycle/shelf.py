"""The offers table: definitions, budgets, what members were given, how far sweeps have come.

row                             key (`occasion_id`, `kind`)
an offer                        `occasion/<id>`, `definition`, and `list/occasion`, `<id>`
its budget                      `stock/occasion/<id>/<shard>`, `stock`      (see `loyalty.stock`)
what a member had of an offer   `given/<member>`, `<offer id>`
whom it congratulated           `greeted/<member>`, `<offer id>`
how far a sweep has come        `sweep/<offer id>`, `sweep`
when a member joined            `joined/<member>`, `joined`                 (see `joined`)
which offer a coupon is of      `coupon/<reference>`, `coupon`              (see `traces`)
an offer's figures              `figures/<offer id>/<shard>`, `figures`     (see `figures`)
an event that was counted       `seen/<event id>`, `seen`

What a member had is one row, written over by each gift: whether there may be another is decided on it alone, and its
versions are the events. None of them knows a name, or a day beside the one the gift was for.
"""

from collections.abc import Iterator
from typing import Any

from functions.lifecycle.deciding import Given
from functions.lifecycle.definition import NAME, OccasionOffer, OfferOccasion, Running
from loyalty import dynamo, gifts
from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.dynamo import Item, to_item
from loyalty.stock import Place

GIVEN, GREETED = gifts.GIVEN, gifts.GREETED
SHARDS = "shards"
"""The fact of a published offer that says over how many rows its budget was dealt; absent: unlimited."""


def table() -> str:
    """Return the table's name."""
    return gifts.table()


def catalogue() -> Catalogue:
    """Return where the offers are kept."""
    return Catalogue(table(), "occasion_id", NAME)


def definition_of(offer: Offer) -> OccasionOffer:
    """Return an offer's definition."""
    return OccasionOffer.model_validate(offer.definition)


def shards_of(offer: Offer) -> int:
    """Return over how many rows an offer's budget was dealt; 0: none, or never published."""
    return int((offer.facts or {}).get(SHARDS) or 0)


def running(*occasions: OfferOccasion) -> tuple[Running, ...]:
    """Read the published offers for some occasions: what comes once is not decided on anything older."""
    found = (running_of(offer) for offer in catalogue().everything() if offer.state is OfferState.PUBLISHED)
    return tuple(one for one in found if one.offer.occasion in occasions)


def running_of(offer: Offer) -> Running:
    """Return a published offer as those see it who give it."""
    since = published_at(offer)
    assert since  # noqa: S101 - it is published
    return Running(offer.offer_id, definition_of(offer), shards_of(offer), since)


def published_at(offer: Offer) -> str | None:
    """Return when an offer was published first; None where it never was."""
    return min((at for state, _, at in offer.history if state == OfferState.PUBLISHED), default=None)


def place(offer_id: str, shards: int) -> Place:
    """Return where an offer's budget lies."""
    return Place(table(), "occasion_id", f"{NAME}/{offer_id}", shards)


def given_key(member_id: str, offer_id: str, shelf: str = GIVEN) -> dict[str, str]:
    """Return the key of the row that says what a member had of an offer."""
    return {"occasion_id": gifts.partition(shelf, member_id), "kind": offer_id}


def given_of(row: Item | None) -> Given:
    """Return what a row says; nothing where there is none."""
    return Given(row["version"], row["days"]) if row else Given()


def put_given(row: Item) -> dict[str, Any]:
    """Return the transaction part that writes a version over exactly the one before it."""
    before = row["version"] - 1
    put: dict[str, Any] = {"TableName": table(), "Item": to_item(row)}
    if not before:
        return {"Put": {**put, "ConditionExpression": "attribute_not_exists(kind)"}}
    condition = {"#version": "version"}, to_item({":before": before})
    return {
        "Put": {
            **put,
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": condition[0],
            "ExpressionAttributeValues": condition[1],
        }
    }


def rows_of(member_id: str) -> Iterator[Item]:
    """Yield every row that says what a member had."""
    for shelf in (GIVEN, GREETED):
        yield from gifts.rows_of(member_id, shelf)


def forget(member_id: str) -> int:
    """Delete what an erased member had; return how many rows that were."""
    rows = list(rows_of(member_id))
    for row in rows:
        key = to_item({"occasion_id": row["occasion_id"], "kind": row["kind"]})
        dynamo.client().delete_item(TableName=table(), Key=key)
    return len(rows)
