"""What a member was given of one campaign: the counts that limits and a day's sum are decided on. Pure.

Two rows at most for a receipt: one for the campaign, where it limits what a member gets in all, and one for the
mall-local day of the purchase, where it limits a day or sums the day's receipts. The day's row names each receipt that
counts and what the day was given, so a return, however late, recomputes the day exactly. Rows are written over exactly
the version that was read.

(used/<campaign>/<member>, "all")       awards, points, version
(used/<campaign>/<member>, "<yymmdd>")  awards, points, version; receipts: {key: fen}, given: {purse: points},
                                        coupons: [[template, ref]], shards: {number: units}; again
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from loyalty.earning.effects import may_give_coupons
from loyalty.earning.rule import Limits, Rule
from loyalty.entries import EntryKey
from loyalty.types import Day, Fen, Purse

ALL = "all"
"""The sort key of the row that counts the whole campaign."""


@dataclass(frozen=True, slots=True)
class Gifts:
    """Something given, or taken back.

    Attributes:
        points: by purse, each above zero.
        coupons: pairs of template and ref.
        units: of the budget.
    """

    points: Mapping[Purse, int] = field(default_factory=dict)
    coupons: tuple[tuple[str, str], ...] = ()
    units: int = 0

    def __bool__(self) -> bool:
        return bool(self.points or self.coupons)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a member had of a campaign in all: awards, and points of all purses together.

    Attributes:
        version: of the row; 0: there is none.
    """

    awards: int = 0
    points: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class DayTally:
    """What a member had of a campaign on one mall-local day, and, where the day is summed, for what.

    Attributes:
        receipts: fen of the lines that count, by the key of each receipt that counts; none is zero.
        given: points the day was given, by purse; coupons: pairs of template and ref.
        shards: units of the budget, by the shard they were taken from (`with_shards`).
        again: a return has taken coupons of what the day still keeps; they may have been used, so whatever brings
            coupons next is another award.
    """

    awards: int = 0
    points: int = 0
    version: int = 0
    receipts: Mapping[str, Fen] = field(default_factory=dict)
    given: Mapping[Purse, int] = field(default_factory=dict)
    coupons: tuple[tuple[str, str], ...] = ()
    shards: Mapping[int, int] = field(default_factory=dict)
    again: bool = False

    @property
    def was_given(self) -> bool:
        """Whether the day's sum was given something."""
        return bool(self.given or self.coupons)

    def begins_with(self, templates: Collection[object]) -> bool:
        """Tell whether what is given now, with these coupons, is an award of its own, not part of the day's."""
        return not self.was_given or (self.again and bool(templates))


@dataclass(frozen=True, slots=True)
class Used:
    """Both tallies of one campaign and member; what is not counted stays empty."""

    all: Tally = Tally()
    day: DayTally = DayTally()


NOTHING = Used()
"""What a member was given who was given nothing."""


def ref(key: str, campaign_id: str, number: int) -> str:
    """Return what names one coupon of an award: the purchase's entry, the campaign, and which of its coupons.

    Args:
        key: the ledger source of the receipt.
    """
    return f"{_entry_id(key)}/{campaign_id}/{number}"


@lru_cache(maxsize=64)
def _entry_id(key: str) -> str:
    """Return the id of a receipt's purchase; remembered, for one receipt may bring many coupons."""
    return EntryKey(key, "purchase").entry_id


def rows_needed(rule: Rule, day: Day) -> tuple[str, ...]:
    """Return the sort keys of the rows a rule needs for a purchase of a mall-local day: none for most rules."""
    return (*((ALL,) if _counts_all(rule) else ()), *((day,) if _counts_day(rule) else ()))


def counts(rule: Rule) -> bool:
    """Tell whether a rule needs to know what a member had of it."""
    return _counts_all(rule) or _counts_day(rule)


def _counts_all(rule: Rule) -> bool:
    return rule.limits.awards is not None or rule.limits.points is not None


def _counts_day(rule: Rule) -> bool:
    limits = rule.limits
    return limits.awards_a_day is not None or limits.points_a_day is not None or rule.sums_day


def passes(limits: Limits, after: Used) -> bool:
    """Tell whether a member would have had more than a limit allows."""
    return any(
        most is not None and had > most
        for most, had in (
            (limits.awards, after.all.awards),
            (limits.points, after.all.points),
            (limits.awards_a_day, after.day.awards),
            (limits.points_a_day, after.day.points),
        )
    )


