"""Asking for what another person must decide: once, by operators, about members that are there (M7, D2)."""

from typing import Any

import pytest

from functions.control import desk
from loyalty.types import Purse, Status
from tests.functions.control.conftest import ADA, ANNA, BEN, NOON, OLGA, OTTO, WORDS, Mall, account, request_row, rows
from tests.support import call, http_event, staff_caller


def test_nothing_happens_before_the_decision(mall: Mall) -> None:
    mall.holds()
    answer = mall.ask("voids", points=80)
    assert (answer.status, answer.body["state"], answer.body["points"]) == (201, "open", -80)
    assert answer.headers["location"] == f"/control-requests/{answer.body['request_id']}"
    assert account().total(Purse.POINTS) == 350
    assert rows("ledger") == []


def test_a_request_says_who_asked_for_what_and_why(mall: Mall) -> None:
    mall.holds()
    body = mall.ask("adjustments", points=30, purse="courtesy", expires_on="2027-01-31", reason_code="goodwill").body
    assert {name: body[name] for name in ("kind", "member_id", "purse", "points", "expires_on", "reason_code")} == {
        "kind": "adjust",
        "member_id": ANNA,
        "purse": "courtesy",
        "points": 30,
        "expires_on": "2027-01-31",
        "reason_code": "goodwill",
    }
    assert (body["maker"], body["checker"], body["text"], body["version"]) == (OLGA, None, WORDS, 1)
    assert mall.look(f"/control-requests/{body['request_id']}").body == body


def test_a_repeated_request_is_the_same_request(mall: Mall) -> None:
    mall.holds()
    first = mall.ask("voids", points=80)
    mall.later(minutes=5)
    again = mall.ask("voids", points=80)
    assert (again.status, again.body) == (201, first.body)
    assert (again.headers["idempotent-replayed"], len(rows("control"))) == ("true", 1)


@pytest.mark.parametrize(
    "other",
    [{"points": 81}, {"text": "another"}, {"reason_code": "other"}, {"purse": "courtesy"}, {"member": BEN}],
    ids=lambda other: next(iter(other)),
)
def test_a_key_stands_for_one_request(mall: Mall, other: dict[str, Any]) -> None:
    mall.holds()
    mall.holds(BEN)
    mall.ask("voids", points=80)
    answer = mall.ask("voids", **{"points": 80, **other})
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert len(rows("control")) == 1


def test_another_persons_key_stands_for_another_request(mall: Mall) -> None:
    mall.holds()
    assert mall.ask("voids", points=80).body["request_id"] != mall.ask("voids", OTTO, points=80).body["request_id"]


@pytest.mark.parametrize("group", ["marketer", "approver", "auditor"])
def test_only_operators_ask(mall: Mall, group: str) -> None:
    mall.holds()
    assert [mall.ask(what, group=group).status for what in ("freezes", "unfreezes")] == [403, 403]
    assert [mall.ask(what, group=group, points=5).status for what in ("voids", "adjustments")] == [403, 403]


