"""What a member can redeem points for now: rewards on offer for their tier, with what is left of them (P6, P7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from functions.redeem import shelves
from functions.redeem.reward import Reward, is_offered, reward_of
from loyalty import stock
from loyalty.stock import Shard

MOST_A_PAGE = 20
"""Every reward's stock is read with the page: up to ten places of sixteen rows each."""


class Shown(NamedTuple):
    """A reward on offer, and what is left of it at each of its places; none where nothing limits it."""

    reward_id: str
    reward: Reward
    left: dict[str | None, int] | None


def page(tier: str, now: datetime, after: str | None, limit: int) -> tuple[list[Shown], str | None]:
    """Return up to `limit` rewards on offer for a tier, in order of id, and the id after which the next page starts."""
    found: list[tuple[str, Reward]] = []
    for offer in shelves.catalogue().everything():
        if offer.offer_id > (after or "") and is_offered(offer, tier, now):
            found.append((offer.offer_id, reward_of(offer.definition)))
        if len(found) > limit:
            break
    shown = found[:limit]
    return _with_stock(shown), shown[-1][0] if len(found) > limit else None


def _with_stock(rewards: Sequence[tuple[str, Reward]]) -> list[Shown]:
    places = {reward_id: shelves.places_of(reward_id, reward) for reward_id, reward in rewards if reward.limited}
    shards = stock.read_all([place for own in places.values() for place in own.values()])
    return [
        Shown(reward_id, reward, {point: _left(shards[place.owner]) for point, place in places[reward_id].items()})
        if reward.limited
        else Shown(reward_id, reward, None)
        for reward_id, reward in rewards
    ]


def _left(shards: Sequence[Shard]) -> int:
    return sum(shard.left for shard in shards)
