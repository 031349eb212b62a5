"""An alert brings one draft of a win-back, by nobody of the staff, with the group's segment attached (I3)."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from events.generate import samples
from functions.campaigns import on_alert
from functions.segments import on_alert as segments_on_alert
from loyalty import dynamo, segment_names, win_back
from tests.functions.campaigns.desk import APPROVER, AUDITOR, MARKETER, everything, running_rules, send
from tests.support import Context

pytestmark = pytest.mark.usefixtures("desk")
GOLD: dict[str, Any] = samples()["AverageReceiptFell.gold_members_spend_less.json"]["detail"]
DRAFT = win_back.draft_id_for(GOLD["subject"])


def of(kind: str, group: str) -> dict[str, Any]:
    """The same fall of another group."""
    segment_id = win_back.segment_id_for(kind, group)
    return {**GOLD, "data": {**GOLD["data"], "group_kind": kind, "group": group, "segment_id": segment_id}}


def hear(detail: Mapping[str, Any], consumer: Any = on_alert) -> list[str]:
    """Let a consumer hear an event; return what must come again."""
    record = {"messageId": "m-1", "body": json.dumps({"detail": detail})}
    told = consumer.handler({"Records": [record]}, Context())
    return [one["itemIdentifier"] for one in told["batchItemFailures"]]


def drafts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = send("GET /campaigns", caller=AUDITOR).body["items"]
    return found


def test_an_alert_brings_a_draft_for_the_groups_segment_that_waits_for_approval() -> None:
    assert hear(GOLD) == []
    (draft,) = drafts()
    assert (draft["campaign_id"], draft["state"], draft["made_by"]) == (GOLD["data"]["campaign_id"], "draft", "system")
    definition = draft["definition"]
    assert definition["conditions"]["lists"] == [GOLD["data"]["segment_id"]]
    assert definition["conditions"]["at_least"] == 279_00  # what was expected of the newest week, in whole yuan
    assert definition["effects"] == [{"kind": "multiply", "factor": "2", "purse": "points"}]
    assert (definition["from"], definition["until"]) == ("2026-11-28T00:00:00+08:00", "2026-12-26T00:00:00+08:00")
    assert definition["budget"] == {"unit": "points", "amount": 100_000}
    assert running_rules() == {}


def test_an_event_that_comes_again_writes_nothing() -> None:
    hear(GOLD)
    before = everything()
    later = {**GOLD, "data": {**GOLD["data"], "fall_per_mille": 400}}
    assert [hear(GOLD), hear(later)] == [[], []]
    assert everything() == before


def test_what_marketers_make_of_a_draft_is_never_overwritten() -> None:
    hear(GOLD)
    changed = send(f"PATCH /campaigns/{DRAFT}", {"name_zh": "金秋礼", "budget": {"unit": "points", "amount": 9}})
    assert changed.status == 200
    before = everything()
    assert hear(GOLD) == []
    assert everything() == before


def test_a_draft_of_another_edition_stands() -> None:
    hear(GOLD)
    before = everything()
    newer = {**GOLD, "data": {**GOLD["data"], "weeks": GOLD["data"]["weeks"][:1]}}
    assert hear(newer) == []
    assert everything() == before


@pytest.mark.parametrize("caller", [APPROVER])
def test_any_approver_may_approve_what_the_system_wrote_and_it_can_be_published(caller: Mapping[str, Any]) -> None:
    hear(GOLD)
    assert send(f"POST /campaigns/{DRAFT}/approvals", {"version": 1}, caller).status == 201
    refused = send(f"POST /campaigns/{DRAFT}/publications", caller=MARKETER)
    assert (refused.code, refused.body["unknown"]) == ("unknown_names", {"lists": [GOLD["data"]["segment_id"]]})
    assert hear(GOLD, segments_on_alert) == []
    assert send(f"POST /campaigns/{DRAFT}/publications", caller=MARKETER).status == 201
    assert list(running_rules()) == [DRAFT]


def test_every_fall_has_a_draft_of_its_own_and_every_group_one_segment() -> None:
    falls = [("tier", "gold", "2026-10-26"), ("tier", "gold", "2027-03-01"), ("stage", "gold", "2026-10-26")]
    assert len({win_back.draft_id_for(win_back.alert_id_for(*fall)) for fall in falls}) == 3
    assert win_back.alert_id_for("tier", "gold", "2026-10-26") == GOLD["subject"]
    assert len({win_back.segment_id_for(kind, group) for kind, group, _ in falls}) == 2


def test_a_category_is_won_back_by_its_own_goods() -> None:
    hear(of("category", "men's wear"))
    (draft,) = drafts()
    assert draft["definition"]["conditions"]["scope"]["categories"] == ["men's wear"]


def test_a_stage_needs_no_segment_of_its_own() -> None:
    hear(of("stage", "dormant"))
    hear(of("stage", "dormant"), segments_on_alert)
    (draft,) = drafts()
    assert draft["definition"]["conditions"]["lists"] == ["stage_dormant"]
    assert dynamo.get("segments", segment_names.key("stage_dormant")) is None


@pytest.mark.parametrize("fen", [0, 1, 10**13])
def test_whatever_was_expected_the_draft_is_a_valid_one(fen: int) -> None:
    weeks = [{**week, "expected_fen": fen} for week in GOLD["data"]["weeks"]]
    assert hear({**GOLD, "data": {**GOLD["data"], "weeks": weeks}}) == []
    assert len(drafts()) == 1


def test_a_message_nobody_can_read_comes_back_alone() -> None:
    records = [
        {"messageId": "m-1", "body": json.dumps({"detail": {**GOLD, "data": {}}})},
        {"messageId": "m-2", "body": json.dumps({"detail": GOLD})},
    ]
    for consumer in (on_alert, segments_on_alert):
        told = consumer.handler({"Records": records}, Context())
        assert told == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert len(drafts()) == 1
