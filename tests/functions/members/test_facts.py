"""The row of what segments may know of a member goes with profile and consent, and becomes events (K1, M6)."""

from typing import Any

from functions.outbox.on_change import events_of
from loyalty.dynamo import to_item
from tests.functions.members.conftest import Mall, rows_of


def facts() -> list[dict[str, Any]]:
    return [row for row in rows_of("members") if row["kind"] == "facts"]


def change_of(row: dict[str, Any], name: str) -> dict[str, Any]:
    """A change of the row, as the table's stream brings it."""
    keys = {"member_id": row["member_id"], "kind": row["kind"]}
    return {"eventName": name, "dynamodb": {"Keys": to_item(keys), "NewImage": to_item(row)}}


def test_facts_follow_consent_and_profile(mall: Mall) -> None:
    mall.enrol("ada", "138 0000 0001", consents={"profiling": True}, interests=["tea"])
    (granted,) = facts()
    assert (granted["profiling"], granted["birth_year"], granted["interests"]) == ("granted", 1990, ["tea"])
    mall.later(days=1)
    assert mall.member("ada", "PATCH /me", {"interests": ["jazz"]}).status == 200
    mall.later(days=1)
    assert mall.member("ada", "PATCH /me", {"consents": {"profiling": False}}).status == 200
    (refused,) = facts()
    assert (refused["seq"], refused["profiling"], refused["at"]) == (3, "refused", "2026-11-23T04:00:00.000Z")
    assert "interests" not in refused


def test_whoever_says_nothing_of_profiling_has_no_facts(mall: Mall) -> None:
    mall.enrol("ada", "138 0000 0001", interests=["tea"])
    assert mall.member("ada", "PATCH /me", {"interests": ["jazz"]}).status == 200
    assert facts() == []


def test_facts_go_with_the_member(mall: Mall) -> None:
    mall.enrol("ada", "138 0000 0001", consents={"profiling": True})
    assert mall.member("ada", "DELETE /me").status == 204
    assert facts() == []


def test_every_version_of_the_row_is_one_event_that_names_nobody(mall: Mall) -> None:
    mall.enrol("ada", "138 0000 0001", consents={"profiling": True}, interests=["tea"])
    (first,) = facts()
    mall.member("ada", "PATCH /me", {"consents": {"profiling": False}})
    (second,) = facts()
    told = [*events_of(change_of(first, "INSERT"), "aurora"), *events_of(change_of(second, "MODIFY"), "aurora")]
    assert [(event.type, event.member_seq) for event in told] == [("MemberProfiled", 0), ("MemberProfiled", 0)]
    assert len({event.id for event in told}) == 2
    assert told == [*events_of(change_of(first, "MODIFY"), "aurora"), *events_of(change_of(second, "INSERT"), "aurora")]
    text = "".join(event.model_dump_json() for event in told)
    assert not [word for word in ("王小明", "13800000001", "05-01") if word in text]


def test_a_row_that_was_deleted_means_nothing(mall: Mall) -> None:
    keys = to_item({"member_id": "m1", "kind": "facts"})
    assert events_of({"eventName": "REMOVE", "dynamodb": {"Keys": keys}}, "aurora") == []
