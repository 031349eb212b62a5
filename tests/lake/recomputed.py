"""Who is in a segment, worked out member by member in plain Python: what the query must agree with, exactly.

It shares nothing with the compiler but the definitions' models: it reads rows, not figures.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from functions.segments.conditions import AnyCondition, SegmentAll, SegmentAny, SegmentNot
from functions.segments.stages import StageDays
from tests.lake.facts import Known, Row, Rows, known_members

YEAR = 365
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def members_in(
    rows: Rows, conditions: Iterable[AnyCondition], as_of: date, *, base_tier: str = "regular",
    stages: StageDays | None = None, only_granted: bool = False,
) -> list[set[str]]:  # fmt: skip
    """Return the members of each segment on that day."""
    known = known_members(rows, as_of, base_tier, only_granted=only_granted)
    _rank(known.values(), as_of)
    judge = Judge(as_of, stages or StageDays())
    return [{name for name, member in known.items() if judge.holds(one, member)} for one in conditions]


def _rank(members: Iterable[Known], as_of: date) -> None:
    """Set the quintiles of those who bought within a year: one more than the fifths that are strictly below."""
    figures = {}
    for member in members:
        bought = [row for row in member.rows["receipts"] if row["biz_date"] > as_of - timedelta(days=YEAR)]
        back = [row for row in member.rows["returns"] if row["biz_date"] > as_of - timedelta(days=YEAR)]
        if bought:
            last = max(row["biz_date"] for row in bought)
            paid = sum(row["paid"] for row in bought) - sum(row["money_back"] for row in back)
            figures[member.member_id] = (member, (last, len(bought), paid))
    places = [sorted(values[n] for _, values in figures.values()) for n in range(3)]
    for member, values in figures.values():
        below = [place.index(value) for place, value in zip(places, values, strict=True)]
        r, f, m = (1 + count * 5 // len(figures) for count in below)
        member.quintiles = (r, f, m)


class Judge:
    """Tells whether a condition holds for a member on a day."""

    def __init__(self, as_of: date, stages: StageDays) -> None:
        self.as_of, self.stages = as_of, stages

    def holds(self, condition: AnyCondition, member: Known) -> bool:
        match condition:
            case SegmentAll():
                return all(self.holds(part, member) for part in condition.every)
            case SegmentAny():
                return any(self.holds(part, member) for part in condition.some)
            case SegmentNot():
                return not self.holds(condition.negated, member)
        rule: Callable[[Any, Known], bool] = getattr(self, condition.about)
        return rule(condition, member)

    def spend(self, leaf: Any, member: Known) -> bool:
        bought = self._bought(leaf, member)
        if leaf.categories or leaf.brands:
            lines = self._lines(leaf, member)
            receipts = {row["event_id"] for row in bought}
            return _within(sum(line["net"] for line in lines if line["event_id"] in receipts), leaf)
        total = sum(row["paid"] for row in bought)
        if not (leaf.channels or leaf.weekdays or leaf.hours):
            back = self._lately(leaf.days, member.rows["returns"])
            total -= sum(row["money_back"] for row in back if not leaf.tenants or row["tenant_id"] in leaf.tenants)
        return _within(total, leaf)

    def visits(self, leaf: Any, member: Known) -> bool:
        return _within(len(self._bought(leaf, member)), leaf)

    def recency(self, leaf: Any, member: Known) -> bool:
        days = [row["biz_date"] for row in self._bought(leaf, member)]
        return bool(days) and _within((self.as_of - max(days)).days, leaf)

    def rfm(self, leaf: Any, member: Known) -> bool:
        asked = (leaf.r, leaf.f, leaf.m)
        return member.quintiles is not None and all(
            not among or quintile in among for among, quintile in zip(asked, member.quintiles, strict=True)
        )

    def rfm_group(self, leaf: Any, member: Known) -> bool:
        if member.quintiles is None:
            return False
        r, f, _ = member.quintiles
        return GROUPS[f"{r}{f}"] in leaf.among

    def stage(self, leaf: Any, member: Known) -> bool:
        ages = [(self.as_of - row["biz_date"]).days for row in member.rows["receipts"]]
        return self._stage(ages) in leaf.among

    def _stage(self, ages: list[int]) -> str:
        if not ages:
            return "potential"
        if max(ages) <= self.stages.new:
            return "new"
        if min(ages) <= self.stages.active:
            return "active"
        return "dormant" if min(ages) <= self.stages.dormant else "lost"

    def tier(self, leaf: Any, member: Known) -> bool:
        return member.facts["tier"] in leaf.among

    def status(self, leaf: Any, member: Known) -> bool:
        return member.facts["status"] in leaf.among

    def member_kind(self, leaf: Any, member: Known) -> bool:
        return member.facts["member_kind"] in leaf.among

    def points(self, leaf: Any, member: Known) -> bool:
        moved = [row for row in member.rows["points"] if row["balance"] is not None]
        newest = max(moved, key=lambda row: row["member_seq"], default={"balance": 0})
        return _within(newest["balance"], leaf)

    def age(self, leaf: Any, member: Known) -> bool:
        born = member.facts["birth_year"]
        return born is not None and _within(self.as_of.year - born, leaf)

    def joined(self, leaf: Any, member: Known) -> bool:
        days = (self.as_of - member.facts["joined_on"]).days
        return (
            (leaf.days_at_least is None or days >= leaf.days_at_least)
            and (leaf.days_at_most is None or days <= leaf.days_at_most)
            and (not leaf.channels or member.facts["joined_by"] in leaf.channels)
        )

    def family(self, leaf: Any, member: Known) -> bool:
        return any(self._is_meant(kept, asked) for kept in member.facts["words"]["family"] for asked in leaf.any_of)

    def _is_meant(self, kept: str, asked: str) -> bool:
        """Tell whether a relative is one asked for; `child_2019` is a minor of that year."""
        relation, *born = kept.split("_")
        if not born:
            return kept == asked
        kind, *ages = asked.split("_")
        age = self.as_of.year - int(born[0])
        low, high = (int(ages[0]), int(ages[1])) if ages else (0, 17)
        return kind == relation and low <= age <= min(high, 17)

    def interest(self, leaf: Any, member: Known) -> bool:
        lists = (member.facts["words"][name] for name in ("interests", "categories", "brands"))
        return any(words & set(leaf.any_of) for words in lists)

    def survey(self, leaf: Any, member: Known) -> bool:
        given = [
            row["score"]
            for row in self._lately(leaf.days, member.rows["surveys"])
            if row["what"] == "answered" and row.get("dimension") == leaf.dimension and row.get("score") is not None
        ]
        if not given:
            return False
        mean = Fraction(sum(given), len(given))
        low, high = leaf.average_at_least, leaf.average_at_most
        return (low is None or mean >= Fraction(low)) and (high is None or mean <= Fraction(high))

    def coupons(self, leaf: Any, member: Known) -> bool:
        asked = {"what": leaf.what, "template_id": leaf.templates, "category": leaf.categories}
        return _within(_count(self._lately(leaf.days, member.rows["coupons"]), asked), leaf)

    def activity(self, leaf: Any, member: Known) -> bool:
        asked = {"what": leaf.what, "kind": leaf.kinds, "ref": leaf.refs}
        return _within(_count(self._lately(leaf.days, member.rows["activity"]), asked), leaf)

    def _lately(self, days: int | None, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if days is None or (self.as_of - row["biz_date"]).days < days]

    def _lines(self, leaf: Any, member: Known) -> list[Row]:
        return [
            line
            for line in member.rows["lines"]
            if (not leaf.categories or line["category"] in leaf.categories)
            and (not leaf.brands or line["brand"] in leaf.brands)
        ]

    def _bought(self, leaf: Any, member: Known) -> list[Row]:
        rows = self._lately(leaf.days, member.rows["receipts"])
        goods = {line["event_id"] for line in self._lines(leaf, member)}
        return [row for row in rows if self._is_asked(leaf, row) and row["event_id"] in goods]

    def _is_asked(self, leaf: Any, row: Row) -> bool:
        return (
            (not leaf.tenants or row["tenant_id"] in leaf.tenants)
            and (not leaf.channels or row["channel"] in leaf.channels)
            and (not leaf.weekdays or WEEKDAYS[row["biz_date"].weekday()] in leaf.weekdays)
            and (leaf.hours is None or row["biz_hour"] in _hours(leaf.hours))
        )


def _hours(asked: Any) -> set[int]:
    if asked.starts < asked.until:
        return set(range(asked.starts, asked.until))
    return {*range(asked.starts, 24), *range(asked.until)}


def _within(value: int, leaf: Any) -> bool:
    return (leaf.at_least is None or value >= leaf.at_least) and (leaf.at_most is None or value <= leaf.at_most)


def _count(rows: Iterable[Row], asked: Mapping[str, tuple[str, ...]]) -> int:
    return sum(all(not among or row[name] in among for name, among in asked.items()) for row in rows)


GROUPS = {
    "11": "hibernating", "12": "hibernating", "13": "at_risk", "14": "at_risk", "15": "cannot_lose",
    "21": "hibernating", "22": "hibernating", "23": "at_risk", "24": "at_risk", "25": "cannot_lose",
    "31": "about_to_sleep", "32": "about_to_sleep", "33": "need_attention", "34": "loyal", "35": "loyal",
    "41": "promising", "42": "potential_loyalists", "43": "potential_loyalists", "44": "loyal", "45": "loyal",
    "51": "new_customers", "52": "potential_loyalists", "53": "potential_loyalists", "54": "champions",
    "55": "champions",
}  # fmt: skip
"""Quintiles of recency and frequency, written out."""
