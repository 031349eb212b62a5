"""Figures are exact however often, and in whatever order, events are delivered (ADR 0606)."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from functions.coupons import counting, figures, on_count
from functions.coupons.counting import CouponEvent
from loyalty import dynamo
from loyalty.clock import utc_now
from tests.functions.coupons_staff.office import AUDITOR, draft, rows, send
from tests.support import Context

TEMPLATE = "5f0c3e9a1b7d42e8a6c40b13"
SAMPLES = Path(__file__).parents[3] / "events" / "samples"


def event(number: int, kind: str, **data: Any) -> dict[str, Any]:
    facts = {"template_id": TEMPLATE, "category": "festival", "coupon_id": "7KQ2M5V8X1C4B6N0", **data}
    return {"id": f"event-{number:04d}", "type": kind, "specversion": "1.0", "subject": "member-anna", "data": facts}


STORY = [
    event(1, "CouponSent", way="push", tier="gold"),
    event(2, "CouponSent", way="event", tier=None),
    event(3, "CouponClaimed", way="claim", tier="gold"),
    event(4, "CouponClaimed", way="code", tier="silver"),
    event(5, "CouponSeen", tier="gold"),
    event(6, "CouponLocked", tenant_id="shoes"),
    event(7, "CouponReleased"),
    event(8, "CouponRedeemed", tier="gold", off=5000, unit_cost=100, tenant_id="shoes"),
    event(9, "CouponRedeemed", tier="silver", off=3000),
    event(10, "CouponReturned", off=3000),
    event(11, "CouponGiven"),
    event(12, "CouponTaken", way="gift"),
    event(13, "CouponExpired"),
    event(14, "CouponVoided"),
]
TOLD = {
    "issued": 4,
    "sent": 2,
    "claimed": 1,
    "by_code": 1,
    "seen": 1,
    "locked": 1,
    "released": 1,
    "redeemed": 2,
    "returned": 1,
    "given": 1,
    "taken": 1,
    "expired": 1,
    "voided": 1,
    "off_fen": 5000,
    "cost_fen": 5100,
    "by_tier": {"gold": {"issued": 2, "redeemed": 1}, "silver": {"issued": 1, "redeemed": 1}},
}


def records(events: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    bodies = [json.dumps({"detail-type": each["type"], "source": "loyalty", "detail": each}) for each in events]
    return [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]


def deliver(*events: Mapping[str, Any]) -> list[str]:
    """Deliver a batch and return the messages that come again."""
    answer = on_count.handler({"Records": records(events)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def told(template_id: str = TEMPLATE) -> dict[str, Any]:
    return figures.read(template_id).model_dump()


def test_a_story_is_counted(office: None) -> None:
    assert deliver(*STORY) == []
    assert told() == TOLD


@pytest.mark.parametrize("seed", range(5))
def test_duplicates_and_disorder_change_nothing(office: None, seed: int) -> None:
    chance = random.Random(seed)
    stream = STORY * 3
    chance.shuffle(stream)
    while stream:
        size = chance.randint(1, 10)
        batch, stream = stream[:size], stream[size:]
        assert deliver(*batch) == []
        if chance.random() < 0.5:
            deliver(*batch)
    assert told() == TOLD
    assert len(rows("seen")) == len(STORY)
    assert all(row["ttl"] for row in rows("seen"))


def test_an_answer_that_was_lost_is_not_counted_twice(office: None) -> None:
    events = dynamo.client().meta.events

    def lose(**_: Any) -> None:
        events.unregister("after-call.dynamodb.TransactWriteItems", lose)
        raise ClientError({"Error": {"Code": "InternalServerError"}}, "TransactWriteItems")

    events.register("after-call.dynamodb.TransactWriteItems", lose)
    assert deliver(*STORY) == []
    assert told() == TOLD


def test_a_busy_table_brings_the_events_of_that_template_back(office: None) -> None:
    other = event(99, "CouponSeen", template_id="other")

    def refuse(params: dict[str, Any], **_: Any) -> None:
        if TEMPLATE in str(params["body"]):
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", refuse)
    try:
        assert deliver(STORY[0], other, STORY[1]) == ["m0", "m2"]
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", refuse)
    assert told("other")["seen"] == 1
    assert told()["issued"] == 0
    deliver(STORY[0], other, STORY[1])
    assert (told()["issued"], told("other")["seen"]) == (2, 1)


def test_what_cannot_be_read_comes_back_alone(office: None) -> None:
    good = records([STORY[0]])[0]
    hostile = [
        "not json",
        "[]",
        "{}",
        '{"detail": null}',
        json.dumps({"detail": event(1, "CouponSeen") | {"id": "a/b"}}),
        json.dumps({"detail": event(1, "CouponSeen", template_id="x/../y")}),
        json.dumps({"detail": event(1, "CouponRedeemed", off=-5)}),
        json.dumps({"detail": event(1, "CouponRedeemed", off=1.5)}),
        json.dumps({"detail": event(1, "CouponRedeemed", off=10**40)}),
        json.dumps({"detail": event(1, "CouponSent", tier="#x")}),
    ]
    batch = [{"messageId": f"bad{n}", "body": body} for n, body in enumerate(hostile)]
    answer = on_count.handler({"Records": [*batch, good]}, Context())
    failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    assert failed == [f"bad{n}" for n in range(len(hostile))]
    assert told()["issued"] == 1


def test_an_event_no_figure_counts_is_let_go(office: None) -> None:
    assert deliver(event(1, "CouponFramed"), {"id": "e", "type": "PointsEarned", "data": {}}) == []
    assert rows("seen") == []


def test_more_events_than_a_transaction_takes_are_counted_in_several(office: None) -> None:
    found = [CouponEvent.model_validate(event(n, "CouponSeen")) for n in range(250)]
    packs = list(figures.tally().packs([*found, *found]))
    assert [len(pack) for pack in packs] == [99, 99, 99, 99, 99, 5]
    assert sum(figures.tally().count(pack, utc_now()) for pack in packs) == 250
    assert told()["seen"] == 250


def test_the_figures_of_a_template_are_one_read(office: None) -> None:
    template_id = draft()
    deliver(event(1, "CouponRedeemed", template_id=template_id, off=700, tier="gold"))
    calls: list[str] = []
    events = dynamo.client().meta.events

    def count(model: Any, **_: Any) -> None:
        calls.append(model.name)

    events.register("before-call.dynamodb", count)
    answer = send(f"GET /coupon-templates/{template_id}/figures", caller=AUDITOR)
    events.unregister("before-call.dynamodb", count)
    assert (answer.body["redeemed"], answer.body["off_fen"]) == (1, 700)
    assert calls == ["GetItem", "BatchGetItem"]


def test_a_template_nothing_happened_to_has_zeros(office: None) -> None:
    body = send(f"GET /coupon-templates/{draft()}/figures", caller=AUDITOR).body
    assert body.pop("by_tier") == {}
    assert set(body.values()) == {0}


@pytest.mark.parametrize("kind", sorted(counting.COUNTED))
def test_every_published_sample_of_a_coupon_event_is_counted(office: None, kind: str) -> None:
    samples = list(SAMPLES.glob(f"{kind}.*.json"))
    assert samples
    for sample in samples:
        detail = json.loads(sample.read_text())["detail"]
        assert deliver(detail) == []
        assert sum(bool(count) for count in told(detail["data"]["template_id"]).values())


def test_a_return_that_does_not_say_what_it_undid_takes_nothing_back() -> None:
    told = CouponEvent.model_validate(event(1, "CouponReturned", unit_cost=100))
    assert counting.added_by(told) == {"returned": 1}


KINDS = st.sampled_from(sorted(counting.COUNTED))
EVENTS = st.lists(
    st.builds(
        lambda kind, way, tier, off: CouponEvent.model_validate(event(0, kind, way=way, tier=tier, off=off)),
        KINDS,
        st.sampled_from(["push", "claim", "code", None]),
        st.sampled_from(["gold", None]),
        st.integers(0, 10_000),
    ),
    max_size=20,
)


@given(EVENTS)
def test_every_coupon_issued_came_one_way(events: list[CouponEvent]) -> None:
    sums: Counter[str] = Counter()
    for each in events:
        sums.update(counting.added_by(each))
    assert sums["issued"] == sum(sums[way] for way in ("sent", "claimed", "by_code"))
