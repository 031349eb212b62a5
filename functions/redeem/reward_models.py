"""What staff send about rewards and get back (requirements P6, P7, A2)."""

from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from functions.redeem.reward import CountedPer, Reward, RewardKind
from loyalty.catalogue import Offer, OfferState
from loyalty.http import Answer, Body
from loyalty.parts import Code

REWARD_ID = r"^[0-9a-f]{24}$"
StateQuery = Annotated[OfferState | None, Query(description="Only those in this state.")]

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
EXAMPLE_LIFE: dict[str, Any] = {
    "state": "published",
    "version": 3,
    "made_by": "staff-0001",
    "approved_by": "staff-0002",
    "history": [
        {"state": "draft", "by": "staff-0001", "at": "2026-10-20T01:30:00.000Z"},
        {"state": "approved", "by": "staff-0002", "at": "2026-10-20T02:10:00.000Z"},
        {"state": "published", "by": "staff-0001", "at": "2026-10-20T02:15:00.000Z"},
    ],
}
_FULL = Reward.model_validate(EXAMPLE_DEFINITION).model_dump(mode="json", by_alias=True)
_REWARD = {"reward_id": EXAMPLE_ID, **EXAMPLE_LIFE, "definition": _FULL}


class RewardRequest(Reward):
    """A reward as it is drafted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_DEFINITION]})


class RewardPatch(Body):
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

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self

    def changes(self) -> dict[str, Any]:
        """Return what was named, null included."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class RewardApprovalRequest(Body):
    """The version the approver looked at; without it, whatever stands there is approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int, Field(strict=True, ge=1)] | None = None


class RewardStep(Answer):
    """One step of a life: the state it led to, whose login took it, when."""

    state: OfferState
    by: str
    at: str


class RewardAnswer(Answer):
    """A reward and where it stands; `version` goes up with every change of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REWARD]})

    reward_id: str
    state: OfferState
    version: int
    made_by: str
    approved_by: str | None = None
    history: tuple[RewardStep, ...]
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
        state=offer.state,
        version=offer.version,
        made_by=offer.maker,
        approved_by=offer.approver,
        history=tuple(RewardStep(state=OfferState(state), by=by, at=at) for state, by, at in offer.history),
        definition=Reward.model_validate(offer.definition),
    )
