"""Boards as they are read: who leads, who is shown by which name, where one stands, and what an answer costs."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from loyalty import dynamo
from tests.functions.books.mall import Clock
from tests.functions.leaderboard.mall import days, deliver, enrol, event, look, of_staff, put_scores
from tests.functions.till import ANNA, BEN

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
NOVEMBER = "202611"


@contextmanager
def called() -> Iterator[Counter[str]]:
    """Count the calls of the database, and the bytes of nothing else."""
    calls: Counter[str] = Counter()

    def note(model: Any, **_given: Any) -> None:
        calls[model.name] += 1

    hooks = dynamo.client().meta.events
    hooks.register("before-call.dynamodb", note)
    try:
        yield calls
    finally:
        hooks.unregister("before-call.dynamodb", note)


@pytest.fixture
def anna(clock: Clock) -> Clock:
    """Anna signs in and shows herself; Ben does neither."""
    enrol(ANNA, "爱喝茶的猫", login="anna")
    enrol(BEN)
    return clock


def crowd(number: int, least: int = 1) -> dict[str, int]:
    """So many members with different scores."""
    return {f"member-{n:04d}": least + n for n in range(number)}


def test_leaders_are_shown_best_first_by_the_name_they_chose_or_by_none(anna: Clock) -> None:
    put_scores(NOVEMBER, {ANNA: 50, BEN: 80, "member-else": 50, "member-back": 0, "member-owes": -3})
    body = look().body
    assert [(one["place"], one["points"], one["name"], one["mine"]) for one in body["items"]] == [
        (1, 80, "一位会员", False),
        (2, 50, "爱喝茶的猫", True),
        (2, 50, "一位会员", False),
    ]
    assert body["own"] == {"points": 50, "place": 2, "missing_points": None}
    assert look(language="en").body["items"][0]["name"] == "A member"


def test_no_id_and_no_real_name_is_told_to_members(anna: Clock) -> None:
    put_scores(NOVEMBER, {ANNA: 50, BEN: 80})
    told = str(look().body)
    assert ANNA not in told
    assert BEN not in told
    assert "王小明" not in told


def test_of_a_profile_nothing_is_read_but_the_chosen_name(anna: Clock) -> None:
    asked: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_given: Any) -> None:
        asked.append(params["RequestItems"].get("members", {}))

    put_scores(NOVEMBER, {ANNA: 50})
    hooks = dynamo.client().meta.events
    hooks.register("provide-client-params.dynamodb.BatchGetItem", note)
    try:
        look()
    finally:
        hooks.unregister("provide-client-params.dynamodb.BatchGetItem", note)
    assert [one["ProjectionExpression"] for one in asked if one] == ["member_id, kind, leaderboard_name"]


@pytest.mark.parametrize(
    ("query", "period", "first", "last"),
    [
        ({}, "202611", "2026-11-01", "2026-11-30"),
        ({"period": "quarter"}, "2026q4", "2026-10-01", "2026-12-31"),
        ({"period": "year"}, "2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_member_chooses_among_the_running_periods(
    anna: Clock, query: dict[str, str], period: str, first: str, last: str
) -> None:
    put_scores(period, {ANNA: 7})
    body = look(**query).body
    assert (body["period"], body["first_day"], body["last_day"]) == (period, first, last)
    assert body["own"]["points"] == 7


def test_a_period_that_does_not_exist_is_refused(anna: Clock) -> None:
    assert look(period="week").code == "invalid_request"


def test_a_login_without_membership_is_told_to_enrol(clock: Clock) -> None:
    assert (look("nobody").status, look("nobody").code) == (422, "not_enrolled")


def test_beyond_the_hundredth_one_learns_what_is_missing(anna: Clock) -> None:
    put_scores(NOVEMBER, {**crowd(120, least=1_000), ANNA: 1_000})
    body = look().body
    assert len(body["items"]) == 100
    assert (body["items"][0]["points"], body["items"][-1]["points"]) == (1_119, 1_020)
    assert body["own"] == {"points": 1_000, "place": None, "missing_points": 20}


def test_who_shares_the_last_place_has_it_though_the_list_is_full(anna: Clock) -> None:
    put_scores(NOVEMBER, {**crowd(120, least=1_000), "zz-last": 1_020})
    put_scores(NOVEMBER, {ANNA: 1_020})
    assert look().body["own"] == {"points": 1_020, "place": 100, "missing_points": None}


def test_who_has_earned_nothing_has_no_place(anna: Clock) -> None:
    assert look().body["own"] == {"points": 0, "place": None, "missing_points": 1}
    assert look().body["items"] == []


@pytest.mark.parametrize("shard", [None, 3])
def test_an_answer_costs_as_much_with_three_hundred_members_as_with_any_number(anna: Clock, shard: int | None) -> None:
    put_scores(NOVEMBER, crowd(300, least=5), shard)
    look()
    with called() as calls:
        body = look().body
    assert calls == {"Query": 16, "BatchGetItem": 2}
    assert [one["points"] for one in body["items"]] == list(range(304, 204, -1))
    with called() as calls:
        of_staff(NOVEMBER)
    assert calls == {"Query": 16, "BatchGetItem": 2}


def test_an_answer_says_until_when_it_counts(anna: Clock) -> None:
    assert look().body["counts_until"] is None
    newest, older = event(1, 5, anna.now), event(2, 5, anna.now - days(2))
    deliver([newest])
    for number in range(3, 23):
        deliver([{**older, "id": f"event-{number}"}])
    assert look().body["counts_until"] == "2026-11-02T04:00:00Z"
    assert of_staff(NOVEMBER).body["counts_until"] == "2026-11-02T04:00:00Z"


def test_what_could_not_be_counted_is_not_told_as_counted(anna: Clock) -> None:
    lost = {"movement": "refund", "taken_back": 4, "receipt": {"receipt_no": "R-1"}, "entry_id": "cmVjZWlwdC94CnI"}
    assert deliver([{**event(1, -4, anna.now), "data": lost}]) == ["0"]
    assert look().body["counts_until"] is None


def test_staff_see_whom_it_is_about(anna: Clock) -> None:
    put_scores("2026q4", {ANNA: 50, BEN: 80})
    answer = of_staff("2026q4")
    assert (answer.status, answer.body["period"], answer.body["first_day"]) == (200, "2026q4", "2026-10-01")
    assert answer.body["items"] == [
        {"place": 1, "points": 80, "member_id": BEN, "name": None},
        {"place": 2, "points": 50, "member_id": ANNA, "name": "爱喝茶的猫"},
    ]


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ("202611", 200),
        ("2025", 200),
        ("202509", 200),
        ("2025q3", 200),
        ("202612", 404),
        ("2027", 404),
        ("2024", 404),
        ("202508", 404),
        ("2025q2", 404),
        ("0000", 404),
        ("202613", 400),
        ("2026q5", 400),
        ("november", 400),
    ],
)
def test_staff_read_what_has_begun_and_is_kept(clock: Clock, period: str, status: int) -> None:
    assert of_staff(period).status == status


def test_members_and_tills_do_not_read_the_board_of_staff(clock: Clock) -> None:
    assert of_staff(NOVEMBER, group="").status == 403
