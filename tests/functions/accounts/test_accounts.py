"""Balance, expiry, tier and statement: one's own for a member, anybody's for the service desk."""

from typing import Any

import pytest

from events.examples import ENTRIES as ENTRIES_OF_ALL_KINDS
from functions.accounts.api import handler as mine
from functions.accounts.desk import handler as desk
from functions.accounts.models import entry_answer
from loyalty import dynamo
from loyalty.entries import from_row
from tests.functions.till import ANNA, BEN, bucket, everything, member, post, receipt, session
from tests.support import HttpAnswer, call, http_event, member_caller, staff_caller

ENTRIES = "/me/points/entries"


@pytest.fixture(autouse=True)
def _login(mall: Any) -> None:
    row = {"member_id": "login/login-1", "kind": "lookup", "target": ANNA}
    mall.put_item(TableName="members", Item=dynamo.to_item(row))


def get(path: str = "/me/points", login: str = "login-1", language: str = "zh", **query: str) -> HttpAnswer:
    headers = {"accept-language": language}
    return call(mine, http_event(f"GET {path}", caller=member_caller(login), headers=headers, query=query))


def staff(path: str, *groups: str, **query: str) -> HttpAnswer:
    return call(desk, http_event(f"GET {path}", caller=staff_caller(*groups), query=query))


def test_an_account_shows_what_expires_when_and_what_is_missing(mall: Any) -> None:
    member(ANNA, (bucket(60), 300), (f"{bucket(200)}/{bucket(10)}", 70), (bucket(-1), 999))
    post("/purchases", receipt("R-1", ("S", "shoes", 310_000)))
    body = get().body
    assert (body["balance"], body["pending"], body["debt"]) == (3400, 70, 0)
    assert sorted(part["points"] for part in body["buckets"]) == [70, 300, 3100]
    assert [part["available_from"] is None for part in body["buckets"]].count(False) == 1
    assert (body["tier"]["code"], body["tier"]["name"], body["tier"]["multiplier"]) == ("silver", "银卡", "1")
    assert body["progress"] == {"spend_fen": 310_000, "next_tier": "gold", "missing_fen": 690_000}
    assert get(language="en").body["tier"]["name"] == "Silver"


def test_a_debt_is_shown_and_lowers_the_balance(mall: Any) -> None:
    member(ANNA, ("debt", -40))
    body = get().body
    assert (body["balance"], body["debt"], body["purses"][0]["debt"]) == (-40, 40, 40)


def test_a_new_member_has_nothing_yet(mall: Any) -> None:
    body = get().body
    assert (body["balance"], body["buckets"], body["tier"]["code"]) == (0, [], "regular")
    assert get(ENTRIES).body == {"items": [], "next": None}


@pytest.mark.parametrize("path", ["/me/points", ENTRIES])
def test_a_login_without_account_finds_nothing(mall: Any, path: str) -> None:
    assert get(path, login="stranger").code == "account_not_found"
    assert get(path, login="").status == 401


def test_a_statement_is_newest_first_with_reasons(mall: Any) -> None:
    post("/purchases", receipt("R-1", ("S", "shoes", 100_000)))
    post("/redemptions", {"points": 300, "member_session": session()}, Idempotency_Key="k")
    post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 10_000})
    items = get(ENTRIES, language="en").body["items"]
    assert [item["movement"] for item in items] == ["refund", "redeem", "purchase"]
    assert [item["points"] for item in items] == [-100, -300, 1000]
    assert [item["balance"] for item in items] == [600, 700, 1000]
    assert [(item["points_earned"], item["points_spent"]) for item in items] == [(0, 0), (0, 300), (1000, 0)]
    assert items[0]["reasons"] == [
        {"code": "taken_back", "purse": "points", "points": -100, "text": "Points of the returned goods"}
    ]
    assert get(ENTRIES).body["items"][1]["reasons"][0]["text"] == "积分抵扣"


@pytest.mark.parametrize(
    ("purses", "shown"),
    [(["courtesy"], ("courtesy", 20)), (["courtesy", "points"], ("points", 20)), ([], ("points", 0))],
)
def test_a_line_of_the_statement_tells_of_the_purse_that_moved(purses: list[str], shown: tuple[str, int]) -> None:
    legs = [[purse, "271130", 20] for purse in purses]
    entry = from_row({**ENTRIES_OF_ALL_KINDS["redemption"], "legs": legs})

    line = entry_answer(entry, "zh")

    assert (line.purse, line.points) == shown


def test_pitfall_14_a_statement_is_read_page_by_page_to_its_end(mall: Any) -> None:
    for number in range(7):
        post("/purchases", receipt(f"R-{number}", ("S", "shoes", 100 * (number + 1))))
    before = everything()
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        answer = get(ENTRIES, limit="3", **({"cursor": cursor} if cursor else {}))
        seen += [item["points"] for item in answer.body["items"]]
        cursor, pages = answer.body["next"], pages + 1
        assert ("link" in answer.headers) is bool(cursor)
    assert (seen, pages) == ([7, 6, 5, 4, 3, 2, 1], 3)
    assert everything() == before


def test_a_cursor_that_was_not_given_out_here_is_refused(mall: Any) -> None:
    member(BEN)
    for number in range(3):
        post("/purchases", receipt(f"R-{number}"))
        post("/purchases", receipt(f"B-{number}", member_id=BEN))
    good = get(ENTRIES, limit="1").body["next"]
    others = staff(f"/members/{BEN}/points/entries", "operator", limit="1").body["next"]
    for wrong in (good[:-1], good + "A", "x", "é", others):
        answer = get(ENTRIES, cursor=wrong)
        assert (answer.status, answer.code) == (400, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5"])
def test_a_limit_out_of_range_is_refused(mall: Any, limit: str) -> None:
    answer = get(ENTRIES, limit=limit)
    assert (answer.status, answer.body["errors"][0]["parameter"]) == (400, "limit")


@pytest.mark.parametrize("part", ["points", "points/entries"])
def test_the_service_desk_reads_and_marketing_does_not(mall: Any, part: str) -> None:
    path = f"/members/{ANNA}/{part}"
    assert staff(path, "operator").status == staff(path, "auditor").status == 200
    for groups in ((), ("marketer",), ("approver",), ("operators",)):
        answer = staff(path, *groups)
        assert (answer.status, answer.code) == (403, "forbidden")
    assert call(desk, http_event(f"GET {path}", caller=member_caller("login-1"))).status == 403
    assert staff(f"/members/nobody-at-all/{part}", "operator").code == "account_not_found"
    assert staff(f"/members/a/{part}", "operator").status == 400


def test_reading_writes_nothing(mall: Any) -> None:
    before = everything()
    get()
    get(ENTRIES)
    staff(f"/members/{ANNA}/points", "operator")
    assert everything() == before
