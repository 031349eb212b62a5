"""Fits the models on a period, and holds them against what came after it: calibration (requirement G4). Pure.

    first ───────────── last ─────────── until
      the fitted period      the hold-out: expected and actual purchases, by how often members had come before

Members begin with their first purchase ever; who began before the period is not part of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from functions.insight.predictions import bgnbd, gamma_gamma
from functions.insight.predictions.bgnbd import TIME_UNIT, Buying, Group, History
from functions.insight.predictions.gamma_gamma import Spending, Spent
from functions.insight.predictions.maximum import Maximum

LEAST_MEMBERS = 30
"""Of how many members who came again the models may be made: fewer say nothing."""
MOST_GROUPS = 20_000
"""So many different histories are fitted within a minute."""
WIDTHS = (7, 14, 28, 56, 112)
"""In what steps of days ages are told where there are more."""
MOST_BUCKET = 7
DIGITS = 6
PURCHASES, VALUE = ("r", "alpha", "a", "b"), ("p", "q", "v")

type Row = Mapping[str, str]


class Period(NamedTuple):
    """What is fitted, and until when it is held against what happened; `until` is `last` where there is no hold-out."""

    first: date
    last: date
    until: date

    @property
    def hold_out_days(self) -> int:
        """How many days the hold-out has."""
        return (self.until - self.last).days


class Fit(NamedTuple):
    """The models as far as there were members enough, and how they are published."""

    buying: Buying | None
    spending: Spending | None
    told: Mapping[str, Any]


def fit(period: Period, buying: Iterable[Row], spending: Iterable[Row]) -> Fit:
    """Fit both models on the answers of `queries/fit_buying.sql` and `fit_spending.sql`."""
    groups = merged(map(_group, buying))
    spent = [_spent(row) for row in spending]
    enough = sum(group.members for group in groups if group.history.purchases) >= LEAST_MEMBERS
    often = bgnbd.fit(groups) if enough else None
    much = gamma_gamma.fit(spent) if sum(one.members for one in spent) >= LEAST_MEMBERS else None
    model = bgnbd.buying_of(often.at) if often else None
    told = {
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "hold_out_until": period.until.isoformat(),
        "hold_out_days": period.hold_out_days,
        "members": sum(group.members for group in groups),
        "came_again": sum(group.members for group in groups if group.history.purchases),
        "time_unit": TIME_UNIT,
        **_published(often, PURCHASES),
        **_calibrated(model, groups, period),
        "value": {"members": sum(one.members for one in spent), **_published(much, VALUE)},
    }
    return Fit(model, gamma_gamma.spending_of(much.at) if much else None, told)


def merged(groups: Iterable[Group]) -> list[Group]:
    """Return groups of a bounded number: where there are too many, ages are told in steps of one week to sixteen."""
    found = list(groups)
    for days in WIDTHS:
        if len(found) <= MOST_GROUPS:
            break
        found = _in_steps(found, days)
    return found


def _in_steps(groups: Iterable[Group], days: int) -> list[Group]:
    members, later = Counter[History](), Counter[History]()
    for group in groups:
        history = History(group.history.purchases, *(_middle(age, days) for age in group.history[1:]))
        members[history] += group.members
        later[history] += group.later
    return [Group(history, members[history], later[history]) for history in sorted(members)]


def _middle(age: int, days: int) -> int:
    """Return the middle of the step an age lies in, so that ages are as often too long as too short."""
    return age - age % days + days // 2


def _calibrated(model: Buying | None, groups: Sequence[Group], period: Period) -> dict[str, Any]:
    """Return expected and actual purchases of the hold-out, in all and by repeat purchases before it."""
    if model is None or not period.hold_out_days:
        return {"expected": None, "actual": None, "buckets": []}
    sums: defaultdict[int, list[float]] = defaultdict(lambda: [0, 0.0, 0])
    for group in groups:
        own = sums[min(group.history.purchases, MOST_BUCKET)]
        own[0] += group.members
        own[1] += group.members * model.expected(group.history, period.hold_out_days)
        own[2] += group.later
    buckets = [
        {"purchases": bucket, "members": int(own[0]), "expected": round(own[1], 3), "actual": int(own[2])}
        for bucket, own in sorted(sums.items())
    ]
    expected, actual = sum(own[1] for own in sums.values()), sum(int(own[2]) for own in sums.values())
    return {"expected": round(expected, 3), "actual": actual, "buckets": buckets}


def _published(found: Maximum | None, names: Sequence[str]) -> dict[str, Any]:
    if found is None:
        return {"parameters": None, "intervals": None, "log_likelihood": None}
    return {
        "parameters": {name: round(value, DIGITS) for name, value in zip(names, found.at, strict=True)},
        "intervals": {name: _interval(found.between(number)) for number, name in enumerate(names)},
        "log_likelihood": round(found.value, 4),
    }


def _interval(between: tuple[float, float] | None) -> list[float] | None:
    return [round(one, DIGITS) for one in between] if between else None


def _group(row: Row) -> Group:
    history = History(int(row["purchases"]), int(row["recency"]), int(row["age"]))
    return Group(history, int(row["members"]), int(row["later"]))


def _spent(row: Row) -> Spent:
    days, members = int(row["days"]), int(row["members"])
    return Spent(days, int(row["total"]) / (days * members), members)
