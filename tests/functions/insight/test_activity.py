"""Looks and clicks: kept once, only of members who agree, for thirty days, and forgotten with the agreement (M11)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.insight import me, on_event
from functions.insight.activity import keeping
from functions.insight.activity.actions import ActionKind, is_a_ref
from functions.outbox.insight import of_insight_row
from loyalty import dynamo
from loyalty.events.catalogue import MemberErased
from loyalty.events.insight import MemberBrowsed
from loyalty.events.profiles import MemberProfiled
from loyalty.limits import Limit
from loyalty.types import Status
from tests.functions.insight.stories import NOW, TEMPLATE, deliver, detail
from tests.functions.till import ANNA, member
from tests.support import Context, HttpAnswer, call, http_event, member_caller, staff_caller
from tests.unit.events.reading import as_json

LOGIN = "login-anna"
SEEN = {"what": "seen", "kind": "coupon", "ref": TEMPLATE, "at": (NOW - timedelta(minutes=2)).isoformat()}
CLICKED = {**SEEN, "what": "clicked", "at": (NOW - timedelta(minutes=1)).isoformat()}


@pytest.fixture
def anna(mall: Any) -> None:
    """A member who agrees to profiling."""
    member(ANNA)
    put("members", {"member_id": f"login/{LOGIN}", "kind": "lookup", "target": ANNA})
    agree(granted=True)


def put(table: str, row: dict[str, Any]) -> None:
    dynamo.client().put_item(TableName=table, Item=dynamo.to_item(row))


def agree(*, granted: bool) -> None:
    """Record the member's choice about profiling; everything else is agreed to."""
    at = "2026-11-02T10:20:00.000Z"
    other = {name: {"granted": True, "at": at} for name in ("marketing", "sharing")}
    put("members", {"member_id": ANNA, "kind": "consent", **other, "profiling": {"granted": granted, "at": at}})


def send(*actions: object, login: str = LOGIN, **body: Any) -> HttpAnswer:
    told = {"actions": list(actions), **body}
    return call(me.handler, http_event("POST /me/activity", body=told, caller=member_caller(login)))


def kept() -> list[dict[str, Any]]:
    rows = map(dynamo.from_item, dynamo.client().scan(TableName="insight")["Items"])
    return [row for row in rows if row["insight_id"].startswith("activity/")]


def test_what_was_looked_at_is_kept_for_thirty_days(anna: None) -> None:
    answer = send(SEEN, CLICKED, channel="mini_program")
    assert (answer.status, answer.body) == (202, {"kept": 2, "left_out": 0, "why": None})
    (row,) = kept()
    assert row["ttl"] == int((NOW + timedelta(days=30)).timestamp())
    assert (row["channel"], row["tier"], [one["what"] for one in row["actions"]]) == (
        "mini_program",
        "regular",
        ["seen", "clicked"],
    )


def test_it_becomes_an_event_that_the_funnel_counts(anna: None) -> None:
    send(SEEN, CLICKED)
    (row,) = kept()
    (event,) = of_insight_row(row, "aurora")
    assert isinstance(event, MemberBrowsed)
    assert (event.subject, event.member_seq, event.time) == (ANNA, 0, NOW - timedelta(minutes=1))
    assert deliver([as_json(event)]) == []
    sums = dynamo.client().scan(TableName="insight")["Items"]
    assert any("clicked@coupon" in one for one in sums)


@pytest.mark.parametrize("choice", ["refused", "never asked"])
def test_without_an_agreement_nothing_is_kept_and_the_answer_says_so(anna: None, choice: str) -> None:
    if choice == "refused":
        agree(granted=False)
    else:
        dynamo.client().delete_item(TableName="members", Key=dynamo.to_item({"member_id": ANNA, "kind": "consent"}))
    answer = send(SEEN)
    assert (answer.status, answer.body) == (202, {"kept": 0, "left_out": 1, "why": "no_consent"})
    assert kept() == []


@contextmanager
def withdrawn_in_between() -> Iterator[None]:
    """Withdraw the agreement after it was read, before anything is written."""
    events = dynamo.client().meta.events

    def withdraw(**_: Any) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", withdraw)
        agree(granted=False)

    events.register("before-call.dynamodb.TransactWriteItems", withdraw)
    yield


def test_an_agreement_withdrawn_at_the_same_moment_wins(anna: None) -> None:
    with withdrawn_in_between():
        answer = send(SEEN)
    assert answer.body["why"] == "no_consent"
    assert kept() == []


def test_the_same_actions_sent_again_are_kept_once(anna: None) -> None:
    first, again = send(SEEN, CLICKED), send(SEEN, CLICKED)
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    send(CLICKED)
    assert len(kept()) == 2


def test_an_answer_that_was_lost_keeps_them_once(anna: None) -> None:
    events = dynamo.client().meta.events

    def lose(**_: Any) -> None:
        events.unregister("after-call.dynamodb.TransactWriteItems", lose)
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

    events.register("after-call.dynamodb.TransactWriteItems", lose)
    assert send(SEEN).body["kept"] == 1
    assert len(kept()) == 1


