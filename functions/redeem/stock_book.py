"""The book of a reward's stock: what came in, what was counted, what is left (requirement A2).

Every movement is a row of its own that never changes, written in one transaction with the stock it moves. What was
redeemed and not yet handed over has left the stock already: a count is of what nobody has reserved.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from functions.redeem import shelves
from functions.redeem.errors import NoStockError
from functions.redeem.reward import Reward, reward_of
from loyalty import attempts, dynamo, offers, stock
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState, WrongStateError, offer_of
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.entries import fingerprint
from loyalty.errors import IdempotencyKeyReusedError
from loyalty.pepper import digest
from loyalty.stock import Shard, shards_of

MOVEMENT = "movement"
BOOK = "book"
"""The partition of the index by reward that holds its movements, beside its shelves of orders."""


class MovementKind(StrEnum):
    """What moved a stock."""

    STOCK_IN = "stock_in"
    STOCK_TAKE = "stock_take"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of a stock.

    Attributes:
        change: units added, or taken away when negative; of a stock-take, what the count differed by.
        counted: what was counted, at a stock-take.
        by: the login of who booked it.
    """

    movement_id: str
    reward: str
    point: str | None
    what: str
    change: int
    at: str
    by: str
    counted: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """What staff ask to be booked: units that came in, or units that were counted."""

    kind: MovementKind
    units: int
    point: str | None = None
    note: str | None = None


_Found = tuple[Offer | None, Item | None, list[Shard]]


def book(reward_id: str, booking: Booking, login: str, idempotency_key: str, now: datetime) -> Plan[Movement]:
    """Book a movement, once.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
        NoStockError: if the reward has no stock there.
        WrongStateError: if it has a quantity, which is opened when it is published.
    """
    movement_id = digest("stock-movement", f"{reward_id}\n{login}\n{idempotency_key}")
    request = fingerprint(asdict(booking))
    place = shelves.place_of(reward_id, booking.point)

    def load(certain: bool) -> _Found:
        definition = (shelves.table(), shelves.catalogue().key(reward_id))
        offer, standing, *rows = dynamo.batch_get(
            definition, (shelves.table(), _key(movement_id)), *place.keys(), consistent=certain
        )
        return offer_of(offer), standing, shards_of(rows)

    def decide(found: _Found) -> Plan[Movement]:
        offer, standing, shards = found
        if standing is not None:
            if standing["request"] != request:
                raise IdempotencyKeyReusedError
            return Plan(_from_row(standing), replayed=True)
        _require_stock(offers.required(offer), booking.point)
        change, parts = _moved(place, shards, booking)
        counted = booking.units if booking.kind is MovementKind.STOCK_TAKE else None
        made = Movement(
            movement_id, reward_id, booking.point, booking.kind.value, change, iso(now), login, counted, booking.note
        )
        return Plan(made, (_put(made, request), *parts))

    return attempts.settle(load, decide)


def page(reward_id: str, before: str | None, limit: int) -> tuple[list[Movement], str | None]:
    """Return up to `limit` movements, newest first, and where the next page starts, if anywhere."""
    shelf = f"{reward_id}/{BOOK}"
    values = {":shelf": shelf} | ({":before": before} if before else {})
    answer = dynamo.client().query(
        TableName=shelves.table(),
        IndexName="by_reward",
        KeyConditionExpression="shelf = :shelf" + (" AND placed < :before" if before else ""),
        ExpressionAttributeValues=to_item(values),
        ScanIndexForward=False,
        Limit=limit,
    )
    rows = [dynamo.from_item(item) for item in answer["Items"]]
    return [_from_row(row) for row in rows], rows[-1]["placed"] if rows and "LastEvaluatedKey" in answer else None


def shards(reward_id: str, reward: Reward) -> dict[str | None, list[Shard]]:
    """Return the shards of each of a reward's places, by pick-up point."""
    places = shelves.places_of(reward_id, reward)
    found = stock.read_all(list(places.values()))
    return {point: found[place.owner] for point, place in places.items()}


def _require_stock(offer: Offer, point: str | None) -> None:
    reward = reward_of(offer.definition)
    if not reward.limited or point not in reward.places():
        raise NoStockError
    if reward.quantity is not None and offer.state in {OfferState.DRAFT, OfferState.APPROVED}:
        raise WrongStateError(state=offer.state.value)


def _moved(place: stock.Place, shards: Sequence[Shard], booking: Booking) -> tuple[int, list[dict[str, Any]]]:
    """Return by how much the stock changes, and the parts that change it.

    What comes in is added, whoever takes meanwhile; a count is true only of the stock that was read.
    """
    if booking.kind is MovementKind.STOCK_IN:
        return booking.units, stock.stocked(place, shards, booking.units)
    change = booking.units - sum(shard.left for shard in shards)
    return change, stock.changed(place, shards, change)


def _key(movement_id: str) -> dict[str, str]:
    return {shelves.KEY: f"{MOVEMENT}/{movement_id}", "kind": MOVEMENT}


def _put(movement: Movement, request: str) -> dict[str, Any]:
    row = {
        **asdict(movement),
        **_key(movement.movement_id),
        "request": request,
        "shelf": f"{movement.reward}/{BOOK}",
        "placed": f"{movement.at}/{movement.movement_id}",
    }
    absent = "attribute_not_exists(kind)"
    return {"Put": {"TableName": shelves.table(), "Item": to_item(row), "ConditionExpression": absent}}


def _from_row(row: Item) -> Movement:
    known = {field.name: row[field.name] for field in fields(Movement) if field.name in row}
    return Movement(**{"point": None, **known})
