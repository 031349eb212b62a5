"""The table of recency and frequency: all who bought within the year, each in one cell, asked of the lake once."""

from datetime import timedelta
from typing import Any

import pytest

from functions.segments import rfm_table
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import AUDITOR, TODAY, Lake, refreshed, send
from tests.support import HttpAnswer, member_caller


def ask(**query: str) -> HttpAnswer:
    return send("GET /segments/rfm", caller=AUDITOR, query=query)


def cells(told: Any) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return members, purchases and fen of the cells that somebody is in."""
    found = {(c["recency"], c["frequency"]): (c["members"], c["purchases"], c["spent_fen"]) for c in told["cells"]}
    return {place: figures for place, figures in found.items() if figures[0]}


def test_every_buyer_of_the_year_is_in_one_cell(members: tuple[str, ...], lake: Lake) -> None:
    anna, bert, cleo, dora = members
    for member, times, days in ((anna, 3, 200), (bert, 2, 30), (cleo, 1, 1), (dora, 9, 366)):
        for _ in range(times):
            lake.bought(member, 100_00, TODAY - timedelta(days=days))
    told = ask().body
    assert (told["as_of"], told["customers"], len(told["cells"])) == (TODAY.isoformat(), 3, 25)
    assert cells(told) == {(1, 4): (1, 3, 300_00), (2, 2): (1, 2, 200_00), (4, 1): (1, 1, 100_00)}


def test_the_best_cell_comes_first_and_each_says_its_group(office: Athena) -> None:
    told = ask().body
    assert [(c["recency"], c["frequency"]) for c in told["cells"][:6]] == [(5, f) for f in (5, 4, 3, 2, 1)] + [(4, 5)]
    assert [c["group"] for c in (told["cells"][0], told["cells"][-1])] == ["champions", "hibernating"]
    assert cells(told) == {}


def test_it_counts_whom_the_segments_of_its_groups_count(members: tuple[str, ...], lake: Lake) -> None:
    for number, member in enumerate(members):
        for _ in range(number + 1):
            lake.bought(member, 100_00, TODAY - timedelta(days=10 * number))
    refreshed()
    by_group: dict[str, int] = {}
    for cell in ask().body["cells"]:
        by_group[cell["group"]] = by_group.get(cell["group"], 0) + cell["members"]
    for group, counted in by_group.items():
        assert send(f"GET /segments/rfm_{group}").body["size"] == counted, group
    assert sum(by_group.values()) == len(members)


def test_it_stands_on_the_day_it_is_asked_for(members: tuple[str, ...], lake: Lake) -> None:
    lake.bought(members[0], 100_00, TODAY)
    assert ask(as_of="2026-11-21").body["customers"] == 0
    assert ask(as_of="2026-11-22").body["customers"] == 1


def test_a_day_to_come_is_not_there_yet(office: Athena) -> None:
    answer = ask(as_of="2026-11-23")
    assert (answer.status, answer.body["errors"][0]["code"]) == (400, "in_the_future")


def test_who_refuses_profiling_is_in_no_cell(members: tuple[str, ...], lake: Lake) -> None:
    for member in members:
        lake.bought(member)
    lake.profiled(members[0], "refused")
    assert ask().body["customers"] == 3


def test_equal_questions_of_a_while_are_one(office: Athena) -> None:
    assert ask().body == ask().body
    assert len(office.started) == 1


def test_a_lake_that_is_slow_is_asked_for_again(office: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rfm_table, "WAIT_SECONDS", 0.0)
    office.looks = 2
    assert ask().status == 503
    office.looks = 0
    assert ask().status == 200
    assert len(office.started) == 1


def test_a_lake_that_cannot_answer_is_said(office: Athena) -> None:
    office.failures.append(("FAILED", False))
    assert ask().body["code"] == "lake_failed"


def test_members_may_not_read_it(office: Athena) -> None:
    assert send("GET /segments/rfm", caller=member_caller("login-anna")).status == 403
