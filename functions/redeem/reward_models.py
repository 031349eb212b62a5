"""What staff send about rewards and get back (requirements P6, P7, A2)."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, ConfigDict, Field

from functions.redeem.reward import CountedPer, Reward, RewardKind
from loyalty.catalogue import Offer
from loyalty.http import Answer
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, Patch, life_of
from loyalty.parts import Code

REWARD_ID = r"^[0-9a-f]{24}$"

EXAMPLE_ID = "7d3a0c9e5b1f48e2a6c40b13"
RewardIdField = Annotated[str, Field(pattern=REWARD_ID, description="The reward's id.", examples=[EXAMPLE_ID])]
RewardIdPath = Annotated[RewardIdField, Path(description="The reward's id.")]
EXAMPLE_DEFINITION: dict[str, Any] = {
    "name_zh": "真丝围巾",
    "name_en": "Silk scarf",
    "description_zh": "桑蚕丝，礼盒装。",
    "description_en": "Mulberry silk, in a gift box.",
    "kind": "gift",
    "points": 2000,
    "cash_fen": 9900,
    "tiers": ["gold"],
    "from": "2026-11-01T10:00:00+08:00",
    "until": "2026-11-30T22:00:00+08:00",
    "per_member": 1,
    "pick_up_points": ["service-desk", "silk-house"],
    "unit_cost_fen": 12000,
}
_FULL = Reward.model_validate(EXAMPLE_DEFINITION).model_dump(mode="json", by_alias=True)
_REWARD = {"reward_id": EXAMPLE_ID, **EXAMPLE_LIFE, "definition": _FULL}


class RewardRequest(Reward):
    """A reward as it is drafted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_DEFINITION]})


class RewardPatch(Patch):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"points": 1800, "per_member": 2}]}, populate_by_name=True
    )

    name_zh: str | None = None
    name_en: str | None = None
    description_zh: str | None = None
    description_en: str | None = None
    kind: RewardKind | None = None
    points: int | None = None
    purse: Literal["points", "courtesy"] | None = None
    cash_fen: int | None = None
    value_fen: int | None = None
    template_id: str | None = None
    units: int | None = None
    tiers: tuple[Code, ...] | None = None
    starts: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: AwareDatetime | None = None
    per_member: int | None = None
    per: CountedPer | None = None
    pick_up_points: tuple[str, ...] | None = None
    quantity: int | None = None
    unit_cost_fen: int | None = None


class RewardAnswer(LifeAnswer):
    """A reward and where it stands; `version` goes up with every change of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REWARD]})

    reward_id: str
    definition: Reward


class RewardsAnswer(Answer):
    """A page of rewards, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_REWARD], "next": None}]})

    items: tuple[RewardAnswer, ...]
    next: str | None = None


def reward_answer(offer: Offer) -> RewardAnswer:
    """Return a reward as staff see it."""
    return RewardAnswer(
        reward_id=offer.offer_id,
        **life_of(offer),
        definition=Reward.model_validate(offer.definition),
    )
