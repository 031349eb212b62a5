"""Discounts for birthdays at the till: quoted, charged, read in the one call, never told, kept by returns (B1, A11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.earn import checkout
from loyalty import discounts, dynamo, sessions
from loyalty.catalogue import Offer, OfferState
from loyalty.coupons.codes import shown
from loyalty.earning.rule import Conditions, Windows
from loyalty.remembering import forget_everything
from loyalty.sessions import Session
from loyalty.types import MemberId, Origin, TenantId
from tests.functions.till import ANNA, WRITTEN, everything, fetch, ledger_rows, once, post, receipt, tenant
from tests.running import fixed, run
from tests.unit.earn.builders import SHOES, bill
from tests.wallets import coupon, put

NOODLES = ("N-1", "dining", 100_00)
LAMP = ("L-1", "furniture", 100_00)
NOW = datetime(2026, 7, 5, 4, tzinfo=UTC)
IN_JUNE, IN_JULY = "2026-06-15T12:00:00+08:00", "2026-07-01T00:00:00+08:00"
STILL_JUNE_IN_UTC = "2026-06-30T16:00:00+00:00"
CAMPAIGN: dict[str, Any] = {
    "name_zh": "生日月餐饮九折",
    "name_en": "Birthday dining",
    "percent": 10,
    "birthday": "month",
    "scope": {"categories": ["dining", "womens_wear"]},
    "from": "2026-01-01T00:00:00+08:00",
    "until": "2036-01-01T00:00:00+08:00",
}
ID = "b" * 24


@pytest.fixture(autouse=True)
def _discount(mall: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.earn.api.utc_now", lambda: NOW)
    publish()


def publish(offer_id: str = ID, **changes: Any) -> None:
    offer = Offer(offer_id, {**CAMPAIGN, **changes}, "mei", OfferState.PUBLISHED)
    dynamo.client().transact_write_items(TransactItems=list(discounts.catalogue().put_if_absent(offer)))
    forget_everything()


def born(mmdd: str | None, member_id: str = ANNA) -> None:
    dates = {"member_id": member_id, "kind": "dates", "joined": "240314", **({"born": mmdd} if mmdd else {})}
    dynamo.client().put_item(TableName="members", Item=dynamo.to_item(dates))


def bought(number: str, *goods: Any, paid: int, at: str = IN_JUNE, **changes: Any) -> Any:
    return post("/purchases", {**receipt(number, *goods, purchased_at=at, **changes), "paid": paid})


def quoted(*goods: Any, at: str = IN_JUNE, **changes: Any) -> Any:
    asked = {"member_id", "lines"}
    basket = {name: value for name, value in receipt("R", *goods).items() if name in asked}
    answer = post("/quotes", {**basket, "purchased_at": at, **changes}, accept_language="en")
    assert answer.status == 200, answer.body
    return answer.body


@contextmanager
def readings() -> Iterator[list[dict[str, list[str]]]]:
    """The calls but those that are remembered for half a minute: of each, the tables and how many keys."""
    seen: list[dict[str, list[str]]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name != "Query":
            tables = params.get("RequestItems", {})
            kinds = {name: [key.get("kind", {}).get("S", "") for key in one["Keys"]] for name, one in tables.items()}
            seen.append({model.name: sorted(kinds), **kinds})

    events = dynamo.client().meta.events
    events.register("provide-client-params.dynamodb", note)
    try:
        yield seen
    finally:
        events.unregister("provide-client-params.dynamodb", note)


def test_a_quote_in_the_birthday_month_is_what_the_till_then_charges() -> None:
    born("0630")
    found = quoted(NOODLES, LAMP)
    assert (found["payable"], found["missing"]) == (190_00, [])
    assert [(one["source"], one["campaign_id"], one["off"]) for one in found["reductions"]] == [("campaign", ID, 10_00)]
    answer = bought("R-1", NOODLES, LAMP, paid=190_00)
    assert (answer.status, answer.body["points_earned"]) == (201, 190)
    assert fetch("/purchases/R-1").body["reductions"] == found["reductions"]


@pytest.mark.parametrize("at", [IN_JULY, STILL_JUNE_IN_UTC])
def test_pitfall_6_the_month_after_has_begun_when_the_malls_day_has(at: str) -> None:
    born("0630")
    refused = bought("R-1", NOODLES, paid=90_00, at=at)
    assert (refused.code, refused.body["expected_paid"]) == ("amounts_do_not_add_up", 100_00)
    born("0701")
    assert bought("R-1", NOODLES, paid=90_00, at=at).status == 201


def test_a_receipt_that_comes_late_is_judged_by_the_day_it_was_bought() -> None:
    born("0229")
    publish("c" * 24, birthday="day", percent=50)
    assert [quoted(NOODLES, at=f"2026-02-{day}T12:00:00+08:00")["payable"] for day in (27, 28)] == [90_00, 50_00]
    assert quoted(NOODLES, at="2026-03-01T12:00:00+08:00")["payable"] == 100_00


def test_the_birthday_is_read_in_the_one_call_and_only_where_a_discount_asks() -> None:
    born("0630")
    with readings() as seen:
        assert bought("R-1", NOODLES, paid=90_00).status == 201
    assert [next(iter(call)) for call in seen] == ["BatchGetItem", "TransactWriteItems"]
    assert seen[0]["members"] == ["dates"]


@pytest.mark.parametrize("goods", [(LAMP,), (("T", "tobacco", 100_00),)])
def test_goods_that_no_such_discount_covers_ask_for_no_birthday(goods: tuple[Any, ...]) -> None:
    publish("c" * 24, scope={"categories": ["tobacco"]})
    with readings() as seen:
        quoted(*goods)
    assert [sorted(call) for call in seen] == [["BatchGetItem", "accounts", "tenants"]]


def test_a_receipt_at_the_plain_price_costs_what_it_did_before() -> None:
    born("0630")
    with readings() as seen:
        assert bought("R-1", NOODLES, paid=100_00).status == 201
    assert [next(iter(call)) for call in seen] == ["BatchGetItem", "TransactWriteItems"]
    assert seen[0]["BatchGetItem"] == ["accounts", "tenants"]


def test_a_file_still_reads_the_account_alone() -> None:
    at = datetime.fromisoformat(IN_JUNE)
    purchase = bill(NOODLES, member_id=MemberId(ANNA), origin=Origin.IMPORT, batch="batch", purchased_at=at)
    with readings() as seen:
        checkout.record(purchase, NOW, tenant=SHOES)
    assert [next(iter(call)) for call in seen] == ["GetItem", "TransactWriteItems"]


def test_a_rule_and_a_discount_that_both_ask_read_it_once() -> None:
    born("0630")
    run(fixed("born", 7, conditions=Conditions(windows=Windows(birthday="month"))))
    with readings() as seen:
        answer = bought("R-1", NOODLES, paid=90_00)
    assert answer.body["points_earned"] == 97
    assert seen[0]["members"] == ["dates"]


def test_a_rule_that_asks_does_not_need_the_discount_to() -> None:
    born("0630")
    run(fixed("born", 7, conditions=Conditions(windows=Windows(birthday="month"))))
    assert bought("R-1", LAMP, paid=100_00).body["points_earned"] == 107


def test_an_unknown_birthday_gets_nothing_and_a_quote_says_so() -> None:
    found = [quoted(NOODLES)]
    born(None)
    found.append(quoted(NOODLES))
    for one in found:
        assert one["payable"] == 100_00
        (missing,) = one["missing"]
        assert (missing["code"], missing["campaign_id"]) == ("birthday_unknown", ID)
        assert missing["detail"] == "“Birthday dining” needs the member's birthday."
    assert bought("R-1", NOODLES, paid=90_00).body["expected_paid"] == 100_00


def test_a_quote_is_silent_where_knowing_the_birthday_would_not_help() -> None:
    assert quoted(LAMP)["missing"] == []
    born("0101")
    assert quoted(NOODLES)["missing"] == []
    born(None)
    publish("c" * 24, tiers=["gold"], scope={"categories": ["furniture"]})
    assert quoted(LAMP)["missing"] == []
    publish("e" * 24, scope={"categories": ["tobacco"]})
    assert quoted(("T", "tobacco", 100_00))["missing"] == []


def test_the_best_coupons_are_those_for_the_price_in_the_birthday_month() -> None:
    born("0630")
    days: dict[str, Any] = {"member": ANNA, "valid_from": "260101", "valid_until": "261231"}
    out_of_reach = {"kind": "amount_off", "off_fen": 20_00, "threshold_fen": 95_00}
    _, small = put(
        coupon("big", out_of_reach, **days), coupon("small", {"kind": "amount_off", "off_fen": 5_00}, **days)
    )
    session = sessions.issue(Session(MemberId(ANNA), TenantId("shoes"), NOW + timedelta(minutes=15)))
    basket = {name: value for name, value in receipt("R", NOODLES).items() if name == "lines"}
    wish = {**basket, "purchased_at": IN_JUNE, "member_session": session, "coupons": "best"}
    found = post("/quotes", wish).body
    assert (found["payable"], found["coupons"]) == (85_00, [shown(small)])


def test_an_entry_says_no_more_than_that_of_any_other_discount() -> None:
    born("0630")
    assert bought("R-1", NOODLES, paid=90_00).status == 201
    dynamo.client().delete_item(TableName="coupons", Key=dynamo.to_item(discounts.catalogue().list_key(ID)))
    publish_for_everybody()
    tenant("hats")
    other = {**receipt("R-1", NOODLES, purchased_at=IN_JUNE), "paid": 90_00}
    assert post("/purchases", other, tenant_id="hats").status == 201
    mine, theirs = sorted(ledger_rows(), key=lambda row: row["account_version"])
    of_the_order = {"tenant_id", "till", "first"}
    assert {k: v for k, v in mine["facts"].items() if k not in of_the_order} == {
        k: v for k, v in theirs["facts"].items() if k not in of_the_order
    }
    assert mine.keys() == theirs.keys()
    assert mine["facts"]["reductions"] == [[ID, None, "discount", [[0, 10_00]], None]]


def publish_for_everybody() -> None:
    """The same campaign, for every day, in the list that tills read."""
    definition = {**CAMPAIGN, "birthday": None}
    _, in_list = discounts.catalogue().put_if_absent(Offer(ID, definition, "mei", OfferState.PUBLISHED))
    dynamo.client().transact_write_items(TransactItems=[in_list])
    forget_everything()


def test_what_was_granted_stays_with_the_goods_whatever_becomes_of_the_birthday() -> None:
    born("0630")
    assert bought("R-1", NOODLES, ("N-2", "dining", 50_00), paid=135_00).status == 201
    born("1224")
    first = post("/purchases/R-1/refunds", {"refund_no": "B-1", "lines": [{"sku": "N-1", "amount": 100_00}]}).body
    assert (first["money_back"], first["points_taken_back"], first["shortfall"]) == (90_00, 90, 0)
    last = post("/purchases/R-1/refunds", {"refund_no": "B-2", "lines": [{"sku": "N-2", "amount": 50_00}]}).body
    assert (last["money_back"], last["balance"]) == (45_00, 0)


def test_goods_that_came_back_first_were_discounted_too() -> None:
    born("0630")
    early = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 40_00})
    assert early.body["state"] == "awaiting_purchase"
    assert bought("R-1", NOODLES, paid=90_00).body["points_earned"] == 54


def test_a_repetition_gets_its_answer_though_the_birthday_was_corrected_since() -> None:
    born("0630")
    body = {**receipt("R-1", NOODLES, purchased_at=IN_JUNE), "paid": 90_00}
    first = post("/purchases", body)
    born("1224")
    before = everything()
    again = post("/purchases", body)
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert everything() == before


def test_a_lost_answer_is_found_with_the_discount() -> None:
    born("0630")

    def lost(**_: Any) -> None:
        born("1224")
        raise ReadTimeoutError(endpoint_url="lost")

    with once(WRITTEN, lost):
        answer = bought("R-1", NOODLES, paid=90_00)
    assert (answer.status, answer.headers["idempotent-replayed"], len(ledger_rows())) == (201, "true", 1)


def test_a_reading_that_is_too_old_to_know_the_birthday_is_not_the_last_word() -> None:
    with once("after-call.dynamodb.BatchGetItem", lambda **_: born("0630")):
        assert bought("R-1", NOODLES, paid=90_00).status == 201
