"""Coupons from the marketer's draft to their last day, as members, tills and staff see them, IAM enforced."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.e2e.bus import Consumer, listening
from tests.e2e.mall import Mall, answered, line, new_key, receipt, wait_until
from tests.e2e.shops import FIFTY_OFF, TENNER, Shops, opened


@pytest.fixture(scope="module")
def shops(mall: Mall) -> Iterator[Shops]:
    with opened(mall) as found:
        yield found


@pytest.fixture(scope="module")
def consumer(mall: Mall) -> Iterator[Consumer]:
    with listening(mall, "e2e-coupons") as url:
        yield Consumer(mall, url)


def test_what_one_person_drafts_another_approves_before_anybody_can_have_it(mall: Mall) -> None:
    both = mall.staff("e2e-both", "marketer", "approver")
    definition = {"name_zh": "满减", "name_en": "Off", "terms": FIFTY_OFF, "validity": {"days_after_issue": 1}}
    draft = mall.api.expect(201, both, "POST", "/coupon-templates", definition | {"claimable": True}, key=new_key())
    path = f"/coupon-templates/{draft['template_id']}"
    own = mall.api.call(both, "POST", f"{path}/approvals", {})
    assert (own.status, own.body["code"]) == (403, "own_approval")
    early = mall.api.call(both, "POST", f"{path}/publications", {})
    assert (early.status, early.body["code"]) == (409, "wrong_state")
    who, _ = mall.member()
    wish = {"template_id": draft["template_id"]}
    unseen = mall.api.call(who, "POST", "/me/coupons", wish, key=new_key())
    assert (unseen.status, unseen.body["code"]) == (422, "coupon_not_offered")
    assert mall.api.expect(201, "approver", "POST", f"{path}/approvals", {})["state"] == "approved"
    assert mall.api.expect(201, both, "POST", f"{path}/publications", {})["state"] == "published"
    claimed = mall.api.expect(201, who, "POST", "/me/coupons", wish, key="claim")
    assert mall.api.expect(201, who, "POST", "/me/coupons", wish, key="claim") == claimed
    more = mall.api.call(who, "POST", "/me/coupons", wish, key=new_key())
    assert (more.status, more.body["code"], more.body["per_member"]) == (422, "coupon_limit", 1)


def test_two_coupons_and_points_pay_one_receipt_and_come_back_with_the_goods(
    mall: Mall, shops: Shops, consumer: Consumer
) -> None:
    who, member_id = mall.member()
    session = mall.session(who, shops.till)
    mall.buy(shops.till, 1_000_00, member_session=session)
    codes = [mall.claim(who, shops.fifty), mall.claim(who, shops.tenner)]
    assert mall.api.call(who, "POST", f"/me/coupons/{codes[0]}/views", {}).status == 204
    body = receipt(600_00, points=100, member_session=session)
    held = mall.lock(shops.till, codes[0], session, body["receipt_no"])
    assert held.status == 201
    refused = mall.lock(shops.till, codes[0], session, "another")
    assert (refused.status, refused.body["code"]) == (422, "coupon_held")
    assert refused.body["held_until"] == held.body["locked_until"]
    quote = bought_with_the_best(mall, shops, body, codes)
    back = {"refund_no": "R1", "amount": 600_00}
    refund = mall.api.expect(201, shops.till, "POST", f"/purchases/{body['receipt_no']}/refunds", back)
    assert sorted(refund["coupons_returned"]) == sorted(codes)
    assert (refund["money_back"], refund["points_given_back"]) == (quote["payable"], 100)
    assert [one["state"] for one in mall.coupons(who, shops.fifty)] == ["issued"]
    assert [one["state"] for one in mall.held_by(member_id, shops.fifty)] == ["issued"]
    assert mall.points(who)["balance"] == 1000
    expected = {"CouponClaimed", "CouponSeen", "CouponLocked", "CouponRedeemed", "CouponReturned"}
    wait_until(lambda: consumer.of(member_id).keys() >= expected, "the events of two coupons")
    consumer.assert_tells_none_of(codes)


def bought_with_the_best(mall: Mall, shops: Shops, body: dict[str, Any], codes: list[str]) -> Any:
    """Ask for the best price and buy at it, twice; both coupons are used, once."""
    basket = {name: body[name] for name in ("receipt_no", "member_session", "lines", "points")}
    quote = mall.api.expect(200, shops.till, "POST", "/quotes", basket | {"coupons": "best"})
    assert (sorted(quote["coupons"]), quote["payable"]) == (sorted(codes), 600_00 - 60_00 - 1_00)
    body |= {"coupons": quote["coupons"], "paid": quote["payable"]}
    bought = mall.api.call(shops.till, "POST", "/purchases", body)
    assert (bought.status, bought.body["points_spent"]) == (201, 100)
    assert sorted(part["off"] for part in bought.body["reductions"]) == [10_00, 50_00]
    assert mall.api.call(shops.till, "POST", "/purchases", body) == replace(bought, replayed=True)
    again = mall.api.call(shops.till, "POST", "/purchases", body | {"receipt_no": new_key()[:20]})
    assert (again.status, again.body["code"]) == (422, "coupon_used")
    return quote


def test_the_figures_of_a_template_are_exact_once_its_events_have_arrived(mall: Mall, shops: Shops) -> None:
    who, _ = mall.member()
    session = mall.session(who, shops.till)
    template = mall.template(FIFTY_OFF | {"scope": shops.here}, per_member=3)
    first, second, _ = (mall.claim(who, template) for _ in range(3))
    body = receipt(500_00, member_session=session, coupons=[first], paid=450_00)
    assert mall.api.call(shops.till, "POST", "/purchases", body).status == 201
    left = {"receipt_no": "LEFT"}
    assert mall.lock(shops.till, second, session, "LEFT").status == 201
    assert mall.api.call(shops.till, "POST", f"/coupons/{second}/rollbacks", left).status == 201
    mall.api.expect(201, "operator", "POST", f"/coupons/{second}/voids", {"reason": "测试"})
    expected = {"issued": 3, "claimed": 3, "locked": 1, "released": 1, "redeemed": 1, "voided": 1}
    expected |= {"off_fen": 50_00, "cost_fen": 50_00}

    def counted() -> Any:
        figures = mall.api.expect(200, "auditor", "GET", f"/coupon-templates/{template}/figures")
        return figures if {name: number for name, number in figures.items() if number} == exact else None

    exact = {**expected, "by_tier": {"regular": {"issued": 3, "redeemed": 1}}}
    wait_until(counted, "the figures")


def test_a_coupon_opens_nothing_at_another_tenant_or_for_another_member(mall: Mall, shops: Shops) -> None:
    who, _ = mall.member()
    stranger, _ = mall.member()
    code = mall.claim(who, shops.fifty)
    elsewhere = mall.session(who, shops.other)
    theirs = mall.session(stranger, shops.till)
    bought = {"coupons": [code], "paid": 450_00}
    assert answered(mall.lock(shops.other, code, elsewhere, "R")) == (422, "coupon_not_at_this_tenant")
    assert answered(mall.buy(shops.other, 500_00, member_session=elsewhere, **bought)) == (
        422,
        "coupon_not_at_this_tenant",
    )
    assert answered(mall.lock(shops.till, code, theirs, "R")) == (404, "coupon_not_found")
    unknown = mall.buy(shops.till, 500_00, member_session=theirs, **bought)
    assert (*answered(unknown), unknown.body["coupon"]) == (422, "unknown_coupon", code)
    assert answered(mall.enter(stranger, code)) == (422, "unknown_coupon")
    assert answered(mall.buy(shops.till, 500_00, member_session=theirs, coupons=["NONE"])) == (422, "unknown_coupon")
    assert [one["hold"] for one in mall.coupons(who, shops.fifty)] == [None]


def test_a_gift_reaches_the_friend_by_code_and_nobody_after(mall: Mall, shops: Shops, consumer: Consumer) -> None:
    giver, giver_id = mall.member()
    friend, friend_id = mall.member()
    late, _ = mall.member()
    code = mall.claim(giver, shops.fifty)
    gift = mall.api.expect(201, giver, "POST", f"/me/coupons/{code}/gifts", {})
    assert mall.api.expect(201, giver, "POST", f"/me/coupons/{code}/gifts", {}) == gift
    assert answered(mall.enter(giver, gift["gift_code"])) == (422, "own_gift")
    held = mall.lock(shops.till, code, mall.session(giver, shops.till), "R")
    assert answered(held) == (422, "coupon_held")
    assert mall.enter(friend, gift["gift_code"]).status == 201
    assert answered(mall.enter(late, gift["gift_code"])) == (422, "unknown_coupon")
    assert mall.coupons(giver, shops.fifty) == []
    bought = {"coupons": [code], "paid": 450_00}
    assert mall.buy(shops.till, 500_00, member_session=mall.session(friend, shops.till), **bought).status == 201
    wait_until(lambda: "CouponGiven" in consumer.of(giver_id), "the gift's event")
    wait_until(lambda: {"CouponTaken", "CouponRedeemed"} <= consumer.of(friend_id).keys(), "the friend's events")
    consumer.assert_tells_none_of([code, gift["gift_code"]])


def test_a_festival_word_is_everybodys_once_while_there_are_any(mall: Mall) -> None:
    word = f"E2E{mall.run}".upper()
    template = mall.template(TENNER, claimable=False, word=word, quantity=2)
    (one, _), (two, _), (three, _) = (mall.member() for _ in range(3))
    mine = mall.enter(one, word.lower())
    assert mine.status == 201
    assert mall.enter(one, word) == replace(mine, replayed=True)
    assert mall.enter(two, word).body["code"] != mine.body["code"]
    assert answered(mall.enter(three, word)) == (422, "sold_out")
    assert len(mall.coupons(one, template)) == 1
    taken = {"name_zh": "重名", "name_en": "Twice", "terms": TENNER, "validity": {"days_after_issue": 1}, "word": word}
    draft = mall.api.expect(201, "marketer", "POST", "/coupon-templates", taken, key=new_key())["template_id"]
    mall.api.expect(201, "approver", "POST", f"/coupon-templates/{draft}/approvals", {})
    refused = mall.api.call("marketer", "POST", f"/coupon-templates/{draft}/publications", {})
    assert answered(refused) == (409, "word_taken")


def test_whoever_guesses_codes_is_told_to_wait(mall: Mall) -> None:
    who, _ = mall.member()
    guesses = (mall.enter(who, f"GUESS{n:02}") for n in range(21))  # 21 in two windows: one of them has eleven
    refused = next(answer for answer in guesses if answer.body["code"] != "unknown_coupon")
    assert answered(refused) == (429, "too_many_requests")
    seconds = mall.headers(who, "POST", "/me/coupons", {"code": "GUESSAGAIN"})["Retry-After"]
    assert 0 < int(seconds) <= 600


def test_a_job_makes_codes_pushes_coupons_and_lists_them(mall: Mall, shops: Shops) -> None:
    template = mall.template(TENNER | {"scope": shops.here}, claimable=False)
    path = f"/coupon-templates/{template}"
    made, (header, *codes) = mall.job("marketer", f"{path}/codes", {"count": 300})
    assert (made["state"], made["done"], header, len(set(codes))) == ("done", 300, "code", 300)
    (who, member_id), (late, late_id) = mall.member(), mall.member()
    assert mall.enter(who, codes[7]).body["code"] == codes[7]
    assert answered(mall.enter(late, codes[7])) == (422, "unknown_coupon")
    pushed, report = mall.job("marketer", f"{path}/pushes", {"member_ids": [member_id, late_id, "nobody-here"]})
    assert (pushed["counts"]["issued"], pushed["counts"]["refused"]) == (1, 2)
    assert "coupon_limit" in "\n".join(report)
    listed, (names, *rows) = mall.job("marketer", f"{path}/exports", {})
    found = [dict(zip(names.split(","), row.split(","), strict=True)) for row in rows]
    assert {(row["member_id"], row["way"]) for row in found} == {(member_id, "code"), (late_id, "push")}
    assert listed["done"] == 2


def test_a_gift_at_the_desk_needs_no_purchase_and_its_slip_may_be_taken_back(mall: Mall, shops: Shops) -> None:
    who, _ = mall.member()
    session = mall.session(who, shops.till)
    template = mall.template({"kind": "sample", "benefit_zh": "小样", "scope": shops.here}, unit_cost_fen=300)
    code = mall.claim(who, template)
    slip = {"receipt_no": "SLIP-1", "member_session": session}
    redeemed = mall.api.expect(201, shops.till, "POST", f"/coupons/{code}/redemptions", slip)
    assert mall.api.expect(201, shops.till, "POST", f"/coupons/{code}/redemptions", slip) == redeemed
    other = mall.api.call(shops.till, "POST", f"/coupons/{code}/redemptions", slip | {"receipt_no": "SLIP-2"})
    assert answered(other) == (422, "coupon_used")
    money = mall.api.call(shops.till, "POST", f"/coupons/{mall.claim(who, shops.fifty)}/redemptions", slip)
    assert answered(money) == (422, "coupon_needs_purchase")
    mall.api.expect(201, shops.till, "POST", f"/coupons/{code}/rollbacks", {"receipt_no": "SLIP-1"})
    assert [one["state"] for one in mall.coupons(who, template)] == ["issued"]


def test_coupons_whose_last_day_is_over_are_swept_from_the_wallet(mall: Mall, shops: Shops, consumer: Consumer) -> None:
    who, member_id = mall.member()
    template = mall.template(TENNER | {"scope": shops.here}, validity={"days_after_issue": 0})
    code = mall.claim(who, template)
    (coupon,) = mall.coupons(who, template)
    tomorrow = datetime.fromisoformat(coupon["valid_until"]).date() + timedelta(days=1)
    answer = mall.aws("lambda").invoke(
        FunctionName=mall.stack.function("coupons-daily"), Payload=json.dumps({"as_of": tomorrow.isoformat()})
    )
    assert json.load(answer["Payload"])["coupons"] >= 1
    (over,) = wait_until(lambda: mall.coupons(who, template, "over"), "the sweep")
    assert (over["code"], over["state"]) == (code, "expired")
    assert mall.coupons(who, template) == []
    wait_until(lambda: "CouponExpired" in consumer.of(member_id), "the event")


def test_who_enrols_finds_the_welcome_coupon(mall: Mall, shops: Shops) -> None:
    shops.wait_until_known()
    who, _ = mall.member()
    (welcome,) = wait_until(lambda: mall.coupons(who, shops.welcome), "the welcome coupon")
    assert (welcome["terms"]["kind"], welcome["terms"]["units"]) == ("parking", 2)
    on_offer = {one["template_id"] for one in mall.pages(who, "/me/coupon-offers")}
    assert {shops.fifty, shops.tenner} <= on_offer
    assert shops.welcome not in on_offer


def test_a_till_charges_the_campaigns_price_or_the_plain_one_and_no_other(mall: Mall, shops: Shops) -> None:
    shops.wait_until_known()
    who, _ = mall.member()
    session = mall.session(who, shops.till)
    sale = {"lines": [line("SALE", 100_00)], "member_session": session}
    quote = mall.api.expect(200, shops.till, "POST", "/quotes", sale)
    assert quote["payable"] == 70_00
    discounted = mall.buy(shops.till, 100_00, **sale, paid=70_00).body
    assert [part["campaign_id"] for part in discounted["reductions"]] == [shops.campaign]
    assert discounted["points_earned"] == quote["points_earned"] == 70
    plain = mall.buy(shops.till, 100_00, **sale)
    assert (plain.status, plain.body["reductions"], plain.body["points_earned"]) == (201, [], 100)
    wrong = mall.buy(shops.till, 100_00, **sale, paid=90_00)
    assert (*answered(wrong), wrong.body["expected_paid"]) == (422, "amounts_do_not_add_up", 70_00)


def test_a_tiers_discount_is_on_every_line_unless_a_campaign_gives_more(mall: Mall, shops: Shops) -> None:
    shops.wait_until_known()
    who, _ = mall.member()
    session = mall.session(who, shops.till)
    assert mall.buy(shops.till, 50_000_00, member_session=session).body["tier"] == "diamond"
    basket = {"lines": [line("SALE", 100_00), line("S1", 100_00)], "member_session": session}
    quote = mall.api.expect(200, shops.till, "POST", "/quotes", basket)
    on_sale, other = quote["lines"]
    assert ([part["source"] for part in on_sale["reductions"]], on_sale["net"]) == (["campaign"], 70_00)
    assert len(other["reductions"]) == 1  # the tier's 15%, or more where the demo's campaigns run
    assert other["net"] <= 85_00
    bought = mall.buy(shops.till, 200_00, **basket, paid=quote["payable"])
    assert (bought.status, bought.body["paid"]) == (201, quote["payable"])
