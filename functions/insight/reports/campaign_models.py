"""What a campaign changed, as it is published (requirement I4). `*_fen` in fen, `*_per_mille` in thousandths."""

from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from loyalty.earning.rule import Unit
from loyalty.http import Answer

_PERIOD: dict[str, Any] = {
    "bought": 1200,
    "bought_per_mille": 800,
    "receipts": 2100,
    "spend_fen": 61_000_000,
    "each_fen": 40_666,
}
_GROUP: dict[str, Any] = {
    "members": 1500,
    "before": {**_PERIOD, "bought": 900, "bought_per_mille": 600, "spend_fen": 50_000_000, "each_fen": 33_333},
    "during": _PERIOD,
    "after": None,
    "growth_per_mille": 220,
    "points_earned": 640_000,
    "points_used": 201_000,
    "used_per_mille": 314,
}
_REACH: dict[str, Any] = {"buyers": 5200, "taken_part_per_mille": 288, "seen": 900, "clicked": 310}
_COST: dict[str, Any] = {
    "awards": 2100,
    "points": 15_200,
    "coupons": 0,
    "cost_fen": 15_200,
    "cost_per_mille": 2,
    "unit": "points",
    "budget": 100_000,
    "used": 15_200,
    "used_per_mille": 152,
}

_DIFFERENCE: dict[str, Any] = {"participants": 7333, "control": 5120, "difference": 2213, "low": 410, "high": 4016}
_CONTROL: dict[str, Any] = {
    "share_per_mille": 100,
    "found_per_mille": 104,
    "as_drawn": True,
    "group": {**_GROUP, "members": 174},
    "growth_fen": _DIFFERENCE,
    "retention_per_mille": None,
}

ReportedCampaignPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{24}$", description="The campaign's id.", examples=["5f0c3e9a1b7d42e8a6c40b13"])
]


def _like(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class EffectPeriod(Answer):
    """What the members of a group bought in a period; spend is what was paid, less what went back."""

    model_config = _like(_PERIOD)

    bought: Annotated[int, Field(description="Members of the group who bought.")]
    bought_per_mille: Annotated[int | None, Field(description="Of the group: before and after, its retention.")]
    receipts: int
    spend_fen: int
    each_fen: Annotated[int | None, Field(description="Spend a member of the group, rounded down.")]


class EffectGroup(Answer):
    """A group of members before, during and after a campaign.

    Attributes:
        after: null until the day after the campaign.
        growth_per_mille: of spend from before to during; null where nothing was spent before.
        used_per_mille: points used of points earned during the campaign: the redemption rate.
    """

    model_config = _like(_GROUP)

    members: int
    before: EffectPeriod
    during: EffectPeriod
    after: EffectPeriod | None
    growth_per_mille: int | None
    points_earned: int
    points_used: int
    used_per_mille: int | None


class EffectReach(Answer):
    """How far a campaign reached; looks are those of members who agree to profiling, so they are too few."""

    model_config = _like(_REACH)

    buyers: Annotated[int, Field(description="Members who bought anything during the campaign.")]
    taken_part_per_mille: Annotated[int | None, Field(description="Who took part, of them.")]
    seen: int
    clicked: int


class EffectCost(Answer):
    """What a campaign gave, less what it took back, and what that costs.

    Attributes:
        cost_fen: at most: every point redeemed, every coupon used, each at the worth of the dearest it gives.
        cost_per_mille: of what participants spent during the campaign.
        unit, budget, used: of the budget; null where it has none.
    """

    model_config = _like(_COST)

    awards: int
    points: Annotated[int, Field(description="Points that pay, of purses points and courtesy.")]
    coupons: int
    cost_fen: int
    cost_per_mille: int | None
    unit: Unit | None
    budget: int | None
    used: int | None
    used_per_mille: int | None


class EffectDifference(Answer):
    """A figure of both groups, and the difference: with a confidence of 95 % it lies from `low` to `high`.

    If that spans 0, the campaign may have changed nothing.
    """

    model_config = _like(_DIFFERENCE)

    participants: int
    control: int
    difference: Annotated[int, Field(description="Participants less control.")]
    low: int
    high: int


class EffectControl(Answer):
    """Who was kept out by chance, and would have been awarded something: what the campaign changed shows here.

    Attributes:
        share_per_mille: of the members, whom the campaign keeps out.
        found_per_mille: of the control group and the participants, the control group.
        as_drawn: whether `found_per_mille` is what chance gives (p at least 0.001). False: the campaign changed who
            bought at all, so the two groups are not alike, and their difference is not the campaign's effect alone.
        growth_fen: spend during less spend before, a member.
        retention_per_mille: who bought in the period after; null until the day after the campaign.

    Both differences are null while a group has fewer than 30 members.
    """

    model_config = _like(_CONTROL)

    share_per_mille: int
    found_per_mille: int | None
    as_drawn: bool | None
    group: EffectGroup
    growth_fen: EffectDifference | None
    retention_per_mille: EffectDifference | None


class CampaignEffect(Answer):
    """What a campaign changed, from the lake.

    Attributes:
        before_first: the first day of the period before, as long as the campaign so far.
        last_day: the campaign's last day, today while it runs.
        after_last: the last day of the period after; null until the day after the campaign.
        is_final: whether the period after is over: nothing but late receipts changes it any more.
        participants: who was awarded something; `others`: everybody else who bought in the periods. They chose not to
            take part, or could not: this is no control group, and the difference is not the campaign's effect alone.
        control: the control group; null where the campaign keeps nobody out (`control_share`).
        target_per_mille: the redemption rate the malls aim at.
    """

    model_config = _like(
        {
            "campaign_id": "5f0c3e9a1b7d42e8a6c40b13",
            "name_zh": "餐饮夜市双倍积分",
            "name_en": "Double points at the night market",
            "before_first": "2026-11-01",
            "first_day": "2026-11-11",
            "last_day": "2026-11-20",
            "after_last": None,
            "is_final": False,
            "participants": _GROUP,
            "others": _GROUP,
            "control": _CONTROL,
            "target_per_mille": 300,
            "reach": _REACH,
            "cost": _COST,
        }
    )

    campaign_id: str
    name_zh: str
    name_en: str
    before_first: date
    first_day: date
    last_day: date
    after_last: date | None
    is_final: bool
    participants: EffectGroup
    others: EffectGroup
    control: EffectControl | None = None
    target_per_mille: int
    reach: EffectReach
    cost: EffectCost
