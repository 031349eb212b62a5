"""A month's sums arranged as its report: groups, shares, what the mall expects. Pure (requirements I6, I7)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from functions.insight.live.arranging import per_mille
from functions.insight.reports import month_models as m
from functions.insight.reports.redemption import TARGET_PER_MILLE, redemption
from loyalty import exports

HEADER = ("section", "item", "figure", "value")

type Sums = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the mall's file says.

    Attributes:
        new_members: how many shall join in a month; None: nothing is said.
        margins: the gross margin in thousandths of what is paid, by category.
    """

    new_members: int | None = None
    margins: Mapping[str, int] = field(default_factory=dict)


def report(kept: Mapping[str, Any], expected: Expected) -> dict[str, Any]:
    """Return the parts of a month's report.

    Args:
        kept: the month's document (`functions.insight.reports.months`).
    """
    members, buyers = kept["members"], kept["buyers"]
    count = _sum(members, "members")
    return {
        "members": count,
        "new_members": _new_members(members, expected.new_members),
        "by_tier": _by_tier(members, buyers),
        "by_stage": _counted(members, "stage", "members"),
        "consumption": _consumption(buyers, kept["returns"], count),
        "by_category": tuple(_category(row, expected.margins) for row in kept["categories"]),
        "points": _points(kept["points"]),
        "attachment": _attachment(kept["attached"]),
        "margin": _margin(kept["categories"], _sum(kept["attached"], "net"), expected.margins),
    }


def table(found: m.MonthReport) -> Iterator[exports.Row]:
    """Yield a report for spreadsheets, the header first: one figure a line."""
    yield HEADER
    yield "month", found.month, "members", found.members
    for section, part in found:
        groups = part if isinstance(part, tuple) else (part,)
        for group in groups:
            if isinstance(group, BaseModel):
                yield from _lines(section, group)


def _lines(section: str, group: BaseModel) -> Iterator[exports.Row]:
    item = str(getattr(group, "group", None) or "")
    for figure, value in group:
        if value is None or isinstance(value, int):
            yield section, item, figure, value
        elif isinstance(value, tuple):
            for part in value:
                yield section, part.group or "", figure.removeprefix("by_"), part.members


def _new_members(rows: Sequence[Sums], target: int | None) -> m.MonthNewMembers:
    joined = _sum(rows, "joined")
    return m.MonthNewMembers(
        joined=joined,
        target=target,
        reached_per_mille=per_mille(joined, target or 0),
        left=_sum(rows, "gone"),
        by_channel=_counted(rows, "channel", "joined"),
    )


def _by_tier(members: Sequence[Sums], buyers: Sequence[Sums]) -> tuple[m.MonthTierFigures, ...]:
    held = _by(members, "tier", "members")
    bought = {row["tier"]: row for row in buyers}
    tiers = sorted({*held, *bought}, key=lambda tier: (-held[tier], tier or ""))
    return tuple(_tier(tier, held[tier], bought.get(tier, {})) for tier in tiers)


def _tier(tier: str | None, members: int, bought: Sums) -> m.MonthTierFigures:
    receipts, paid = bought.get("receipts", 0), bought.get("paid", 0)
    return m.MonthTierFigures(
        group=tier,
        members=members,
        buyers=bought.get("buyers", 0),
        receipts=receipts,
        paid_fen=paid,
        average_fen=_each(paid, receipts),
    )


def _consumption(buyers: Sequence[Sums], returns: Sequence[Sums], members: int) -> m.MonthConsumption:
    count, receipts, paid = (_sum(buyers, name) for name in ("buyers", "receipts", "paid"))
    back = _sum(returns, "money_back")
    return m.MonthConsumption(
        buyers=count,
        buying_per_mille=per_mille(count, members),
        repeat_buyers=_sum(buyers, "repeat_buyers"),
        first_buyers=_sum(buyers, "first_buyers"),
        receipts=receipts,
        visits_per_buyer_per_mille=per_mille(receipts, count),
        gross_fen=_sum(buyers, "gross"),
        paid_fen=paid,
        average_fen=_each(paid, receipts),
        returns=_sum(returns, "goods_back"),
        money_back_fen=back,
        net_fen=paid - back,
    )


def _category(row: Sums, margins: Mapping[str, int]) -> m.MonthCategoryFigures:
    margin = margins.get(row["category"])
    return m.MonthCategoryFigures(
        group=row["category"],
        receipts=row["receipts"],
        pieces=row["pieces"],
        paid_fen=row["net"],
        margin_fen=None if margin is None else row["net"] * margin // 1000,
    )


def _points(rows: Sequence[Sums]) -> m.MonthPointsFigures:
    moved = redemption(rows)
    return m.MonthPointsFigures(
        earned=moved.earned,
        used=moved.used,
        expired=moved.expired,
        used_per_mille=moved.per_mille,
        target_per_mille=TARGET_PER_MILLE,
    )


def _attachment(rows: Sequence[Sums]) -> m.MonthAttachment:
    receipts, items, categories = (_sum(rows, name) for name in ("receipts", "more_items", "more_categories"))
    return m.MonthAttachment(
        receipts=receipts,
        more_items=items,
        more_categories=categories,
        more_items_per_mille=per_mille(items, receipts),
        more_categories_per_mille=per_mille(categories, receipts),
        pieces_per_receipt_per_mille=per_mille(_sum(rows, "pieces"), receipts),
    )


def _margin(rows: Sequence[Sums], net: int, margins: Mapping[str, int]) -> m.MonthMargin | None:
    if not margins:
        return None
    known = [row for row in rows if row["category"] in margins]
    paid = _sum(known, "net")
    margin = sum(row["net"] * margins[row["category"]] // 1000 for row in known)
    return m.MonthMargin(
        margin_fen=margin, margin_per_mille=per_mille(margin, paid), known_per_mille=per_mille(paid, net)
    )


def _counted(rows: Iterable[Sums], name: str, figure: str) -> tuple[m.MembersOfGroup, ...]:
    """Return how many there are by group, most first; groups of nobody are left out."""
    found = sorted(_by(rows, name, figure).items(), key=lambda one: (-one[1], one[0] or ""))
    return tuple(m.MembersOfGroup(group=group, members=count) for group, count in found if count)


def _by(rows: Iterable[Sums], name: str, figure: str) -> Counter[str | None]:
    found: Counter[str | None] = Counter()
    for row in rows:
        found[row[name]] += row[figure]
    return found


def _sum(rows: Iterable[Sums], figure: str) -> int:
    return sum(row[figure] for row in rows)


def _each(whole: int, parts: int) -> int | None:
    return whole // parts if parts else None
