"""What segments' one query foretells is what insight foretells member by member, with the same models (G4, L2)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest

from functions.insight.predictions.bgnbd import Buying
from functions.insight.predictions.gamma_gamma import Spending
from functions.insight.predictions.scoring import score
from functions.segments import foretold
from functions.segments.compiling import membership_query, preview_query, segments_in
from functions.segments.conditions import condition_of
from functions.segments.frame import Frame, Profiling
from loyalty.tested_models import TestedModels
from tests.lake.conftest import TODAY
from tests.lake.engine import Engine
from tests.lake.facts import known_members
from tests.lake.mall import Mall
from tests.lake.trino import mentions, wrong_in

CDNOW = TestedModels((0.243, 4.414, 0.793, 2.426), (6.25, 3.74, 1545.1))
MALLS = {
    "cdnow": CDNOW,
    "often": TestedModels((2.1, 0.4, 1.7, 6.0), (0.9, 0.95, 90_000.0)),
    "hardly ever lost": TestedModels((0.6, 30.0, 0.02, 9.0), (12.0, 8.0, 40_000.0)),
    "a is one": TestedModels((0.5, 8.0, 1.0, 1.5), CDNOW.spending),
    "all are lost alike": TestedModels((5.0, 13.0, 2010.0, 16_275.0), CDNOW.spending),
    "all buy alike": TestedModels((4000.0, 2000.0, 1.5, 6.0), CDNOW.spending),
    "worth unknown": TestedModels((0.5, 8.0, 3.0, 1.5), None),
}
WHAT = ("alive", "purchases", "value", "spend")
NEARLY = 2
"""Thousandths, and fen: what rounding may change."""


def asking(what: str, **bounds: int) -> dict[str, Any]:
    return {"about": "predicted", "what": what, **bounds}


def foretold_by(lake: Engine, frame: Frame) -> dict[str, list[str]]:
    """What the query shows of every member who ever bought, in the order of `WHAT`; nothing known is empty."""
    bought = {"about": "visits", "at_least": 1}
    shown = {"any": [asking(what, at_least=0) for what in WHAT]}
    query = preview_query(condition_of({"all": [bought, shown]}), frame, sample=10**6)
    names = [name for name, one in query.shown.items() if one.leaf["about"] == "predicted"]
    return {row["member_id"]: [row[name] for name in names] for row in lake.query(query.sql)}


def by_plain_python(made: Mall, frame: Frame) -> dict[str, list[float | None]]:
    """The same by the functions that predict one member, on histories worked out from rows."""
    assert frame.models is not None
    buying = Buying(*frame.models.buying)
    spending = Spending(*frame.models.spending) if frame.models.spending else None
    found: dict[str, list[float | None]] = {}
    only_granted = frame.profiling is Profiling.GRANTED
    for name, member in known_members(made.rows, frame.as_of, "regular", only_granted=only_granted).items():
        if row := history(member.rows["receipts"], frame.as_of):
            own = score(row, buying, spending)
            spend = own.expected * own.value if own.value is not None else None
            found[name] = [own.alive * 1000, own.expected * 1000, own.value, spend]
    return found


def history(receipts: list[Any], as_of: date) -> Mapping[str, str] | None:
    """What `queries/histories.sql` answers, from rows."""
    paid: defaultdict[date, int] = defaultdict(int)
    for row in receipts:
        paid[row["biz_date"]] += row["paid"]
    if not paid:
        return None
    first, last = min(paid), max(paid)
    again = [fen for day, fen in paid.items() if day > first]
    told = {
        "purchases": len(again),
        "recency": (last - first).days,
        "age": (as_of - first).days,
        "paid_days": sum(fen > 0 for fen in again),
        "total": sum(again),
    }
    return {name: str(value) for name, value in told.items()}


@pytest.mark.parametrize("name", MALLS)
@pytest.mark.parametrize("as_of", [TODAY, TODAY - timedelta(days=300)])
def test_the_query_foretells_what_insight_foretells(busy_mall: Mall, busy_lake: Engine, name: str, as_of: date) -> None:
    frame = Frame(as_of, "regular", models=MALLS[name])
    told, wanted = foretold_by(busy_lake, frame), by_plain_python(busy_mall, frame)
    assert set(told) == set(wanted)
    assert len(told) > 100
    for member, values in wanted.items():
        for mine, value in zip(told[member], values, strict=True):
            assert (mine == "") == (value is None), (member, values, told[member])
            # A value is rounded to a fen before it is multiplied there: a fen for every purchase foretold.
            fen = NEARLY + (values[1] or 0) / 1000
            assert value is None or float(mine) == pytest.approx(value, rel=1e-4, abs=fen)


def test_a_segment_holds_who_is_foretold_that_much(busy_mall: Mall, busy_lake: Engine) -> None:
    frame = Frame(TODAY, "regular", profiling=Profiling.GRANTED, models=CDNOW)
    values = by_plain_python(busy_mall, frame)
    bounds = [int(median(own[number] or 0 for own in values.values())) for number in range(len(WHAT))]
    asked = [condition_of(asking(what, at_least=bound)) for what, bound in zip(WHAT, bounds, strict=True)]
    asked.append(condition_of({"not": asking("alive", at_most=499)}))
    members: list[set[str]] = [set() for _ in asked]
    everybody = set(known_members(busy_mall.rows, TODAY, "regular", only_granted=True))
    for row in busy_lake.query(membership_query(asked, frame)):
        for number in segments_in(row):
            members[number].add(row["member_id"])
    for number, bound in enumerate(bounds):
        clearly = {one for one, own in values.items() if (own[number] or 0) > bound + NEARLY}
        perhaps = {one for one, own in values.items() if (own[number] or 0) > bound - NEARLY}
        assert clearly <= members[number] <= perhaps
        assert len(values) > len(members[number]) > len(values) // 3
    # Nothing is foretold of who never bought, so nothing that is asked of them holds, and the opposite does.
    assert members[-1] > everybody - set(values)


def test_without_models_nothing_is_foretold_of_anybody(busy_lake: Engine) -> None:
    frame = Frame(TODAY, "regular")
    asked = [condition_of(asking(what, at_least=0)) for what in WHAT]
    assert busy_lake.query(membership_query(asked, frame)) == []


@pytest.mark.parametrize("models", [*MALLS.values(), foretold.SLOWEST, None])
def test_it_is_trinos_and_reads_receipts_once(models: TestedModels | None) -> None:
    conditions = [condition_of(asking(what, at_least=1)) for what in WHAT]
    conditions.append(condition_of({"about": "visits", "at_least": 2}))
    sql = membership_query(conditions, Frame(TODAY, "regular", models=models))
    assert wrong_in(sql) == []
    assert set(mentions(sql).values()) == {1}


def test_who_does_not_ask_for_it_reads_no_first_days(busy_lake: Engine) -> None:
    plain = membership_query([condition_of({"about": "visits", "at_least": 2})], Frame(TODAY, "regular", models=CDNOW))
    assert "first_on" not in plain
    assert "foretold" not in plain


def test_no_models_need_more_terms_than_the_longest_query_has() -> None:
    assert foretold._terms(foretold.SLOWEST) == foretold.MOST_TERMS
    assert all(foretold._terms(models) < foretold.MOST_TERMS for models in MALLS.values())
