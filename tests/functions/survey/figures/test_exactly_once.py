"""Figures equal a recount however often, in whatever order and batches, events come (requirements S, ADR 0606).

Long stories are told in tests/proof: moto copies its table for every transaction.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.survey import on_count
from functions.survey.reporting import figures
from functions.survey.reporting.counting import added_by
from loyalty import dynamo
from loyalty.clock import utc_now
from tests.functions.survey.figures.stories import (
    Detail,
    answer,
    counted,
    deliver,
    deliver_repeatedly,
    detail,
    read,
    recount,
    scored,
    story,
)
from tests.support import Context

STORY = story(12, random.Random(12))


def seen() -> list[dict[str, Any]]:
    pages = dynamo.client().get_paginator("scan").paginate(TableName="surveys")
    rows = [dynamo.from_item(item) for page in pages for item in page["Items"]]
    return [row for row in rows if row["kind"] == "seen"]


def count_all(events: list[Detail]) -> None:
    for pack in figures.packs(read(events)):
        figures.count(pack, utc_now())


def clear() -> None:
    for page in dynamo.client().get_paginator("scan").paginate(TableName="surveys"):
        for item in page["Items"]:
            dynamo.client().delete_item(TableName="surveys", Key={key: item[key] for key in ("survey_id", "kind")})


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 12), seed=st.integers(0, 2**32))
def test_figures_are_a_recount_whatever_the_delivery(cloud: Any, size: int, seed: int) -> None:
    clear()
    chance = random.Random(seed)
    events = story(size, chance)
    deliver_repeatedly(events, chance)
    assert counted() == recount(events)


def test_every_mark_goes_away_by_itself(cloud: Any) -> None:
    deliver(STORY)
    marks = seen()
    assert len(marks) == len(STORY)
    assert all(row["ttl"] > utc_now().timestamp() + 30 * 86_400 for row in marks)


def test_an_answer_that_was_lost_is_not_counted_twice(cloud: Any) -> None:
    hooks = dynamo.client().meta.events

    def lose(**_: Any) -> None:
        hooks.unregister("after-call.dynamodb.TransactWriteItems", lose)
        raise ClientError({"Error": {"Code": "InternalServerError"}}, "TransactWriteItems")

    hooks.register("after-call.dynamodb.TransactWriteItems", lose)
    assert deliver(STORY[:5]) == []
    assert counted() == recount(STORY[:5])


@pytest.mark.parametrize("crash_at", range(1, 4))
def test_a_crash_between_packs_counts_nothing_twice(cloud: Any, crash_at: int) -> None:
    """A process that is killed after some of its transactions leaves its whole batch to be delivered again."""
    hooks, calls = dynamo.client().meta.events, Counter[str]()
    events = story(40, random.Random(40))

    def crash(**_: Any) -> None:
        calls["write"] += 1
        if calls["write"] == crash_at:
            raise KeyboardInterrupt

    hooks.register("before-call.dynamodb.TransactWriteItems", crash)
    try:
        with pytest.raises(KeyboardInterrupt):
            count_all(events)
    finally:
        hooks.unregister("before-call.dynamodb.TransactWriteItems", crash)
    assert deliver(events) == []
    assert counted() == recount(events)


def test_events_whose_rows_stay_busy_come_back(cloud: Any) -> None:
    hooks = dynamo.client().meta.events

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")

    hooks.register("before-call.dynamodb.TransactWriteItems", refuse)
    try:
        assert deliver([STORY[0], STORY[1], STORY[0]]) == ["m0", "m2", "m1"]
    finally:
        hooks.unregister("before-call.dynamodb.TransactWriteItems", refuse)
    assert counted() == Counter()
    assert deliver(STORY) == []
    assert counted() == recount(STORY)


HOSTILE: list[dict[str, Any]] = [
    answer(1) | {"id": "a/b"},
    answer(1, series_id="x/../y"),
    answer(1, series_id=""),
    answer(1, survey_version=0),
    answer(1, survey_version="1"),
    answer(1, on="2026-02-30"),
    answer(1, on="1999-12-31"),
    answer(1, on="1752900000"),
    answer(1, scores=[scored("ease", 11)]),
    answer(1, scores=[scored("ease", -1)]),
    answer(1, scores=[scored("ease@10", 5)]),
    answer(1, scores=[scored("ease", 5)] * 21),
    answer(1, choices=[{"question": "why", "choice": "#x"}]),
    answer(1, complaints=["Queue Too Long"]),
    answer(1, tenant_id="x" * 129),
    detail(1, "SurveyOffered"),
    detail(1, "SurveyExpired", opened_on=None),
]


def test_what_cannot_be_read_comes_back_alone(cloud: Any) -> None:
    bodies = ["not json", "[]", "{}", '{"detail": null}', *(json.dumps({"detail": each}) for each in HOSTILE)]
    good = json.dumps({"detail": STORY[0]})
    records = [{"messageId": str(n), "body": body} for n, body in enumerate([good, *bodies])]
    answered = on_count.handler({"Records": records}, Context())
    failed = [failure["itemIdentifier"] for failure in answered["batchItemFailures"]]
    assert failed == [str(n + 1) for n in range(len(bodies))]
    assert counted() == recount([STORY[0]])


def test_an_event_no_figure_counts_is_let_go(cloud: Any) -> None:
    assert deliver([detail(1, "SurveyInvited"), {"id": "e", "type": "PointsEarned", "data": {}}]) == []
    assert seen() == []


def test_a_pack_fits_a_transaction(cloud: Any) -> None:
    """Of events that share nothing, few fit; of those that share all rows, nearly a hundred."""
    apart = [answer(n, tenant_id=f"t{n}", about=f"a{n}", series_id=f"s{n}", invited_on="2026-06-30") for n in range(20)]
    together = [detail(n, "SurveyOffered", opened_on="2026-07-01") for n in range(200)]
    for events in (apart, together):
        packs = list(figures.packs(read(events)))
        assert [each.id for pack in packs for each in pack] == [each["id"] for each in events]
        assert all(len(pack) + len(figures.total(pack)) <= 100 for pack in packs)
    assert len(packs[0]) == 95


@pytest.fixture
def deep() -> Iterator[None]:
    """Moto reads an expression by recursion, a few calls for each of its parts."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


