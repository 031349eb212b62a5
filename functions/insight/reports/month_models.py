"""The monthly report of members as published (requirements I6, I7). `*_fen` in fen, `*_per_mille` in thousandths."""

from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from loyalty.http import Answer

_NEW: dict[str, Any] = {
    "joined": 1240,
    "target": 1500,
    "reached_per_mille": 826,
    "left": 12,
    "by_channel": [{"group": "app", "members": 1240}],
}
_CONSUMPTION: dict[str, Any] = {
    "buyers": 5200,
    "buying_per_mille": 260,
    "repeat_buyers": 2100,
    "first_buyers": 610,
    "receipts": 9800,
    "visits_per_buyer_per_mille": 1884,
    "gross_fen": 301_000_000,
    "paid_fen": 290_000_000,
    "average_fen": 29_591,
    "returns": 140,
    "money_back_fen": 3_100_000,
    "net_fen": 286_900_000,
}
_TIER: dict[str, Any] = {
    "group": "gold",
    "members": 1800,
    "buyers": 940,
    "receipts": 2600,
    "paid_fen": 120_000_000,
    "average_fen": 46_153,
}
_CATEGORY: dict[str, Any] = {
    "group": "dining",
    "receipts": 4100,
    "pieces": 7300,
    "paid_fen": 61_000_000,
    "margin_fen": 36_600_000,
}
_POINTS: dict[str, Any] = {
    "earned": 2_900_000,
    "used": 690_000,
    "expired": 40_000,
    "used_per_mille": 237,
    "target_per_mille": 300,
}
_ATTACHMENT: dict[str, Any] = {
    "receipts": 9800,
    "more_items": 4300,
    "more_categories": 2100,
    "more_items_per_mille": 438,
    "more_categories_per_mille": 214,
    "pieces_per_receipt_per_mille": 2310,
}
_MARGIN: dict[str, Any] = {"margin_fen": 36_600_000, "margin_per_mille": 600, "known_per_mille": 210}

MonthPath = Annotated[
    str,
    Path(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="The month, of the mall's calendar.", examples=["2026-10"]),
]
GroupName = Annotated[str | None, Field(description="Which one; null: what events did not say.")]


def _like(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class MembersOfGroup(Answer):
    """So many members of a group."""

    model_config = _like({"group": "app", "members": 1240})

    group: GroupName
    members: int


class MonthNewMembers(Answer):
    """Who joined in the month, against the target of the mall's file, and who left."""

    model_config = _like(_NEW)

    joined: int
    target: Annotated[int | None, Field(description="Of the mall's file, for a whole month; null: none is set.")]
    reached_per_mille: Annotated[int | None, Field(description="Of the target; null: none is set.")]
    left: int
    by_channel: tuple[MembersOfGroup, ...]


class MonthConsumption(Answer):
    """What members bought in the month, what came back of whatever month, and how many of them bought."""

    model_config = _like(_CONSUMPTION)

    buyers: int
    buying_per_mille: Annotated[int | None, Field(description="Buyers, of the members at the end; null: none.")]
    repeat_buyers: Annotated[int, Field(description="Those with two receipts or more in the month.")]
    first_buyers: Annotated[int, Field(description="Those who had bought nothing before.")]
    receipts: int
    visits_per_buyer_per_mille: Annotated[int | None, Field(description="Receipts a buyer, times a thousand.")]
    gross_fen: int
    paid_fen: int
    average_fen: Annotated[int | None, Field(description="Paid a receipt, rounded down; null: no receipt.")]
    returns: int
    money_back_fen: int
    net_fen: Annotated[int, Field(description="Paid, less what went back in the month.")]


class MonthTierFigures(Answer):
    """A tier: who holds it at the month's end, and what those bought who held it at their last receipt in the month."""

    model_config = _like(_TIER)

    group: Annotated[str | None, Field(description="The code; null: no event told one, so it is the ladder's first.")]
    members: int
    buyers: int
    receipts: int
    paid_fen: int
    average_fen: int | None


class MonthCategoryFigures(Answer):
    """A category of goods; returns are not taken off."""

    model_config = _like(_CATEGORY)

    group: GroupName
    receipts: Annotated[int, Field(description="Receipts with goods of it.")]
    pieces: int
    paid_fen: int
    margin_fen: Annotated[int | None, Field(description="By the mall's file; null: it gives no margin for it.")]


class MonthPointsFigures(Answer):
    """Points that pay, of purses points and courtesy: what was earned and used in the month, less what was undone."""

    model_config = _like(_POINTS)

    earned: Annotated[int, Field(description="Without imported balances, transfers, corrections by hand.")]
    used: int
    expired: int
    used_per_mille: Annotated[int | None, Field(description="The redemption rate: used of earned; null: none.")]
    target_per_mille: int


class MonthAttachment(Answer):
    """How often a further item went with the first: the attachment rate."""

    model_config = _like(_ATTACHMENT)

    receipts: int
    more_items: Annotated[int, Field(description="Receipts with two different items or more.")]
    more_categories: Annotated[int, Field(description="Receipts with goods of two categories or more.")]
    more_items_per_mille: int | None
    more_categories_per_mille: int | None
    pieces_per_receipt_per_mille: Annotated[int | None, Field(description="Pieces a receipt, times a thousand.")]


class MonthMargin(Answer):
    """The gross margin of the categories for which the mall's file gives one; returns are not taken off."""

    model_config = _like(_MARGIN)

    margin_fen: int
    margin_per_mille: Annotated[int | None, Field(description="Of what was paid for those categories.")]
    known_per_mille: Annotated[int | None, Field(description="Their share of all that was paid for goods.")]


class MonthReport(Answer):
    """A month of the mall's members; sums over everybody, nobody is named.

    Attributes:
        last_day: the last day that counts: the month goes on where it is not its last.
        as_of: the day the refresh stood on that made it.
        by_stage: members at the end by stage of life.
        margin: null where the mall's file gives no margin.
    """

    model_config = _like(
        {
            "month": "2026-10",
            "first_day": "2026-10-01",
            "last_day": "2026-10-31",
            "is_over": True,
            "as_of": "2026-11-21",
            "made_at": "2026-11-21T21:45:00.000Z",
            "members": 20_000,
            "new_members": _NEW,
            "by_tier": [_TIER],
            "by_stage": [{"group": "active", "members": 6100}],
            "consumption": _CONSUMPTION,
            "by_category": [_CATEGORY],
            "points": _POINTS,
            "attachment": _ATTACHMENT,
            "margin": _MARGIN,
        }
    )

    month: str
    first_day: date
    last_day: date
    is_over: bool
    as_of: date
    made_at: str
    members: int
    new_members: MonthNewMembers
    by_tier: tuple[MonthTierFigures, ...]
    by_stage: tuple[MembersOfGroup, ...]
    consumption: MonthConsumption
    by_category: tuple[MonthCategoryFigures, ...]
    points: MonthPointsFigures
    attachment: MonthAttachment
    margin: MonthMargin | None
