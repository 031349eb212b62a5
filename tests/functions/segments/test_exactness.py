"""Who is in what, and who came and went, against what plain Python makes of the same rows."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from functions.segments import finding, plans, results, turns
from functions.segments.conditions import condition_of, definition_of
from functions.segments.difference import Standing, differences
from functions.segments.shipped import SHIPPED
from loyalty.imports import files
from loyalty.lake import asking
from tests.functions.campaigns.desk import enrol
from tests.functions.segments.conftest import NOW
from tests.functions.segments.office import TODAY, Lake, everything, made, members_in, refreshed
from tests.lake.asked import conditions
from tests.lake.mall import mall
from tests.lake.recomputed import members_in as recomputed

MANY, SOME, FEW = 10_000, 2_000, 400
"""Receipts, seven for each member: so many in the lake alone, with every member's rows, for a question of its own."""
Rows = Mapping[str, list[dict[str, Any]]]


def happening(receipts: int, lake: Lake) -> Rows:
    """Let much happen: rows that come twice, members erased, refusing, unheard of."""
    found = mall(seed=11, receipts=receipts, today=TODAY)
    found.put(lake.engine)
    return found.rows


def enrolled(rows: Rows) -> Rows:
    """Give every member an account."""
    for member_id in sorted({row["member_id"] for some in rows.values() for row in some}):
        enrol(member_id)
    return rows


def expected(rows: Rows, as_of: date) -> dict[str, set[str]]:
    """Return who is in each shipped segment on a day."""
    asked = [condition_of(one.definition) for one in SHIPPED]
    return dict(zip((one.segment_id for one in SHIPPED), recomputed(rows, asked, as_of), strict=True))


def pairs(found: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    return {(segment_id, member_id) for segment_id, members in found.items() for member_id in members}


def stored() -> set[tuple[str, str]]:
    """Return who is in what by the rows that campaigns look at, and see that both directions agree."""
    rows = everything()
    one_way = {(row["campaign_id"].removeprefix("members/"), row["kind"]) for row in rows if _is(row, "members/")}
    other = {(row["kind"], row["campaign_id"].removeprefix("onlists/")) for row in rows if _is(row, "onlists/")}
    assert one_way == other
    return one_way


def _is(row: Mapping[str, Any], prefix: str) -> bool:
    return str(row["campaign_id"]).startswith(prefix)


@pytest.mark.usefixtures("office")
def test_every_segment_and_every_difference_is_what_plain_python_finds(lake: Lake) -> None:
    rows = enrolled(happening(SOME, lake))
    before: set[tuple[str, str]] = set()
    for number, day in enumerate((TODAY - timedelta(days=200), TODAY)):
        done, now = refreshed(f"refresh-{number}", day), pairs(expected(rows, day))
        assert stored() == now
        assert (done["entered"], done["left"], done["moved"]) == (
            len(now - before),
            len(before - now),
            len(now ^ before),
        )
        before = now
    assert len(before) > SOME // 7


@pytest.mark.usefixtures("office")
def test_at_ten_thousand_receipts_results_and_differences_are_exact(lake: Lake) -> None:
    rows, days, files_of = happening(MANY, lake), (TODAY - timedelta(days=200), TODAY), []
    for number, day in enumerate(days):
        plan = plans.make(day, NOW)
        executions = asking.start([question.sql for question in plan.questions], f"night-{number}")
        name = f"exports/segments/{number}/members.gz"
        files_of.append(results.write_members(name, sorted(plan.versions), finding.now(plan, executions)))
    before, after = (pairs(expected(rows, day)) for day in days)
    moves = list(differences(*(results.read_members(name) or () for name in files_of)))
    assert {(move.segment_id, move.member_id) for move in moves if move.entered} == after - before
    assert {(move.segment_id, move.member_id) for move in moves if not move.entered} == before - after
    assert (len(moves), len(after) > 1000) == (len(before ^ after), True)


@pytest.mark.usefixtures("office", "nothing_shipped")
def test_segments_of_every_kind_of_condition_agree_with_plain_python(lake: Lake) -> None:
    rows = enrolled(happening(FEW, lake))
    asked = conditions(seed=3, count=12)
    ids = [made(f"key-{n}", condition=definition_of(one)) for n, one in enumerate(asked)]
    refreshed()
    for segment_id, members in zip(ids, recomputed(rows, asked, TODAY), strict=True):
        assert members_in(segment_id) == sorted(members)


@pytest.mark.usefixtures("members", "nothing_shipped")
def test_a_result_whose_file_is_gone_is_read_from_the_rows(lake: Lake) -> None:
    bought, other = made(), made("key-2", condition={"about": "recency", "at_most": 400})
    lake.bought("member-anna")
    refreshed()
    newest = turns.newest()
    kept = list(finding.before(newest, ()))
    assert kept == [Standing("member-anna", frozenset({bought, other}))]
    files.remove(newest.result)
    assert list(finding.before(newest, ())) == kept
    assert refreshed("refresh-2")["moves"] == 0


@pytest.mark.usefixtures("office")
def test_a_result_of_many_parts_is_read_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "PART_BYTES", 300)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr(results, "LINES_AT_ONCE", 50)
    written = [Standing(f"member-{n * 7919:08d}", frozenset({f"s{n % 3}", "s4"})) for n in range(1000)]
    name = results.write_members("exports/segments/x/members.gz", ["s0", "s1", "s2", "s4"], written)
    assert list(results.read_members(name) or ()) == written
    assert results.read_members("exports/segments/x/gone.gz") is None
