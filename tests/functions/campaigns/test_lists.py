"""Lists of members: one key says who is on one, sizes are exact, and erasure finds every list of a member."""

import json
from typing import Any

import pytest

from functions.campaigns import lists, on_event
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.types import Status
from tests.functions.campaigns.desk import APPROVER, AUDITOR, MARKETER, OPERATOR, enrol, everything, partition, send
from tests.support import Context, staff_caller

pytestmark = pytest.mark.usefixtures("cloud")
NOWHERE = "0" * 24


def made(name: str = "VIP", key: str = "key-1") -> str:
    answer = send("POST /member-lists", {"name": name}, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["list_id"])


def put_on(list_id: str, *members: str) -> Any:
    answer = send(f"POST /member-lists/{list_id}/members", {"members": members})
    assert answer.status == 201, answer.body
    return answer.body


def size_of(list_id: str) -> int:
    return int(send(f"GET /member-lists/{list_id}", caller=AUDITOR).body["size"])


def erased(member_id: str) -> dict[str, Any]:
    detail = {
        "id": "0b6f6a3e-0000-5000-8000-000000000000",
        "source": "/malls/aurora/ledger",
        "type": "MemberErased",
        "time": "2026-11-02T10:20:00.000Z",
        "subject": member_id,
        "dataschema": "https://developers.mall-loyalty.example/events/MemberErased.v1.json",
        "mall": "aurora",
        "member_seq": 3,
        "origin": "member",
        "recordedat": "2026-11-02T10:20:00.000Z",
        "data": {"entry_id": f"erase/{member_id}:erase"},
    }
    return {"messageId": f"message-{member_id}", "body": json.dumps({"detail": detail})}


def hear(*records: dict[str, Any]) -> list[str]:
    answer = on_event.handler({"Records": list(records)}, Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_a_list_is_made_once_however_often_it_is_sent() -> None:
    first = made()
    before = everything()
    again = send("POST /member-lists", {"name": "VIP"}, key="key-1")
    assert (again.body["list_id"], again.headers["idempotent-replayed"]) == (first, "true")
    assert send("POST /member-lists", {"name": "other"}, key="key-1").code == "idempotency_key_reused"
    assert everything() == before


def test_whoever_is_put_on_a_list_is_told_apart_from_who_was_there_and_from_nobody(members: tuple[str, ...]) -> None:
    list_id = made()
    enrol("member-gone", Status.ERASED)
    anna, bert, _ = members
    first = put_on(list_id, anna, bert, anna, "nobody-here", "member-gone")
    assert (first["added"], first["known"], first["unknown"]) == (2, 0, ["nobody-here", "member-gone"])
    again = put_on(list_id, *members)
    assert (again["added"], again["known"], again["unknown"], again["list"]["size"]) == (1, 2, [], 3)
    assert partition(f"members/{list_id}") == sorted(members)


def test_putting_somebody_on_a_list_again_changes_nothing(members: tuple[str, ...]) -> None:
    list_id = made()
    put_on(list_id, *members)
    before = everything()
    put_on(list_id, *members)
    assert everything() == before


def test_many_members_are_added_by_several_transactions_and_more_than_a_thousand_are_refused() -> None:
    ids = [f"member-{n:04d}" for n in range(1001)]
    list_id = made()
    assert send(f"POST /member-lists/{list_id}/members", {"members": ids}).status == 400
    several = ids[: lists.A_TRANSACTION * 2 + 1]
    for member_id in several:
        enrol(member_id)
    assert put_on(list_id, *several)["list"]["size"] == len(several)
    assert partition(f"members/{list_id}") == several


def test_of_two_who_add_the_same_member_only_one_counts(members: tuple[str, ...]) -> None:
    list_id = made()
    anna, bert, _ = members

    def overtake(**_: Any) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", overtake)
        lists.add(list_id, [anna], "rival", utc_now())

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", overtake)
    assert put_on(list_id, anna, bert)["added"] == 1
    assert size_of(list_id) == 2


def test_a_member_is_taken_off_once(members: tuple[str, ...]) -> None:
    list_id = made()
    put_on(list_id, *members)
    for _ in range(2):
        assert send(f"DELETE /member-lists/{list_id}/members/{members[0]}").status == 204
        assert size_of(list_id) == 2
    assert partition(f"onlists/{members[0]}") == []


def test_who_is_erased_is_taken_off_every_list_and_nobody_else_is(members: tuple[str, ...]) -> None:
    anna, bert, _ = members
    first, second, third = made("A", "a"), made("B", "b"), made("C", "c")
    put_on(first, anna, bert)
    put_on(second, anna)
    put_on(third, bert)
    for _ in range(2):
        assert hear(erased(anna)) == []
    assert [size_of(one) for one in (first, second, third)] == [1, 0, 1]
    assert [row for row in everything() if anna in (row["kind"], row["campaign_id"].rpartition("/")[2])] == []


def test_a_message_that_cannot_be_read_comes_back_alone(members: tuple[str, ...]) -> None:
    list_id = made()
    put_on(list_id, members[0])
    broken = {"messageId": "broken", "body": "no JSON"}
    foreign = erased(members[1]) | {"messageId": "foreign"}
    foreign["body"] = foreign["body"].replace("MemberErased", "PointsEarned")
    assert hear(broken, erased(members[0]), foreign) == ["broken", "foreign"]
    assert size_of(list_id) == 0


def test_lists_have_pages() -> None:
    ids = {made(str(n), str(n)) for n in range(5)}
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        answer = send("GET /member-lists", caller=AUDITOR, query=query)
        seen += [one["list_id"] for one in answer.body["items"]]
        if answer.body["next"] is None:
            break
        query["cursor"] = answer.body["next"]
    assert (len(seen), set(seen)) == (5, ids)


def test_what_is_not_there_is_told(members: tuple[str, ...]) -> None:
    before = everything()
    assert send(f"GET /member-lists/{NOWHERE}").status == 404
    assert send(f"POST /member-lists/{NOWHERE}/members", {"members": list(members)}).status == 404
    assert send(f"DELETE /member-lists/{NOWHERE}/members/{members[0]}").status == 404
    assert everything() == before


def test_marketers_alone_change_lists(members: tuple[str, ...]) -> None:
    list_id = made()
    before = everything()
    for caller in (APPROVER, OPERATOR, AUDITOR, staff_caller(login="guest")):
        assert send("POST /member-lists", {"name": "x"}, caller, key="k").status == 403
        assert send(f"POST /member-lists/{list_id}/members", {"members": list(members)}, caller).status == 403
        assert send(f"DELETE /member-lists/{list_id}/members/{members[0]}", caller=caller).status == 403
    assert send("GET /member-lists", caller=staff_caller(login="guest")).status == 403
    assert everything() == before
    assert send(f"GET /member-lists/{list_id}", caller=MARKETER).status == 200
