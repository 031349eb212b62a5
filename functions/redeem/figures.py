"""What became of a reward, added up from the counts its stock rows keep. Pure."""

from collections.abc import Mapping, Sequence

from functions.redeem.reward import Reward
from functions.redeem.stock_models import PlaceStock, RewardFigures
from loyalty.stock import Shard

Shards = Mapping[str | None, Sequence[Shard]]


def stock_of(reward: Reward, shards: Shards) -> tuple[PlaceStock, ...]:
    """Return what is left, reserved and handed over at each place."""
    return tuple(_place(reward, point, own) for point, own in shards.items())


def of_reward(reward: Reward, shards: Shards) -> RewardFigures:
    """Return the figures of a reward: what it cost is counted for everything that was not cancelled."""
    own = [shard for place in shards.values() for shard in place]
    taken, cancelled = sum(shard.taken for shard in own), _sum("cancelled", own)
    return RewardFigures(
        issued=taken + cancelled,
        handed_over=_sum("handed_over", own),
        cancelled=cancelled,
        left=sum(shard.left for shard in own) if reward.limited else None,
        points=_sum("points", own),
        cost_fen=taken * reward.unit_cost_fen,
    )


def _place(reward: Reward, point: str | None, shards: Sequence[Shard]) -> PlaceStock:
    handed_over = _sum("handed_over", shards)
    return PlaceStock(
        pick_up_point=point,
        left=sum(shard.left for shard in shards) if reward.limited else None,
        reserved=0 if reward.at_once else sum(shard.taken for shard in shards) - handed_over,
        handed_over=handed_over,
    )


def _sum(name: str, shards: Sequence[Shard]) -> int:
    return sum(shard.figures.get(name, 0) for shard in shards)
