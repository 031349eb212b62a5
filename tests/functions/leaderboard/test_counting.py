"""Counting: every receipt once, in the periods it was bought in, whatever comes twice, late, early or not at all."""

import json
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.leaderboard import on_event
from loyalty import dynamo
from loyalty.buckets import BucketKey, Leg
from loyalty.entries import EntryKey, Reason
from loyalty.types import Kind, Purse
from tests.functions.books.mall import Clock, Mall
from tests.functions.leaderboard.mall import days, deliver, event, events, rows, scores
from tests.functions.till import ANNA, BEN, WRITE, WRITTEN, once, post, receipt
from tests.support import Context

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

GOODS = ("S-1", "shoes", 10_000)
REFUND = "/purchases/R-1/refunds"
ALL_OF_2026 = {"202611": 100, "2026q4": 100, "2026": 100}


def test_a_purchase_counts_in_its_month_its_quarter_and_its_year(clock: Clock) -> None:
    assert post("/purchases", receipt("R-1", GOODS)).body["points_earned"] == 100
    assert deliver(events()) == []
    assert scores() == ALL_OF_2026
    assert scores(BEN) == {}


def test_a_return_is_taken_off_the_period_its_receipt_was_bought_in(clock: Clock) -> None:
    post("/purchases", receipt("R-1", GOODS))
    deliver(events())
    clock.now += days(30)
    assert post(REFUND, {"refund_no": "B-1", "amount": 4_000}).body["points_taken_back"] == 40
    assert deliver(events()) == []
    assert scores() == {"202611": 60, "2026q4": 60, "2026": 60}


def test_a_return_that_comes_before_its_purchase_leaves_what_was_kept(clock: Clock) -> None:
    assert post(REFUND, {"refund_no": "B-1", "amount": 4_000}).status in {201, 202}
    post("/purchases", receipt("R-1", GOODS))
    assert deliver(events()) == []
    assert scores()["202611"] == 60


def test_a_return_whose_event_comes_first_is_counted_as_any_other(clock: Clock) -> None:
    post("/purchases", receipt("R-1", GOODS))
    post(REFUND, {"refund_no": "B-1", "amount": 4_000})
    purchase, back = sorted(events(), key=lambda one: one["member_seq"])
    assert deliver([back]) == []
    assert scores()["202611"] == -40
    assert deliver([purchase, back]) == []
    assert scores()["202611"] == 60


def test_a_receipt_counts_on_the_day_it_was_bought_however_late_it_is_delivered(clock: Clock) -> None:
    last_minute = datetime(2026, 9, 30, 15, 59, tzinfo=UTC)
    first_minute = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)
    assert deliver([event(1, 7, last_minute, recorded=clock.now), event(2, 5, first_minute, recorded=clock.now)]) == []
    assert scores() == {"202609": 7, "2026q3": 7, "202610": 5, "2026q4": 5, "2026": 12}


def test_points_spent_and_given_back_are_no_earnings(clock: Clock) -> None:
    spent = {**event(1, 50, clock.now), "type": "PointsRedeemed"}
    given_back = {**event(2, -1, clock.now), "data": {"entry_id": "e", "movement": "refund", "given_back": 50}}
    assert deliver([spent, given_back]) == []
    assert scores() == {}


def test_opening_points_and_adjustments_do_not_count_and_imported_receipts_do(clock: Clock) -> None:
    mall = Mall(clock, "")
    last = BucketKey("271130")

    def opening(_account: Any) -> tuple[list[Leg], list[Reason]]:
        return [Leg(Purse.POINTS, last, 500)], [Reason("opening", Purse.POINTS, 500)]

    mall.move(ANNA, Kind.OPENING, opening)
    mall.adjust(ANNA, 300, last)
    mall.earn(ANNA, 20, 2_000, "R-9", last)
    told = events()
    assert {one["type"] for one in told} == {"PointsEarned", "PointsAdjusted"}
    assert deliver([{**one, "origin": "import"} for one in told]) == []
    assert scores() == {"202611": 20, "2026q4": 20, "2026": 20}


