"""Where a family is known and where it is not: export and facts yes, events, logs and refusals never (K1, M4, M6)."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.lake.happened import Happened
from functions.lake.member_rows import profiled
from functions.members.family_terms import VERSION
from functions.outbox.on_change import events_of
from loyalty.dynamo import Item, to_item
from tests.functions.members.conftest import Mall, rows_of
from tests.functions.members.test_confidentiality import said as said
from tests.functions.members.test_family_adults import PHONE, THEIRS, agreed, asked, confirm, registered

CALLED, BIRTHDAY = "金丝雀宝", "2019-06-01"
CHILD = {"relation": "child", "call_name": CALLED, "birthday": BIRTHDAY, "guardian_terms_version": VERSION}
CANARIES = {CALLED, BIRTHDAY, "0601", "06-01", THEIRS, "13900000002", "1991-02-28", "0228"}


def facts() -> Item:
    (row,) = (row for row in rows_of("members") if row["kind"] == "facts")
    return row


def patch(mall: Mall, body: dict[str, Any]) -> None:
    assert mall.member("ada", "PATCH /me", body).status == 200


@pytest.fixture
def ada(mall: Mall) -> str:
    return str(mall.enrol("ada", PHONE, consents={"profiling": True}).body["member_id"])


def test_segments_know_of_a_relative_from_the_consent_to_its_end(mall: Mall, ada: str) -> None:
    path = registered(mall, "ada")
    assert "family" not in facts()
    confirm(mall, "ada", path, asked(mall, "ada", path))
    assert facts()["family"] == ["spouse"]
    child = mall.family("ada", "POST /me/family", CHILD, "k-2").body["relative_id"]
    assert facts()["family"] == ["child_2019", "spouse"]
    mall.family("ada", f"DELETE {path}")
    mall.family("ada", f"DELETE /me/family/{child}")
    assert (facts()["seq"], "family" in facts()) == (5, False)


def test_segments_know_of_relatives_only_while_the_member_agrees_to_profiling(mall: Mall, ada: str) -> None:
    mall.family("ada", "POST /me/family", CHILD, "k-1")
    patch(mall, {"consents": {"profiling": False}})
    assert facts()["profiling"] == "refused"
    assert "family" not in facts()
    patch(mall, {"consents": {"profiling": True}})
    assert facts()["family"] == ["child_2019"]


def test_whoever_never_spoke_of_profiling_registers_a_family_without_facts(mall: Mall) -> None:
    mall.enrol("bob", PHONE)
    assert mall.family("bob", "POST /me/family", CHILD, "k-1").status == 201
    assert [row for row in rows_of("members") if row["kind"] == "facts"] == []


def test_a_call_name_or_a_correction_within_the_year_is_no_news_to_segments(mall: Mall, ada: str) -> None:
    child = mall.family("ada", "POST /me/family", CHILD, "k-1").body["relative_id"]
    before = facts()
    mall.family("ada", f"PATCH /me/family/{child}", {"call_name": "大宝", "birthday": "2019-07-01"})
    assert facts() == before


def test_the_lake_gets_words_about_a_family_and_no_person(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")
    mall.family("ada", "POST /me/family", CHILD, "k-2")
    told = events_of(_change(facts(), "MODIFY"), "aurora")
    (row,) = profiled(Happened.of(told[0].model_dump(mode="json"), "Asia/Shanghai"))
    assert row.values["family"] == "|child_2019|spouse|"
    assert not [canary for canary in CANARIES - {"0601"} if canary in str(row)]


def test_no_row_of_a_family_is_an_event_or_part_of_one(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")
    mall.family("ada", "POST /me/family", CHILD, "k-2")
    kinds = {"INSERT", "MODIFY"}
    told = [event for row in rows_of("members") for kind in kinds for event in events_of(_change(row, kind), "aurora")]
    assert {event.type for event in told} == {"MemberEnrolled", "MemberProfiled"}
    text = "".join(event.data.model_dump_json() for event in told)  # type: ignore[attr-defined]
    assert not [canary for canary in CANARIES if canary in text]


def test_the_export_holds_the_family_and_no_trace_of_a_phone(mall: Mall, ada: str) -> None:
    agreed(mall, "ada")
    mall.family("ada", "POST /me/family", CHILD, "k-2")
    body = mall.member("ada", "GET /me/export").body
    by_relation = {one["relation"]: one for one in body["family"]}
    assert by_relation["child"]["call_name"] == CALLED
    assert by_relation["child"]["birthday"] == BIRTHDAY
    assert by_relation["spouse"]["consent"]["by"] == "adult"
    assert [one["granted"] for one in body["consents"]["family"]] == [True, True]
    digest = next(row["phone_digest"] for row in rows_of("members") if "phone_digest" in row)
    assert digest not in str(body)


def test_no_log_line_and_no_refusal_names_a_relative(mall: Mall, ada: str, said: Callable[[], str]) -> None:
    path = agreed(mall, "ada")
    code = asked(mall, "ada", registered(mall, "ada", "k-4", relation="parent", call_name=CALLED))
    refusals = [
        mall.family("ada", "POST /me/family", {**CHILD, "birthday": CALLED}, "k-2"),
        mall.family("ada", "POST /me/family", {**CHILD, "guardian_terms_version": CALLED}, "k-3"),
        mall.family("ada", f"PATCH {path}", {"birthday": BIRTHDAY}),
        mall.family("ada", f"POST {path}/codes", {"phone": THEIRS}),
        mall.family("ada", f"POST {path}/codes", {"phone": CALLED}),
        confirm(mall, "ada", path, code, "+8613900000009"),
        mall.family("eve", "POST /me/family-withdrawals", {"phone": THEIRS, "phone_code": code}),
    ]
    assert {answer.status for answer in refusals} == {400, 409, 422}
    text = said() + "".join(str(answer.body) for answer in refusals)
    assert "refused" in text
    found = [canary for canary in {CALLED, BIRTHDAY, THEIRS, "13900000002", "1991-02-28", code} if canary in text]
    assert found == []


def _change(row: Item, name: str) -> dict[str, Any]:
    """A change of a row, as the table's stream brings it."""
    keys = {"member_id": row["member_id"], "kind": row["kind"]}
    return {"eventName": name, "dynamodb": {"Keys": to_item(keys), "NewImage": to_item(row)}}
