"""What a member sees of the rewards on offer."""

from typing import Any, Literal

from pydantic import ConfigDict

from functions.redeem.reward import CountedPer
from functions.redeem.reward_models import EXAMPLE_ID
from functions.redeem.shop import Shown
from loyalty.clock import iso
from loyalty.http import Answer

_OFFERED: dict[str, Any] = {
    "reward_id": EXAMPLE_ID,
    "name": "真丝围巾",
    "description": "桑蚕丝，礼盒装。",
    "kind": "gift",
    "points": 2000,
    "purse": "points",
    "cash_fen": 9900,
    "value_fen": 0,
    "units": None,
    "until": "2026-11-30T14:00:00.000Z",
    "per_member": 1,
    "per": "quarter",
    "pick_up_points": [{"pick_up_point": "service-desk", "left": 157}, {"pick_up_point": "silk-house", "left": 0}],
    "left": 157,
    "currency": "CNY",
}


class PickUp(Answer):
    """A pick-up point and what is left there."""

    pick_up_point: str
    left: int


class OfferedReward(Answer):
    """A reward on offer; `left` is what there is in all, null where nothing limits it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OFFERED]})

    reward_id: str
    name: str
    description: str
    kind: str
    points: int
    purse: str
    cash_fen: int
    value_fen: int
    units: int | None
    until: str | None
    per_member: int | None
    per: CountedPer | None
    pick_up_points: tuple[PickUp, ...]
    left: int | None
    currency: Literal["CNY"] = "CNY"


class OfferedRewards(Answer):
    """A page of rewards on offer, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_OFFERED], "next": None}]})

    items: tuple[OfferedReward, ...]
    next: str | None = None


def offered_reward(shown: Shown, language: str) -> OfferedReward:
    """Return a reward on offer in the member's language."""
    reward, left = shown.reward, shown.left
    english = language == "en"
    return OfferedReward(
        reward_id=shown.reward_id,
        name=reward.name_en if english else reward.name_zh,
        description=reward.description_en if english else reward.description_zh,
        kind=reward.kind.value,
        points=reward.points,
        purse=reward.purse,
        cash_fen=reward.cash_fen,
        value_fen=reward.value_fen,
        units=reward.units,
        until=iso(reward.until) if reward.until else None,
        per_member=reward.per_member,
        per=reward.per,
        pick_up_points=tuple(PickUp(pick_up_point=point, left=own) for point, own in (left or {}).items() if point),
        left=None if left is None else sum(left.values()),
    )
