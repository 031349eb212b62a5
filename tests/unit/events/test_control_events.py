"""What staff ask for, decide and change: told with logins, without words, and each version once."""

import json
from typing import Any

import pytest

from events.control_examples import CONTROL_ROWS, DEFINITIONS, PROGRAMMES, REQUEST, WORDS
from events.examples import MALL, MEMBER
from functions.outbox.control import of_control_row
from functions.outbox.definitions import of_definition, of_programme
from tests.unit.events.reading import as_json


def converted(name: str) -> dict[str, Any]:
    """The one event of an example."""
    (event,) = of_control_row(CONTROL_ROWS[name], MALL)
    return as_json(event)


@pytest.mark.parametrize(
    ("name", "kind", "state", "actor"),
    [
        ("void_asked_for", "ControlRequested", "open", "operator-7"),
        ("void_approved", "ControlDecided", "approved", "approver-2"),
        ("void_appealed", "ControlAppealed", "approved", "member"),
        ("appeal_upheld", "ControlDecided", "approved", "approver-3"),
    ],
)
def test_a_request_is_told_at_every_turn_with_who_did_it(name: str, kind: str, state: str, actor: str) -> None:
    event = converted(name)

    assert (event["type"], event["subject"], event["member_seq"]) == (kind, MEMBER, 0)
    assert (event["data"]["request_id"], event["data"]["task"], event["data"]["why"]) == (REQUEST, "void", "abuse")
    assert (event["data"]["state"], event["data"]["actor"], event["data"]["points"]) == (state, actor, -500)


@pytest.mark.parametrize("name", CONTROL_ROWS)
def test_what_somebody_wrote_is_in_no_event(name: str) -> None:
    assert WORDS not in json.dumps(converted(name), ensure_ascii=False)


def test_an_alarm_is_about_no_member() -> None:
    event = converted("too_many_receipts")

    assert event["subject"] == event["data"]["alarm_id"] == "shoes-and-more.2026112110"
    assert (event["data"]["tenant_id"], event["data"]["allowed"], event["data"]["found"]) == (
        "shoes-and-more",
        120,
        121,
    )
    assert event["data"]["held"] is True


def test_a_decided_appeal_is_told_apart_from_the_decision_it_is_against() -> None:
    told = {name: converted(name)["data"].get("appeal_state") for name in CONTROL_ROWS if "void" in name}

    assert told == {"void_asked_for": None, "void_approved": None, "void_appealed": "open"}
    assert converted("appeal_upheld")["data"]["appeal_state"] == "upheld"


def test_a_release_tells_the_alarms_facts_and_who_released() -> None:
    raised, released = converted("too_many_receipts"), converted("trades_again")

    assert (released["type"], released["subject"], released["origin"]) == ("TenantReleased", raised["subject"], "staff")
    assert (released["time"], released["recordedat"]) == ("2026-11-21T03:10:00.000Z",) * 2
    own = {"raised_at": raised["time"], "actor": "operator-7"}
    assert released["data"] == {name: value for name, value in raised["data"].items() if name != "held"} | own


def test_a_version_that_says_nothing_happened_means_nothing() -> None:
    assert of_control_row({**CONTROL_ROWS["void_asked_for"], "happened": []}, MALL) == []
    assert of_control_row({"control_id": "seen/1", "kind": "seen"}, MALL) == []


def test_the_versions_of_a_request_are_different_events_and_each_always_the_same() -> None:
    ids = [converted(name)["id"] for name in CONTROL_ROWS]

    assert len(set(ids)) == len(CONTROL_ROWS)
    assert ids == [converted(name)["id"] for name in CONTROL_ROWS]


@pytest.mark.parametrize(
    ("name", "state", "actor", "version"),
    [("template_drafted", "draft", "marketer-1", 1), ("template_approved", "approved", "approver-2", 2)],
)
def test_every_version_of_a_definition_says_who_made_it_what(name: str, state: str, actor: str, version: int) -> None:
    row = DEFINITIONS[name]
    (event,) = of_definition(row, row["coupon_id"], MALL)
    told = as_json(event)

    assert (told["subject"], told["member_seq"], told["origin"]) == (row["offer_id"], 0, "staff")
    assert told["time"] == row["history"][-1][2]
    assert told["data"] == {
        "offer_kind": "template",
        "offer_id": row["offer_id"],
        "offer_seq": version,
        "state": state,
        "actor": actor,
    }


def test_the_same_offer_in_the_list_is_not_told_again() -> None:
    row = DEFINITIONS["template_drafted"]

    assert of_definition(row, "list/template", MALL) == []
    assert of_definition({**row, "kind": row["offer_id"]}, "list/template", MALL) == []


def test_offers_of_other_tables_with_the_same_id_are_other_events() -> None:
    row = DEFINITIONS["template_drafted"]
    ids = {of_definition(row, f"{kind}/{row['offer_id']}", MALL)[0].id for kind in ("template", "campaign", "reward")}

    assert len(ids) == 3


def test_a_definition_without_a_history_means_nothing() -> None:
    assert of_definition({"kind": "definition", "version": 1}, "memberlist/1", MALL) == []


def test_a_new_version_of_the_programme_says_from_when_it_applies() -> None:
    (event,) = of_programme(PROGRAMMES["from_january"], MALL)
    told = as_json(event)

    assert (told["subject"], told["time"]) == ("program/2", "2026-11-21T03:00:00.000Z")
    assert told["data"] == {"version": 2, "effective_from": "2027-01-01", "actor": "approver-2"}


def test_a_version_that_is_withdrawn_is_not_announced_again() -> None:
    assert of_programme({**PROGRAMMES["from_january"], "withdrawn_at": "2026-11-22T03:00:00.000Z"}, MALL) == []


def test_the_programme_a_mall_starts_with_was_announced_by_nobody() -> None:
    assert of_programme({**PROGRAMMES["from_january"], "version": 1}, MALL) == []
