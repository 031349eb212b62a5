"""Whoever is erased, or refuses profiling, is out of every segment at once, and no refresh brings them back."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.campaigns import lists
from functions.campaigns import on_event as campaigns_on_event
from functions.outbox.segments import of_membership_row
from functions.segments import on_event
from loyalty.types import Status
from tests.functions.campaigns.desk import enrol
from tests.functions.segments.office import (
    BOUGHT,
    SPENT_MUCH,
    Lake,
    begun,
    decided,
    everything,
    made,
    members_in,
    pump,
    refreshed,
    told,
)
from tests.support import Context

pytestmark = pytest.mark.usefixtures("members", "nothing_shipped")
ANNA, BERT = "member-anna", "member-bert"
AT = "2026-11-22T03:00:00.000Z"


@pytest.fixture
def both(lake: Lake) -> str:
    """A segment with Anna and Bert in it."""
    segment_id = made()
    lake.bought(ANNA)
    lake.bought(BERT)
    refreshed()
    return segment_id


def message(kind: str, member_id: str, **data: Any) -> dict[str, Any]:
    """A message with an event of that type about a member."""
    detail = {
        "id": "0b6f6a3e-0000-5000-8000-000000000000",
        "source": "/malls/aurora/members",
        "type": kind,
        "time": AT,
        "subject": member_id,
        "dataschema": f"https://developers.mall-loyalty.example/events/{kind}.v1.json",
        "mall": "aurora",
        "member_seq": 0,
        "origin": "member",
        "recordedat": AT,
        "data": data,
    }
    return {"messageId": f"message-{kind}", "body": json.dumps({"detail": detail})}


def erased(member_id: str) -> dict[str, Any]:
    return message("MemberErased", member_id, entry_id=f"erase/{member_id}:erase")


def profiled(member_id: str, profiling: str = "refused") -> dict[str, Any]:
    return message("MemberProfiled", member_id, facts_seq=2, profiling=profiling)


def hear(*records: dict[str, Any], by: Any = on_event) -> list[str]:
    answer = by.handler({"Records": list(records)}, Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_whoever_is_erased_is_in_no_segment_and_nothing_is_told_of_them(both: str) -> None:
    enrol(ANNA, Status.ERASED)
    for _ in range(2):
        assert hear(erased(ANNA)) == []
    assert members_in(both) == [BERT]
    assert told() == [("SegmentEntered", BERT, both)]
    assert [row for row in everything() if ANNA in json.dumps(row)] == []


def test_the_next_refresh_brings_nobody_back_of_whose_erasure_the_lake_has_not_heard(both: str) -> None:
    enrol(ANNA, Status.ERASED)
    hear(erased(ANNA))
    made("key-2", condition={"not": SPENT_MUCH})
    refreshed("refresh-2")
    assert [row for row in everything() if ANNA in json.dumps(row)] == []


def test_lists_and_segments_forget_a_member_each_by_themselves(both: str) -> None:
    list_id = lists.create("VIP", "mei", "key-1", datetime.now(UTC)).answer.list_id
    lists.add(list_id, [ANNA, BERT], "mei", datetime.now(UTC))
    assert hear(erased(ANNA), by=campaigns_on_event) == []
    assert (members_in(list_id), members_in(both), lists.read(list_id).size) == ([BERT], [ANNA, BERT], 1)
    assert hear(erased(ANNA)) == []
    assert members_in(both) == [BERT]


def test_whoever_refuses_profiling_leaves_at_once_and_is_told_of(both: str, lake: Lake) -> None:
    decided(ANNA, granted=False)
    for _ in range(2):
        assert hear(profiled(ANNA)) == []
    assert members_in(both) == [BERT]
    (left,) = [event for row in everything() for event in of_membership_row(row, "aurora") if event.subject == ANNA]
    assert (left.type, left.data.cause, left.origin) == ("SegmentLeft", "refused", "member")  # type: ignore[attr-defined]
    lake.profiled(ANNA, "refused")
    assert refreshed("refresh-2")["moved"] == 0 or members_in(both) == [BERT]


def test_whoever_agrees_again_before_the_next_refresh_is_found_again(both: str) -> None:
    decided(ANNA, granted=False)
    hear(profiled(ANNA))
    decided(ANNA, granted=True)
    assert refreshed("refresh-2")["entered"] == 1
    assert members_in(both) == [ANNA, BERT]
    assert refreshed("refresh-3")["moves"] == 0
    assert [row for row in everything("segments") if row["segment_id"] == "outs"] == []


def test_a_late_event_does_not_take_out_who_has_agreed_since(both: str) -> None:
    decided(ANNA, granted=True)
    assert hear(profiled(ANNA, "refused")) == []
    assert members_in(both) == [ANNA, BERT]


def test_where_only_those_who_agreed_are_profiled_silence_is_no_consent(
    both: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIGHT_PROFILING", "granted")
    decided(BERT, granted=True)
    assert hear(profiled(ANNA, "unsaid"), profiled(BERT, "granted")) == []
    assert members_in(both) == [BERT]


def test_a_refusal_while_a_refresh_is_moving_members_is_made_good_by_the_next(both: str, lake: Lake) -> None:
    made("key-2", condition={"all": [BOUGHT, {"not": SPENT_MUCH}]})
    begun("refresh-2")
    while not any(row["kind"] == "job" and row.get("task") == "moves" for row in _open_jobs()):
        with pytest.raises(AssertionError):
            pump(1)
    decided(ANNA, granted=False)
    hear(profiled(ANNA))
    pump()
    lake.profiled(ANNA, "refused")
    refreshed("refresh-3")
    assert [row for row in everything() if row["kind"] == ANNA and row["campaign_id"].startswith("members/")] == []


def test_who_refuses_before_the_lake_has_heard_of_it_enters_nothing(both: str) -> None:
    decided(ANNA, granted=False)
    hear(profiled(ANNA))
    other = made("key-2", condition={"not": SPENT_MUCH})
    refreshed("refresh-2")
    assert [row for row in everything() if ANNA in json.dumps(row) and row["campaign_id"].startswith("members/")] == []
    assert (members_in(both), ANNA in members_in(other)) == ([BERT], False)


def test_who_was_kept_out_and_agrees_before_the_next_refresh_enters_then(
    both: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_event, "utc_now", lambda: datetime(2026, 11, 22, 3, 30, tzinfo=UTC))
    decided(ANNA, granted=False)
    hear(profiled(ANNA))
    refreshed("refresh-2")
    decided(ANNA, granted=True)
    refreshed("refresh-3")
    assert members_in(both) == [ANNA, BERT]


def test_who_was_in_no_segment_leaves_no_trace_by_refusing(both: str) -> None:
    decided("member-dora", granted=False)
    assert hear(profiled("member-dora")) == []
    assert [row for row in everything("segments") if row["segment_id"] == "outs"] == []


def _open_jobs() -> list[Any]:
    return [row for row in everything("segments") if row.get("state") in {"queued", "running"}]


def test_a_message_nobody_can_read_comes_back_alone(both: str) -> None:
    broken = {"messageId": "broken", "body": "{"}
    assert hear(broken, erased(ANNA)) == ["broken"]
    assert members_in(both) == [BERT]