def test_what_is_too_old_or_of_the_future_is_left_out(anna: None) -> None:
    old = {**SEEN, "at": (NOW - timedelta(days=7, seconds=1)).isoformat()}
    ahead = {**SEEN, "at": (NOW + timedelta(minutes=6)).isoformat()}
    assert send(old, SEEN, ahead, SEEN).body == {"kept": 1, "left_out": 2, "why": "out_of_time"}
    assert [len(row["actions"]) for row in kept()] == [1]
    assert send(old).body == {"kept": 0, "left_out": 1, "why": "out_of_time"}
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"actions": []},
        {"actions": [SEEN] * 51},
        {"actions": [{**SEEN, "what": "bought"}]},
        {"actions": [{**SEEN, "at": "2026-11-21T12:00:00"}]},
        {"actions": [{**SEEN, "note": "x"}]},
        {"actions": [{**SEEN, "ref": "7KQ2M5V8X1C4B6N0"}]},
        {"actions": [{**SEEN, "kind": "page", "ref": "call 13800138000"}]},
        {"actions": [SEEN], "channel": "王小明"},
    ],
)
def test_what_names_nothing_of_ours_is_refused_and_not_repeated(anna: None, body: dict[str, Any]) -> None:
    answer = call(me.handler, http_event("POST /me/activity", body=body, caller=member_caller(LOGIN)))
    assert answer.status == 400
    assert not [word for word in ("7KQ2M5V8X1C4B6N0", "13800138000", "王小明") if word in json.dumps(answer.body)]
    assert kept() == []


@pytest.mark.parametrize(
    ("kind", "ref", "is_one"),
    [
        ("coupon", TEMPLATE, True),
        ("reward", "umbrella", False),
        ("brand", "Bellé & Söhne", True),
        ("category", "餐饮", True),
        ("item", "6901234567892", True),
        ("page", "/home?phone", False),
        ("brand", "13800138000", False),
        ("item", "<script>", False),
        ("item", "a\nb", False),
    ],
)
def test_a_ref_is_an_id_or_a_word_of_the_malls_goods(kind: str, ref: str, is_one: bool) -> None:
    assert is_a_ref(ActionKind(kind), ref) is is_one


def test_who_sends_too_much_has_to_wait(anna: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BATCHES", Limit(times=2, window=timedelta(hours=1)))
    assert [send(SEEN).status, send(CLICKED).status, send(SEEN, CLICKED).status] == [202, 202, 429]
    assert len(kept()) == 2


def test_only_members_are_heard(anna: None) -> None:
    assert (send(SEEN, login="nobody").status, send(SEEN, login="nobody").code) == (422, "not_enrolled")
    member(ANNA, status=Status.ERASED)
    assert send(SEEN).code == "not_enrolled"
    as_staff = http_event("POST /me/activity", body={"actions": [SEEN]}, caller=staff_caller("marketer"))
    assert call(me.handler, as_staff).code == "not_enrolled"
    assert kept() == []


def hear(*details: object) -> list[str]:
    bodies = [json.dumps({"detail": each}) for each in details]
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    serve: Any = on_event.handler
    failed: Sequence[dict[str, str]] = serve({"Records": records}, Context())["batchItemFailures"]
    return [one["itemIdentifier"] for one in failed]


def profiled(profiling: str) -> dict[str, Any]:
    told = detail(2, MemberProfiled.__name__, facts_seq=2, profiling=profiling)
    return {**told, "subject": ANNA}


def test_erasure_and_withdrawal_take_everything_that_was_kept(anna: None) -> None:
    erased = {**detail(1, MemberErased.__name__), "subject": ANNA}
    for reason in (erased, profiled("refused"), profiled("unsaid")):
        send(SEEN)
        send(CLICKED)
        put("insight", {"insight_id": "activity/somebody-else", "kind": "batch/x"})
        assert hear(reason, reason) == []
        assert [row["insight_id"] for row in kept()] == ["activity/somebody-else"]


def test_a_member_who_agrees_keeps_what_was_kept(anna: None) -> None:
    send(SEEN)
    assert hear(profiled("granted")) == []
    assert len(kept()) == 1


def test_a_message_nobody_can_read_comes_back_alone(anna: None) -> None:
    send(SEEN)
    assert hear("nonsense", {"type": "MemberErased"}, profiled("refused")) == ["m0", "m1"]
    assert kept() == []


def test_other_rows_of_the_table_mean_no_event() -> None:
    assert of_insight_row({"insight_id": "funnel/tier/261121/0", "kind": "sums", "issued@gold": 3}, "aurora") == []


def test_logs_never_say_what_was_looked_at(anna: None, caplog: pytest.LogCaptureFixture) -> None:
    send({**SEEN, "kind": "brand", "ref": "Zaubermarke"})
    send({**SEEN, "kind": "page", "ref": "Zaubermarke 13800138000"})
    said = str([vars(record) for record in caplog.records])
    assert said.count("'answered'") >= 2
    assert "Zaubermarke" not in said
