"""What segments may know of a member: only while they agree, and never who they are (K1)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.members.applicants import Purpose
from functions.members.consent import with_choices
from functions.members.profiling import changed_facts, first_facts
from loyalty.types import Origin

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PROFILE: dict[str, Any] = {
    "member_id": "m1",
    "name": "王小明",
    "phone": "+8613800000001",
    "email": "ada@example.com",
    "birthday": "1990-05-01",
    "interests": ["茶", "fashion"],
    "preferred_categories": ["shoes"],
    "preferred_brands": [],
}


def consent(granted: bool | None) -> dict[str, Any]:
    return {} if granted is None else with_choices({}, {Purpose.PROFILING: granted}, NOW)


def first(granted: bool | None, **changes: Any) -> dict[str, Any] | None:
    return first_facts({**PROFILE, **changes}, consent(granted), NOW, Origin.MEMBER, "trace-1")


def test_whoever_agrees_is_known_by_year_and_tastes_and_nothing_else() -> None:
    assert first(True) == {
        "member_id": "m1",
        "kind": "facts",
        "seq": 1,
        "at": "2026-11-21T04:00:00.000Z",
        "recorded_at": "2026-11-21T04:00:00.000Z",
        "origin": "member",
        "correlation_id": "trace-1",
        "profiling": "granted",
        "birth_year": 1990,
        "interests": ["茶", "fashion"],
        "categories": ["shoes"],
    }


def test_of_whoever_refuses_only_that_is_known() -> None:
    row = first(False)
    assert row is not None
    assert row["profiling"] == "refused"
    assert not {"birth_year", "interests", "categories", "brands"} & set(row)


def test_of_whoever_was_not_asked_there_is_no_row() -> None:
    assert first(None) is None


def test_a_withdrawal_takes_the_facts_away_and_a_new_consent_brings_them_back() -> None:
    granted = first(True)
    assert granted is not None
    refused = changed_facts(granted, PROFILE, consent(False), NOW)
    assert refused is not None
    assert (refused["seq"], refused["profiling"], "birth_year" in refused) == (2, "refused", False)
    again = changed_facts(refused, PROFILE, consent(True), NOW)
    assert again is not None
    assert (again["seq"], again["birth_year"]) == (3, 1990)


@pytest.mark.parametrize("granted", [True, False, None])
def test_what_changes_nothing_writes_nothing(granted: bool | None) -> None:
    before = first(granted) or {}
    assert changed_facts(before, {**PROFILE, "name": "李雷", "phone": "+861"}, consent(granted), NOW) is None


def test_a_change_of_taste_is_told_only_of_whoever_agrees() -> None:
    changed = {**PROFILE, "interests": ["jazz"]}
    assert changed_facts(first(False) or {}, changed, consent(False), NOW) is None
    told = changed_facts(first(True) or {}, changed, consent(True), NOW)
    assert told is not None
    assert told["interests"] == ["jazz"]


def test_what_was_typed_rather_than_ticked_is_left_out() -> None:
    typed = ["tea", "call 13800138000", "me@example.com", "a|b", "I am Wang Xiaoming of the tea house", "１３８"]
    row = first(True, interests=typed)
    assert row is not None
    assert row["interests"] == ["tea"]