def test_the_fullest_answer_is_counted(cloud: Any, deep: None) -> None:
    """Nineteen questions, all their choices, every complaint in words: its updates stay below DynamoDB's 4 KB."""
    full = answer(
        1,
        choices=[{"question": f"q{n % 19}", "choice": f"c{n}"} for n in range(380)],
        sentiment="negative",
        aspects=[f"aspect_{n}" for n in range(30)],
        complaints=[f"complaint_{n}" for n in range(100)],
    )
    (event,) = read([full])
    updates = [figures._summed(key, sums)["Update"] for key, sums in added_by(event).items()]
    assert max(len(update["UpdateExpression"]) for update in updates) < 4096
    assert deliver([full, full]) == []
    assert counted()[("figures/5f0c3e9a1b7d42e8a6c40b13", "260715", "choice@q0@c0")] == 1


def test_an_answer_that_makes_every_choice_of_twenty_questions_is_counted(cloud: Any, deep: None) -> None:
    every = answer(1, choices=[{"question": f"q{n % 20}", "choice": f"c{n}"} for n in range(400)])
    assert deliver([every]) == []
    assert counted()[("figures/5f0c3e9a1b7d42e8a6c40b13", "260715", "choice@q19@c399")] == 1


def test_expressions_stay_short_for_many_full_answers(cloud: Any, deep: None) -> None:
    events = [
        answer(n, choices=[{"question": f"q{n}_{m % 20}", "choice": f"c{m}"} for m in range(200)]) for n in range(2)
    ]
    packs = list(figures.packs(read(events)))
    assert len(packs) == 2
    assert deliver(events) == []
