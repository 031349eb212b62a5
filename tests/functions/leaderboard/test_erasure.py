"""Erasure: nothing of a member stays on any board, and nothing that comes later brings anything back (M6)."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functions.books.mall import Clock
from tests.functions.leaderboard.mall import days, deliver, enrol, erased, event, look, rows, scores
from tests.functions.till import ANNA, BEN, WRITE, once

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def counted(clock: Clock) -> Clock:
    """Anna and Ben earned in three months of two years."""
    told = [event(ago, 100, clock.now - days(ago), recorded=clock.now) for ago in (0, 60, 330)]
    assert deliver([*told, event(9, 70, clock.now, BEN)]) == []
    return clock


def remains(member: str = ANNA) -> list[dict[str, Any]]:
    """The rows that name a member."""
    return [row for row in rows() if row["member_id"] == member]


def test_an_erased_member_is_on_no_board(counted: Clock) -> None:
    assert set(scores()) == {"202611", "2026q4", "2026", "202609", "2026q3", "202512", "2025q4", "2025"}
    assert deliver([erased(ANNA, counted.now)]) == []
    assert scores() == {}
    assert scores(BEN) == {"202611": 70, "2026q4": 70, "2026": 70}


def test_what_stays_says_nothing_but_that_nothing_is_counted(counted: Clock) -> None:
    deliver([erased(ANNA, counted.now)])
    assert {row["board"].partition("/")[0] for row in remains()} == {"2025", "2026"}
    assert all(set(row) == {"board", "member_id", "erased", "ttl"} for row in remains())


def test_what_comes_after_the_erasure_brings_nothing_back(counted: Clock) -> None:
    deliver([erased(ANNA, counted.now)])
    late = [event(20, 50, counted.now), event(21, -30, counted.now - days(330), recorded=counted.now)]
    assert deliver([*late, event(22, 5, counted.now, BEN)]) == []
    assert scores() == {}
    assert scores(BEN)["202611"] == 75


def test_what_comes_to_nothing_in_the_year_brings_no_month_back(counted: Clock) -> None:
    deliver([erased(ANNA, counted.now)])
    assert deliver([event(20, 50, counted.now), event(21, -50, counted.now - days(60), recorded=counted.now)]) == []
    assert scores() == {}


def test_an_erasure_while_a_batch_is_being_counted_wins(counted: Clock) -> None:
    with once(WRITE, lambda **_given: deliver([erased(ANNA, counted.now)])):
        assert deliver([event(20, 50, counted.now), event(22, 5, counted.now, BEN)]) == []
    assert scores() == {}
    assert scores(BEN)["202611"] == 75


def test_an_erasure_and_an_event_in_one_batch_leave_nothing_whichever_comes_first(counted: Clock) -> None:
    told: list[Any] = [event(20, 50, counted.now), erased(ANNA, counted.now), event(21, 5, counted.now)]
    assert deliver(told) == []
    assert scores() == {}


def test_an_erasure_that_comes_twice_changes_nothing(counted: Clock) -> None:
    deliver([erased(ANNA, counted.now)])
    before = sorted(map(str, rows()))
    assert deliver([erased(ANNA, counted.now), erased(ANNA, counted.now)]) == []
    assert sorted(map(str, rows())) == before


def test_an_erasure_that_could_not_be_made_comes_again_alone(counted: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(**_given: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "TransactWriteItems")

    with once(WRITE, denied):
        assert deliver([erased(ANNA, counted.now), event(22, 5, counted.now, BEN)]) == ["0"]
    assert scores(BEN)["202611"] == 75
    assert deliver([erased(ANNA, counted.now)]) == []
    assert scores() == {}


def test_others_see_no_trace_of_an_erased_member(counted: Clock) -> None:
    enrol(BEN, login="ben")
    assert [one["points"] for one in look("ben").body["items"]] == [100, 70]
    deliver([erased(ANNA, counted.now)])
    assert [(one["place"], one["points"]) for one in look("ben").body["items"]] == [(1, 70)]
