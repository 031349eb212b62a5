"""From the lake's sums to falls: which groups there are, what each is beside, and what is worth telling (I3). Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from functions.insight.alerts.judging import Fall, Limits, Series, Sums, certain, judge
from functions.insight.alerts.weeks import WEEK
from functions.insight.nights.night import Row
from loyalty.win_back import GroupKind

MOST_FALLS = 100
"""How many are told of one night, the least probable by chance first: people look at each of them."""
LONGEST_NAME = 64


class Group(NamedTuple):
    """Receipts that have something in common: of a tier, a stage, a category, a segment."""

    kind: GroupKind
    name: str


class Told(NamedTuple):
    """A group's fall that is no chance, among how many groups that were compared."""

    group: Group
    fall: Fall


Weeks = defaultdict[date, Sums]


def gathered(rows: Iterable[Row], columns: Mapping[str, GroupKind], first_week: date) -> dict[Group, Series]:
    """Return the sums of each group, by week.

    Args:
        rows: an answer of the lake; each row belongs to a group of every one of the columns.
        columns: the kind of group that a column names.
        first_week: the Monday from which the rows count their weeks.
    """
    found: defaultdict[Group, Weeks] = defaultdict(lambda: Weeks(Sums))
    for row in rows:
        week = first_week + int(row["week"]) * WEEK
        sums = Sums(int(row["receipts"]), int(row["paid"]), int(row["logs"]))
        for column, kind in columns.items():
            found[Group(kind, row[column])][week] += sums
    return {group: dict(weeks) for group, weeks in found.items()}


def everybody(groups: Iterable[Series]) -> Series:
    """Return the sums of groups of one kind together."""
    found = Weeks(Sums)
    for series in groups:
        for week, sums in series.items():
            found[week] += sums
    return dict(found)


def falls(groups: Iterable[tuple[Group, Series, Series]], newest: date, limits: Limits) -> dict[str, Any]:
    """Return the document of what was found: how many groups got which verdict, and the falls.

    Args:
        groups: each with its own weeks, and those of everybody it is among.
    """
    named = [one for one in groups if 0 < len(one[0].name) <= LONGEST_NAME]
    judged = certain([judge(own, _without(whole, own), newest, limits) for _, own, whole in named])
    told = [Told(group, one.fall) for (group, *_), one in zip(named, judged, strict=True) if one.fall]
    told.sort(key=lambda one: (one.fall.p_value, one.group))
    verdicts = Counter(one.verdict.value for one in judged)
    return {
        "last_week": newest.isoformat(),
        "verdicts": dict(sorted(verdicts.items())),
        "falls": [_plain(one, limits) for one in told[:MOST_FALLS]],
    }


def _without(whole: Series, own: Series) -> Series:
    return {week: sums - own.get(week, Sums()) for week, sums in whole.items()}


def _plain(told: Told, limits: Limits) -> dict[str, Any]:
    """Return a fall as documents and rows hold it: whole numbers, and the probability as text."""
    fall = told.fall
    return {
        "group_kind": told.group.kind.value,
        "group": told.group.name,
        "basis": fall.basis.value,
        "first_week": fall.weeks[0].week.isoformat(),
        "last_week": fall.weeks[-1].week.isoformat(),
        "weeks": list(_weeks(fall)),
        "fall_per_mille": fall.fall,
        "threshold_per_mille": limits.fall,
        "p_value": f"{fall.p_value:.2g}",
        "weeks_before": fall.before,
    }


def _weeks(fall: Fall) -> Iterator[dict[str, Any]]:
    for one in fall.weeks:
        amounts = {"average_fen": one.average, "typical_fen": one.typical, "expected_fen": one.expected}
        yield {"week": one.week.isoformat(), "receipts": one.receipts, **amounts}
