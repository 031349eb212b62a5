"""The sums that alerts rest on equal a recount, receipt by receipt, of what arrived (requirement I3)."""

from collections import defaultdict
from datetime import date, timedelta
from math import log
from typing import Any

import pytest

from functions.insight.alerts import nightly
from functions.insight.nights.night import Night
from tests.lake.engine import Engine
from tests.lake.mall import Row, mall

TODAY = date(2026, 11, 22)
FIRST, LAST = date(2025, 4, 28), date(2026, 11, 15)
type Sums = dict[tuple[Any, ...], tuple[int, int, int]]


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    """What happened, each event once."""
    made = mall(seed=11, receipts=3_000, today=TODAY)
    return {name: list({repr(sorted(row.items())): row for row in some}.values()) for name, some in made.rows.items()}


@pytest.fixture(scope="module")
def answers() -> dict[str, list[dict[str, str]]]:
    """What the night's questions find, of rows that arrived up to three times."""
    engine = Engine()
    mall(seed=11, receipts=3_000, today=TODAY).put(engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSIGHT_STAGE_DAYS", "30,90,180")
        asked = nightly.questions(Night(TODAY))
    return {part: engine.query(sql) for part, sql in zip(nightly.PARTS, asked, strict=True)}


def summed(receipts: list[tuple[tuple[Any, ...], date, int]]) -> Sums:
    """Sum what was paid, by week and group; of days that count, where something was paid."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for group, day, paid in receipts:
        if FIRST <= day <= LAST and paid > 0:
            sums = found[((day - FIRST).days // 7, *group)]
            for place, value in enumerate((1, paid, round(1000 * log(paid)))):
                sums[place] += value
    return {group: (sums[0], sums[1], sums[2]) for group, sums in found.items()}


def answered(some: list[dict[str, str]], *columns: str) -> Sums:
    return {
        (int(row["week"]), *(row[name] for name in columns)): (int(row["receipts"]), int(row["paid"]), int(row["logs"]))
        for row in some
    }


def stage_of(days: list[date], day: date, before: date | None) -> str:
    """The stage before a purchase; on the first one the member is new."""
    if (day - min(days)).days <= 30 or before is None:
        return "new"
    ago = (day - before).days
    return "active" if ago <= 90 else "dormant" if ago <= 180 else "lost"


def test_receipts_by_tier_and_the_stage_they_were_bought_in(rows: Any, answers: Any) -> None:
    by_member = defaultdict(list)
    for row in rows["receipts"]:
        if row["biz_date"] <= LAST:
            by_member[row["member_id"]].append(row)
    told = []
    for mine in by_member.values():
        mine.sort(key=lambda row: (row["biz_date"], row["biz_hour"], row["event_id"]))
        days = [row["biz_date"] for row in mine]
        for row, before in zip(mine, [None, *days], strict=False):
            told.append(((row["tier"], stage_of(days, row["biz_date"], before)), row["biz_date"], row["paid"]))
    found = answered(answers["receipts"], "tier", "stage")
    assert found == summed(told)
    assert {group[2] for group in found} == {"new", "active", "dormant", "lost"}


def test_what_receipts_held_of_each_category(rows: Any, answers: Any) -> None:
    held: dict[tuple[str, str, date], int] = defaultdict(int)
    for row in rows["lines"]:
        held[row["event_id"], row["category"], row["biz_date"]] += row["net"]
    told = [((category,), day, paid) for (_, category, day), paid in held.items()]
    assert answered(answers["categories"], "category") == summed(told)


def test_receipts_of_members_who_were_in_an_rfm_segment_the_day_before(rows: Any, answers: Any) -> None:
    moves = defaultdict(list)
    for row in sorted(rows["segments"], key=lambda row: (row["biz_date"], row["biz_hour"], row["event_id"])):
        moves[row["member_id"], row["segment_id"]].append((row["biz_date"], row["what"]))
    told = []
    for (member, segment), moved in moves.items():
        for row in rows["receipts"] if segment.startswith("rfm_") else ():
            until_then = [what for day, what in moved if day <= row["biz_date"] - timedelta(days=1)]
            if row["member_id"] == member and until_then and until_then[-1] == "entered":
                told.append(((segment,), row["biz_date"], row["paid"]))
    found = answered(answers["segments"], "segment_id")
    assert found == summed(told)
    assert {group[1] for group in found} == {"rfm_champions", "rfm_at_risk"}