@pytest.mark.parametrize("seed", range(2))
def test_events_in_any_order_and_twice_sum_to_the_same(clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    expected: dict[str, Counter[str]] = {ANNA: Counter(), BEN: Counter()}
    told = []
    for number in range(60):
        member, points = chance.choice([ANNA, BEN]), chance.randint(-40, 90)
        at = clock.now - days(chance.randint(0, 300))
        told.append(event(number, points, at, member, recorded=clock.now))
        for period in (f"{at:%Y%m}", f"{at:%Y}q{(at.month + 2) // 3}", f"{at:%Y}"):
            expected[member][period] += points
    assert deliver(told, chance) == []
    for member, sums in expected.items():
        assert {period: n for period, n in scores(member).items() if n} == {p: n for p, n in sums.items() if n}


def test_an_answer_that_was_lost_counts_nothing_twice(clock: Clock) -> None:
    def lose(**_given: Any) -> None:
        raise ReadTimeoutError(endpoint_url="dynamodb")

    with once(WRITTEN, lose) as calls:
        assert deliver([event(1, 100, clock.now)]) == []
    assert len(calls) == 1
    assert scores() == ALL_OF_2026


def test_two_consumers_of_one_batch_count_it_once(clock: Clock) -> None:
    told = [event(number, 10, clock.now) for number in range(10)]
    with once(WRITE, lambda **_given: deliver(told[:6])) as calls:
        assert deliver(told) == []
    assert len(calls) == 3
    assert scores() == ALL_OF_2026


def test_what_stays_busy_comes_back_and_is_counted_later(clock: Clock) -> None:
    def busy(**_given: Any) -> None:
        answer: Any = {"Error": {"Code": "TransactionCanceledException"}}
        answer["CancellationReasons"] = [{"Code": "TransactionConflict"}]
        raise ClientError(answer, "TransactWriteItems")

    told, hooks = [event(number, 10, clock.now) for number in range(10)], dynamo.client().meta.events
    hooks.register(WRITE, busy)
    try:
        assert sorted(deliver(told), key=int) == [str(number) for number in range(10)]
    finally:
        hooks.unregister(WRITE, busy)
    assert rows() == []
    assert deliver(told) == []
    assert scores() == ALL_OF_2026


def test_what_cannot_be_read_comes_back_alone(clock: Clock) -> None:
    broken: list[Any] = [{"detail": {"type": "PointsEarned"}}, {"detail": {"type": "TierChanged"}}, {}]
    records = [{"messageId": f"m-{n}", "body": json.dumps(body)} for n, body in enumerate(broken)]
    records.append({"messageId": "m-3", "body": json.dumps({"detail": event(1, 100, clock.now)})})
    answer = on_event.handler({"Records": records}, Context())
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m-0", "m-2"]
    assert scores() == ALL_OF_2026


def test_a_return_without_a_purchase_in_the_ledger_comes_back_alone(clock: Clock) -> None:
    about = {"receipt": {"tenant_id": "shoes", "receipt_no": "R-1"}, "movement": "refund"}
    entry_id = EntryKey("receipt/shoes/R-1", "refund/B-1").entry_id
    lost = {**event(1, -40, clock.now), "data": {"entry_id": entry_id, "taken_back": 40, **about}}
    assert deliver([lost, event(2, 100, clock.now)]) == ["0"]
    assert scores() == ALL_OF_2026


def test_an_event_is_counted_for_twenty_days_and_then_named(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    told = [event(1, 100, clock.now), event(2, 30, clock.now + days(1))]
    clock.now += days(20)
    assert deliver([*told, event(3, 9, clock.now - days(21))]) == []
    assert scores()["202611"] == 130
    assert '"LeaderboardEventsTooLate":[1.0]' in capsys.readouterr().out


def test_a_mark_outlives_the_time_in_which_its_event_may_come_again(clock: Clock) -> None:
    deliver([event(1, 100, clock.now)])
    (mark,) = [row for row in rows() if row["member_id"] == "seen"]
    assert mark["ttl"] > (clock.now + days(20)).timestamp()
    assert ANNA not in str(mark)


def test_a_board_that_is_gone_never_comes_again(clock: Clock) -> None:
    """A year goes 400 days after its last day: of 2024 nothing is left in November 2026; of 2025 the year is."""
    deliver([event(1, 10, datetime(2024, 12, 31, tzinfo=UTC), recorded=clock.now)])
    assert {row["member_id"] for row in rows()} == {"progress"}
    deliver([event(2, 10, datetime(2025, 3, 1, tzinfo=UTC), recorded=clock.now)])
    assert scores() == {"2025": 10}
    (row,) = [row for row in rows() if "score" in row]
    assert datetime.fromtimestamp(row["ttl"], UTC).date() > datetime(2025, 12, 31, tzinfo=UTC).date() + days(400)
