"""The panels of live figures as they are published (requirements I1, I6). `*_fen` in fen, `*_per_mille` in thousandths.

Figures are flows: what happened in a period, not what became of the coupons issued in it. So a share may pass a
thousand, when more is used in a quiet week than is issued.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, ConfigDict, Field

from loyalty.http import Answer

_FUNNEL: dict[str, Any] = {
    "issued": 1000,
    "sent": 700,
    "claimed": 300,
    "seen": 840,
    "redeemed": 251,
    "returned": 4,
    "expired": 610,
    "voided": 1,
    "off_fen": 1_235_000,
    "cost_fen": 1_310_000,
    "offers_seen": 5200,
    "offers_clicked": 610,
    "seen_per_mille": 840,
    "used_per_mille": 247,
}
_TRAFFIC: dict[str, Any] = {
    "receipts": 420,
    "first_receipts": 31,
    "gross_fen": 9_870_000,
    "paid_fen": 9_240_000,
    "average_fen": 22_000,
    "returns": 6,
    "money_back_fen": 121_000,
    "enrolled": 44,
    "left": 1,
    "points_earned": 92_400,
    "points_spent": 31_000,
    "points_taken_back": 1210,
    "points_given_back": 300,
    "points_expired": 0,
}
_TODAY: dict[str, Any] = {
    "receipts": 420,
    "paid_fen": 9_240_000,
    "average_fen": 22_000,
    "enrolled": 44,
    "points_earned": 92_400,
    "points_spent": 31_000,
    "issued": 1000,
    "seen": 840,
    "redeemed": 251,
}
_ATTENTION: dict[str, Any] = {"seen": 5200, "clicked": 610, "used": 251, "clicked_per_mille": 117}
_HOUR: dict[str, Any] = {"hour": 18, **_TODAY}
_DAY: dict[str, Any] = {
    "day": "2026-11-21",
    "which": "today",
    "total": _TODAY,
    "until_this_hour": _TODAY,
    "hours": [_HOUR],
}
_PERIOD = {"first": "2026-11-15", "last": "2026-11-21"}


def _like(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class FunnelBy(StrEnum):
    """What the funnel can be told apart by."""

    DAY = "day"
    HOUR = "hour"
    TIER = "tier"
    CATEGORY = "category"
    CHANNEL = "channel"
    TEMPLATE = "template"


class TrafficBy(StrEnum):
    """What traffic can be told apart by."""

    DAY = "day"
    HOUR = "hour"
    TIER = "tier"
    CHANNEL = "channel"


Group = Annotated[str | None, Field(description="Which one; null: what events did not say.")]
OfferLooks = Annotated[
    int | None,
    Field(description="By members who agree to profiling; null where a look does not tell the group."),
]


class FunnelFigures(Answer):
    """What happened to coupons; `issued` is `sent` and `claimed`, `used_per_mille` is of `redeemed` less `returned`."""

    model_config = _like(_FUNNEL)

    issued: int
    sent: int
    claimed: int
    seen: int
    redeemed: int
    returned: int
    expired: int
    voided: int
    off_fen: Annotated[int, Field(description="Money off, without what returns took back.")]
    cost_fen: Annotated[int, Field(description="Money off and what was handed over, without what came back.")]
    offers_seen: OfferLooks
    offers_clicked: OfferLooks
    seen_per_mille: Annotated[int | None, Field(description="Of what was issued; null: nothing was.")]
    used_per_mille: Annotated[int | None, Field(description="Of what was issued; null: nothing was.")]


class FunnelGroup(FunnelFigures):
    """The funnel of one group."""

    model_config = _like({**_FUNNEL, "group": "gold"})

    group: Group


class FunnelAnswer(Answer):
    """What happened to coupons in a period, from issue to use, in all and by group."""

    model_config = _like({**_PERIOD, "by": "tier", "total": _FUNNEL, "items": [{"group": "gold", **_FUNNEL}]})

    first: date
    last: date
    by: FunnelBy
    total: FunnelFigures
    items: tuple[FunnelGroup, ...]


class TrafficFigures(Answer):
    """What was bought, earned and spent, and who came."""

    model_config = _like(_TRAFFIC)

    receipts: int
    first_receipts: Annotated[int, Field(description="Receipts of members who had bought nothing before.")]
    gross_fen: int
    paid_fen: int
    average_fen: Annotated[int | None, Field(description="Paid a receipt, rounded down; null: no receipt.")]
    returns: int
    money_back_fen: int
    enrolled: int
    left: int
    points_earned: int
    points_spent: int
    points_taken_back: int
    points_given_back: int
    points_expired: int


class TrafficGroup(TrafficFigures):
    """The traffic of one group."""

    model_config = _like({**_TRAFFIC, "group": "gold"})

    group: Group


class TrafficAnswer(Answer):
    """What was bought, earned and spent in a period, in all and by group."""

    model_config = _like({**_PERIOD, "by": "tier", "total": _TRAFFIC, "items": [{"group": "gold", **_TRAFFIC}]})

    first: date
    last: date
    by: TrafficBy
    total: TrafficFigures
    items: tuple[TrafficGroup, ...]


class TodayFigures(Answer):
    """The figures a dashboard shows of a day."""

    model_config = _like(_TODAY)

    receipts: int
    paid_fen: int
    average_fen: Annotated[int | None, Field(description="Paid a receipt, rounded down; null: no receipt.")]
    enrolled: int
    points_earned: int
    points_spent: int
    issued: int
    seen: int
    redeemed: int


class TodayHour(TodayFigures):
    """One hour of a day on the mall's clock."""

    model_config = _like(_HOUR)

    hour: int


class Which(StrEnum):
    """The days that are set side by side."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK_BEFORE = "week_before"


class TodayDay(Answer):
    """A day, whole and until the hour that has just begun."""

    model_config = _like(_DAY)

    day: date
    which: Which
    total: TodayFigures
    until_this_hour: Annotated[TodayFigures, Field(description="Of the hours that are over today: to be compared.")]
    hours: tuple[TodayHour, ...]


class TodayAnswer(Answer):
    """Today beside yesterday and the same day a week before, by the hour."""

    model_config = _like({"at": "2026-11-21T10:20:00.000Z", "hour": 18, "days": [_DAY]})

    at: AwareDatetime
    hour: Annotated[int, Field(description="The hour that has begun, on the mall's clock.")]
    days: tuple[TodayDay, ...]


class AttentionFigures(Answer):
    """What was looked at, clicked on and used.

    Looks and clicks are those of members who agree to profiling; `used` is everybody's, so it is no share of them.
    """

    model_config = _like(_ATTENTION)

    seen: int
    clicked: int
    used: Annotated[int | None, Field(description="Coupons redeemed, awards, rewards ordered; null: not to be used.")]
    clicked_per_mille: Annotated[int | None, Field(description="Of what was seen; null: nothing was.")]


class AttentionGroup(AttentionFigures):
    """The attention one kind of thing got, or one thing on one day."""

    model_config = _like({**_ATTENTION, "group": "coupon"})

    group: Annotated[str, Field(description="The kind of thing; of one thing, the day.")]


class AttentionAnswer(Answer):
    """From seen to clicked to used, in a period."""

    model_config = _like(
        {**_PERIOD, "kind": None, "ref": None, "total": _ATTENTION, "items": [{"group": "coupon", **_ATTENTION}]}
    )

    first: date
    last: date
    kind: str | None
    ref: str | None
    total: AttentionFigures
    items: tuple[AttentionGroup, ...]
