"""Campaigns, control and the programme between stream and bus; definitions of every table on the way."""

import json

import pytest

from events.campaign_examples import CAMPAIGN_ENTRIES
from events.control_examples import CONTROL_ROWS, DEFINITIONS, PROGRAMMES, WORDS
from events.segment_examples import SEGMENT_ROWS
from functions.outbox.on_change import handler
from loyalty.dynamo import Item
from tests.functions.outbox.conftest import Bus, Clock, batch, record

NOTHING_LEFT: dict[str, list[object]] = {"batchItemFailures": []}
DRAFT = DEFINITIONS["template_drafted"]


def of_table(key: str, offer_kind: str) -> Item:
    """The same draft as another table keeps it."""
    row = {name: value for name, value in DRAFT.items() if name != "coupon_id"}
    return {key: f"{offer_kind}/{DRAFT['offer_id']}", **row}


@pytest.mark.parametrize(
    ("key", "offer_kind"),
    [
        ("coupon_id", "template"),
        ("coupon_id", "discount"),
        ("reward_id", "reward"),
        ("survey_id", "survey"),
        ("campaign_id", "campaign"),
        ("control_id", "programme"),
        ("segment_id", "segment"),
    ],
)
def test_a_definition_of_any_table_is_told_once(bus: Bus, key: str, offer_kind: str) -> None:
    row = of_table(key, offer_kind)
    listed = {**row, key: f"list/{offer_kind}", "kind": row["offer_id"]}

    assert handler(batch(record(row, 1), record(listed, 2)), Clock()) == NOTHING_LEFT

    (told,) = bus.details()
    assert (told["type"], told["data"]["offer_kind"]) == ("OfferChanged", offer_kind)


def test_a_request_an_announcement_and_an_award_arrive_on_the_bus(bus: Bus) -> None:
    rows = (
        CONTROL_ROWS["void_asked_for"],
        PROGRAMMES["from_january"],
        CAMPAIGN_ENTRIES["purchase_reaches_the_next_step"],
    )

    assert handler(batch(*(record(row, n) for n, row in enumerate(rows, 1))), Clock()) == NOTHING_LEFT

    assert [detail["type"] for detail in bus.details()] == [
        "ControlRequested",
        "ProgrammeAnnounced",
        "PointsEarned",
        "CampaignAwarded",
        "CampaignTakenBack",
    ]


def test_members_entering_and_leaving_segments_arrive_on_the_bus(bus: Bus) -> None:
    rows = SEGMENT_ROWS.values()

    assert handler(batch(*(record(row, n) for n, row in enumerate(rows, 1))), Clock()) == NOTHING_LEFT

    assert [detail["type"] for detail in bus.details()] == ["SegmentEntered", "SegmentLeft", "SegmentLeft"]


@pytest.mark.parametrize(
    "row",
    [
        {"campaign_id": "running/campaign", "kind": "1", "rule": {}},
        {"campaign_id": "stock/campaign/1/00", "kind": "stock", "left": 5},
        {"campaign_id": "used/1/m", "kind": "all", "awards": 1},
        {"control_id": "velocity/shoes", "kind": "2026112110", "receipts": 3},
        {"segment_id": "refreshes", "kind": "newest", "refresh_no": 3},
        {"segment_id": "job/1", "kind": "job", "state": "done"},
        {"campaign_id": "members/1", "kind": "m", "by": "mei", "at": "2026-11-22"},
    ],
    ids=lambda row: str(next(iter(row.values()))),
)
def test_rules_budgets_counts_and_alarms_counters_mean_nothing(bus: Bus, row: Item) -> None:
    assert handler(batch(record(row)), Clock()) == NOTHING_LEFT
    assert (bus.wire.calls, bus.parked()) == ([], [])


@pytest.mark.parametrize("name", ["void_asked_for", "void_appealed", "trades_again"])
def test_a_parked_request_does_not_say_what_anybody_wrote(bus: Bus, name: str) -> None:
    spoilt = {**CONTROL_ROWS[name], "at": "yesterday"}

    assert handler(batch(record(spoilt)), Clock()) == NOTHING_LEFT

    (parked,) = bus.parked()
    assert WORDS not in json.dumps(parked, ensure_ascii=False)


def test_a_parked_definition_can_be_redriven(bus: Bus) -> None:
    spoilt = {**DRAFT, "version": "one"}
    handler(batch(record(spoilt)), Clock())

    (parked,) = bus.parked()
    assert parked["record"]["dynamodb"]["NewImage"]["history"] == record(DRAFT)["dynamodb"]["NewImage"]["history"]