def test_a_request_without_a_key_is_refused(mall: Mall) -> None:
    mall.holds()
    event = http_event(
        f"POST /members/{ANNA}/freezes",
        body={"reason_code": "other", "text": "x"},
        caller=staff_caller("operator"),
    )
    assert call(desk.handler, event).code == "idempotency_key_required"


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("voids", {"points": 0}),
        ("voids", {"points": -5}),
        ("voids", {"points": "some"}),
        ("voids", {"points": True}),
        ("voids", {"points": 5, "purse": "gold"}),
        ("voids", {}),
        ("adjustments", {"points": 0}),
        ("adjustments", {"points": "5"}),
        ("adjustments", {"points": -5, "expires_on": "2027-01-31"}),
        ("freezes", {"reason_code": "dislike"}),
        ("freezes", {"text": ""}),
        ("freezes", {"points": 5}),
    ],
)
def test_a_malformed_request_is_refused_without_being_quoted(mall: Mall, what: str, body: dict[str, Any]) -> None:
    mall.holds()
    answer = mall.ask(what, **body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert WORDS not in str(answer.body)


@pytest.mark.parametrize(
    ("status", "what", "refused"),
    [
        (Status.ACTIVE, "freezes", False),
        (Status.UNCLAIMED, "freezes", False),
        (Status.QUALIFYING, "freezes", False),
        (Status.FROZEN, "freezes", True),
        (Status.AWAITING_APPROVAL, "freezes", True),
        (Status.ERASED, "freezes", True),
        (Status.FROZEN, "unfreezes", False),
        (Status.ACTIVE, "unfreezes", True),
        (Status.FROZEN, "voids", False),
        (Status.AWAITING_APPROVAL, "voids", True),
        (Status.ERASED, "voids", True),
        (Status.ERASED, "adjustments", True),
    ],
)
def test_what_could_not_be_approved_is_not_asked_for(mall: Mall, status: Status, what: str, refused: bool) -> None:
    mall.member(status=status)
    body: dict[str, Any] = {"points": 5} if what in {"voids", "adjustments"} else {}
    answer = mall.ask(what, **body)
    assert answer.status == (422 if refused else 201)
    assert not refused or (answer.code, answer.body["status"]) == ("membership_status", status.value)


def test_points_are_not_given_for_a_day_that_is_past_nor_growth_for_one_at_all(mall: Mall) -> None:
    mall.member()
    assert mall.ask("adjustments", points=5, expires_on="2026-11-20").code == "last_day"
    assert mall.ask("adjustments", points=5, expires_on="2026-11-21").status == 201
    assert mall.ask("adjustments", key="k2", points=5, expires_on="2027-11-21", purse="growth").code == "last_day"


def test_nobody_asks_about_a_stranger(mall: Mall) -> None:
    assert (mall.ask("freezes").status, rows("control")) == (404, [])


def test_requests_are_listed_newest_first_and_by_state_kind_and_member(mall: Mall) -> None:
    mall.holds()
    mall.holds(BEN)
    made = []
    for what, member in (("voids", ANNA), ("adjustments", BEN), ("freezes", BEN), ("voids", BEN)):
        mall.later(minutes=1)
        made.append(mall.asked(what, member=member, **({} if what == "freezes" else {"points": 5})))
    first, second, third, fourth = made
    mall.decide(first)
    mall.decide(second, "refusals")

    def listed(**query: str) -> list[str]:
        return [one["request_id"] for one in mall.look("/control-requests", **query).body["items"]]

    assert listed() == [fourth, third, second, first]
    assert listed(member=BEN) == [fourth, third, second]
    assert listed(kind="void") == [fourth, first]
    assert listed(state="open") == [fourth, third]
    assert listed(state="approved", kind="void") == [first]
    assert listed(state="refused", member=BEN) == [second]


def test_a_list_is_read_page_by_page(mall: Mall) -> None:
    mall.member()
    made = []
    for n in range(5):
        mall.later(minutes=1)
        made.append(mall.asked("adjustments", key=str(n), points=n + 1))
    pages, query = [], {"limit": "2", "kind": "adjust"}
    for _ in range(5):
        answer = mall.look("/control-requests", **query)
        pages.append([one["request_id"] for one in answer.body["items"]])
        if answer.body["next"] is None:
            break
        assert "kind=adjust" in answer.headers["link"]
        query["cursor"] = answer.body["next"]
    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]
    assert mall.look("/control-requests", member=ANNA, cursor=query["cursor"]).code == "invalid_cursor"


@pytest.mark.parametrize(
    ("group", "status"), [("operator", 200), ("approver", 200), ("auditor", 200), ("marketer", 403)]
)
def test_requests_are_read_by_those_who_ask_decide_and_look(mall: Mall, group: str, status: int) -> None:
    mall.member()
    request_id = mall.asked("freezes")
    assert mall.look("/control-requests", group=group).status == status
    assert mall.look(f"/control-requests/{request_id}", group=group).status == status


def test_what_was_asked_lapses_after_thirty_days_and_can_be_asked_again(mall: Mall) -> None:
    mall.member()
    request_id = mall.asked("freezes")
    mall.later(days=30)
    assert mall.look(f"/control-requests/{request_id}").body["state"] == "lapsed"
    answer = mall.decide(request_id)
    assert (answer.status, answer.code, answer.body["state"]) == (409, "wrong_state", "lapsed")
    assert account().status is Status.ACTIVE
    assert mall.decide(mall.asked("freezes")).status == 201


def test_a_request_lives_to_the_last_second(mall: Mall) -> None:
    mall.member()
    request_id = mall.asked("freezes")
    mall.later(days=30, seconds=-1)
    assert mall.decide(request_id).status == 201


def test_the_row_means_an_event_and_says_what_events_tell(mall: Mall) -> None:
    mall.member()
    row = request_row(mall.asked("adjustments", points=-7))
    told = ("happened", "task", "why", "state", "points", "purse", "actor", "origin", "version", "member_id")
    assert [row[name] for name in told] == [
        ["ControlRequested"], "adjust", "false_receipts", "open", -7, "points", OLGA, "staff", 1, ANNA,
    ]  # fmt: skip
    assert row["recorded_at"] == row["at"] == "2026-11-21T04:00:00.000Z"
    assert (NOON.hour, row["correlation_id"]) == (4, "request-1")
    mall.later(minutes=1)
    mall.decide(row["request_id"])
    after = request_row(row["request_id"])
    assert [after[name] for name in ("happened", "state", "actor", "version", "at", "moved")] == [
        ["ControlDecided"], "approved", ADA, 2, "2026-11-21T04:01:00.000Z", -7,
    ]  # fmt: skip
