"""Live figures are exact however often, and in whatever order, events are delivered (ADR 0913)."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.insight import on_count
from functions.insight.live.told import HEARD, told_by
from loyalty import counting, dynamo
from loyalty.counting import MOST_ITEMS, TAKEN_FOR
from tests.functions.insight import stories
from tests.functions.insight.stories import NOW, TEMPLATE, bought, browsed, counted, deliver, detail, recount
from tests.support import Context

SAMPLES = Path(__file__).parents[3] / "events" / "samples"


def marks() -> int:
    rows = dynamo.client().scan(TableName="insight")["Items"]
    return sum(row["kind"]["S"] == "seen" and "ttl" in row for row in rows)


@pytest.mark.parametrize("seed", range(2))
def test_duplicates_and_disorder_change_nothing(mall: Any, seed: int) -> None:
    chance = random.Random(seed)
    details = stories.story(80, chance)
    stories.deliver_repeatedly(details, chance, times=3)
    assert counted() == recount(details)
    assert marks() == len(details)


def test_the_story_tells_everything_that_is_counted() -> None:
    assert set(stories.on_count_kinds()) == HEARD


def test_an_answer_that_was_lost_is_not_counted_twice(mall: Any) -> None:
    events = dynamo.client().meta.events

    def lose(**_: Any) -> None:
        events.unregister("after-call.dynamodb.TransactWriteItems", lose)
        raise ClientError({"Error": {"Code": "InternalServerError"}}, "TransactWriteItems")

    details = stories.story(30, random.Random(7))
    events.register("after-call.dynamodb.TransactWriteItems", lose)
    assert deliver(details) == []
    assert counted() == recount(details)


def test_rows_that_stay_busy_bring_their_events_back_and_count_nothing(mall: Any) -> None:
    details = stories.story(10, random.Random(3))

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", refuse)
    try:
        assert deliver(details) == [f"m{n}" for n in range(10)]
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", refuse)
    assert counted() == {}
    assert deliver(details) == []
    assert counted() == recount(details)


def test_what_cannot_be_read_comes_back_alone(mall: Any) -> None:
    good = bought(1, 10_000)
    hostile = [
        "not json",
        "[]",
        "{}",
        '{"detail": null}',
        json.dumps({"detail": {**good, "time": "2026-11-21T12:00:00"}}),
        json.dumps({"detail": bought(2, -5)}),
        json.dumps({"detail": bought(2, 10**40)}),
        json.dumps({"detail": detail(2, "CouponRedeemed", off=1.5, tenant_id="shoes", receipt_no="R-1")}),
        json.dumps({"detail": detail(2, "CouponSeen", tier="x" * 65)}),
    ]
    bodies = [*hostile, json.dumps({"detail": good})]
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    answer = on_count.handler({"Records": records}, Context())
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == [f"m{n}" for n in range(len(hostile))]
    assert counted(last=NOW.date()) == recount([good])


def test_an_event_no_figure_counts_is_let_go(mall: Any) -> None:
    assert deliver([{"type": "CouponFramed"}, {"type": "SurveyAnswered", "id": "x"}]) == []
    assert marks() == 0


def test_an_event_that_comes_when_its_mark_may_be_gone_is_named_and_not_counted(mall: Any) -> None:
    late = detail(1, "CouponSeen", recorded=NOW - TAKEN_FOR - timedelta(seconds=1))
    in_time = detail(2, "CouponSeen", recorded=NOW - TAKEN_FOR)
    assert deliver([late, in_time]) == []
    assert counted(last=NOW.date())[("funnel", "template", "2026-11-21", TEMPLATE, "seen")] == 1
    assert marks() == 1


def test_a_purchase_of_long_ago_counts_on_the_day_it_was_when_it_is_told_now(mall: Any) -> None:
    last_year = NOW - timedelta(days=365)
    deliver([bought(1, 9900, last_year)])
    assert counted(last_year.date(), last_year.date())[("traffic", "tier", "2025-11-21", "-", "paid_fen")] == 9900


def test_a_day_and_an_hour_are_those_of_the_malls_clock(mall: Any) -> None:
    midnight = NOW.replace(hour=16, minute=0)
    deliver([bought(1, 100, midnight - timedelta(seconds=1)), bought(2, 100, midnight)])
    found = counted(last=(NOW + timedelta(days=1)).date())
    assert found[("traffic", "hour", "2026-11-21", "23", "receipts")] == 1
    assert found[("traffic", "hour", "2026-11-22", "00", "receipts")] == 1


def test_the_largest_batch_of_looks_fits_one_transaction() -> None:
    """Fifty different things, over as many days as a phone may keep them: nothing could be packed any smaller."""
    whens = [NOW - timedelta(hours=4 * n) for n in range(42)]
    actions = [
        {"what": "seen", "kind": ("coupon", "campaign", "reward")[n % 3], "ref": f"{n:024x}", "at": at.isoformat()}
        for n, at in enumerate([*whens, *whens[:8]])
    ]
    told = told_by(detail(1, "MemberBrowsed", channel="app", actions=actions), "Asia/Shanghai")
    assert told is not None
    assert 50 < 1 + len(told.added) <= MOST_ITEMS


def test_more_than_a_transaction_takes_is_counted_in_several(mall: Any) -> None:
    details = [browsed(n, ("seen", "coupon", f"{n:024x}")) for n in range(100)]
    assert deliver(details) == []
    assert counted(last=NOW.date())[("attention", "kind", "2026-11-21", "coupon", "seen")] == 100


@pytest.mark.parametrize("kind", sorted(HEARD - {"MemberBrowsed"}))
def test_every_published_sample_is_read(kind: str) -> None:
    samples = list(SAMPLES.glob(f"{kind}.*.json"))
    assert samples
    for sample in samples:
        told = told_by(json.loads(sample.read_text())["detail"], "Asia/Shanghai")
        assert told is not None
        assert told.id == json.loads(sample.read_text())["detail"]["id"]


def test_groups_of_every_dimension_sum_to_the_same_whole(mall: Any) -> None:
    details = [each for each in stories.story(90, random.Random(5)) if each["type"] != "MemberBrowsed"]
    deliver(details)
    for panel in ("funnel", "traffic"):
        sums: dict[str, dict[str, int]] = {}
        for (of, by, _, _, name), n in counted().items():
            if of == panel:
                sums.setdefault(by, {}).setdefault(name, 0)
                sums[by][name] += n
        assert len(sums) >= 3
        assert all(own == sums["hour"] for own in sums.values()), panel


def test_a_mark_outlives_the_time_its_event_is_taken() -> None:
    assert TAKEN_FOR + timedelta(days=14) < counting.MARKS_KEPT