def row_key(campaign_id: str, member_id: str, row: str) -> dict[str, str]:
    """Return the key of one row in table `campaigns`; `row` is one of `rows_needed`."""
    return {"campaign_id": f"used/{campaign_id}/{member_id}", "kind": row}


def from_rows(rows: Mapping[str, Mapping[str, Any] | None]) -> Used:
    """Return what rows hold, by sort key; a row that is not there holds nothing."""
    used = NOTHING
    for name, row in rows.items():
        if row is None:
            continue
        counts = (row["awards"], row["points"], row["version"])
        used = replace(used, all=Tally(*counts)) if name == ALL else replace(used, day=_day(counts, row))
    return used


def _day(counts: tuple[int, int, int], row: Mapping[str, Any]) -> DayTally:
    return DayTally(
        *counts,
        receipts=row.get("receipts", {}),
        given={Purse(purse): points for purse, points in row.get("given", {}).items()},
        coupons=tuple((template, name) for template, name in row.get("coupons", ())),
        shards={int(number): units for number, units in row.get("shards", {}).items()},
        again=row.get("again", False),
    )


def to_rows(before: Used, after: Used, day: Day) -> list[tuple[str, dict[str, Any], int]]:
    """Return the rows that changed: sort key, attributes (without the key), and the version to be replaced (0: none).

    The attributes hold the next version. Put each with the condition that the stored `version` is the one replaced,
    or that there is no row.
    """
    changed: list[tuple[str, dict[str, Any], int]] = []
    if after.all != before.all:
        changed.append((ALL, _counts(after.all), before.all.version))
    if after.day != before.day:
        sums = {
            "receipts": dict(after.day.receipts),
            "given": {purse.value: points for purse, points in after.day.given.items()},
            "coupons": [list(pair) for pair in after.day.coupons],
            "shards": {str(number): units for number, units in sorted(after.day.shards.items())},
            "again": after.day.again,
        }
        found = {name: value for name, value in sums.items() if value}
        changed.append((day, _counts(after.day) | found, before.day.version))
    return changed


def _counts(tally: Tally | DayTally) -> dict[str, Any]:
    return {"awards": tally.awards, "points": tally.points, "version": tally.version + 1}


def after_award(used: Used, rule: Rule, key: str, fen: int, gifts: Gifts, replaced: Sequence[str] = ()) -> Used:
    """Return the tallies after a receipt that counts; a tally that the rule does not need stays as it is.

    Args:
        key: the ledger source of the receipt.
        fen: its lines that count.
        gifts: what it is given; nothing: it only counts for the day's sum.
        replaced: refs of the day's coupons that the award replaces.
    """
    awards = int(bool(gifts) and used.day.begins_with(gifts.coupons))
    after = _moved(used, rule, awards, sum(gifts.points.values()))
    if not rule.sums_day:
        return after
    day, given = after.day, dict(used.day.given)
    for purse, points in gifts.points.items():
        given[purse] = given.get(purse, 0) + points
    coupons = (*(pair for pair in day.coupons if pair[1] not in replaced), *gifts.coupons)
    receipts, again = {**day.receipts, key: Fen(fen)}, day.again and not gifts.coupons
    return Used(after.all, DayTally(day.awards, day.points, day.version, receipts, given, coupons, day.shards, again))


def after_return(used: Used, rule: Rule, taken: Gifts, *, whole: bool) -> Used:
    """Return the tallies after an award of one receipt was taken back; for a day's sum see `returning.settle_day`.

    An award of a rule that may give coupons stays counted: they may have been used, and what was used is kept. That
    holds for each of its awards, for its coupons may have gone back before its points.

    Args:
        whole: nothing of the award is left, so it no longer counts as one.
    """
    return _moved(used, rule, -int(whole and not may_give_coupons(rule)), -sum(taken.points.values()))


def with_shards(used: Used, parts: Iterable[tuple[int, int]]) -> Used:
    """Return the tallies with the shards a day's units were taken from, (number, units) each; see `DayTally`."""
    shards = Counter(used.day.shards)
    for number, units in parts:
        shards[number] += units
    return replace(used, day=replace(used.day, shards=dict(shards)))


def _moved(used: Used, rule: Rule, awards: int, points: int) -> Used:
    """Add to the counts that the rule keeps; never below zero."""
    whole, day = used.all, used.day
    if _counts_all(rule):
        whole = Tally(max(0, whole.awards + awards), max(0, whole.points + points), whole.version)
    if _counts_day(rule):
        counts_now = (max(0, day.awards + awards), max(0, day.points + points), day.version)
        day = DayTally(*counts_now, day.receipts, day.given, day.coupons, day.shards, day.again)
    return Used(whole, day)
