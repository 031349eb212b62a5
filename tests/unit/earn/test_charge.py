"""What a receipt costs: the mall's own discounts, coupons and points against what the till says was paid."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from functions.earn.errors import AmountsDoNotAddUpError, PointsExceedBasketError
from functions.earn.purchase import Beside, decide
from functions.earn.quotes import best_of, quote
from functions.earn.terms import Purchase, Terms
from loyalty.coupons.coupon import Coupon, CouponState, Hold, HoldKind
from loyalty.coupons.refusals import CouponExpiredError, NotCombinableError, NotWithPointsError, UnknownCouponError
from loyalty.ledger import Decision
from loyalty.pricing.campaigns import identified
from loyalty.programme import Programme
from loyalty.tiers import Rung
from loyalty.types import Day, Fen, Points
from tests import wallets
from tests.unit.earn.builders import NOW, account, bill, terms
from tests.unit.ledger.programmes import MALL_A
from tests.wallets import FIFTY_OFF_500, TEN_OFF, TWENTY_PERCENT

coupon = partial(wallets.coupon, at=NOW)
FIFTEEN_OFF = Programme.model_validate(
    {
        "tiers": {
            "ladder": [
                {"code": "regular", "name_zh": "普卡", "name_en": "Regular", "spend_yuan": 0},
                {
                    "code": "diamond",
                    "name_zh": "钻石卡",
                    "name_en": "Diamond",
                    "spend_yuan": 50000,
                    "discount_percent": 15,
                },
            ]
        }
    }
)
DIAMOND = Rung("diamond", Day("260101"), Day("270131"))
TWENTY_OFF = identified(
    "double-day",
    {
        "name_zh": "八折",
        "name_en": "20% off",
        "percent": 20,
        "tiers": ["diamond"],
        "from": datetime(2026, 11, 21, tzinfo=UTC),
        "until": datetime(2026, 11, 22, tzinfo=UTC),
    },
)


def sold(paid: int, *coupons: Coupon, points: int = 0, at: Terms | None = None, **held: Any) -> Decision:
    """A basket of 1,000 yuan at a tenant, for so much money."""
    wish = bill(("a", "shoes", 1000_00), points=points)
    wish = replace(wish, paid=Fen(paid), coupons=tuple(one.code for one in coupons))
    wallet = {one.code: one for one in coupons}
    held = {"rung": DIAMOND} | held
    return decide(account(("261231", 5_000), **held), wish, at or terms(FIFTEEN_OFF), (), Beside(wallet)).decision


def discounted(*campaigns: Any) -> Terms:
    return replace(terms(FIFTEEN_OFF), campaigns=tuple(campaigns))


def test_a_till_that_gives_the_tiers_discount_is_right_and_so_is_one_that_does_not_know_it() -> None:
    assert sold(850_00).facts["reductions"] == [["tier", None, "discount", [[0, 150_00]], None]]
    assert "reductions" not in sold(1000_00).facts
    assert (sold(850_00).answer["points_earned"], sold(1000_00).answer["points_earned"]) == (850, 1000)


@pytest.mark.parametrize("paid", [0, 849_99, 850_01, 999_99, 1000_01])
def test_any_other_amount_is_refused_with_the_one_that_would_be_right(paid: int) -> None:
    with pytest.raises(AmountsDoNotAddUpError) as refusal:
        sold(paid)
    assert refusal.value.params == {"expected_gross": 1000_00, "expected_paid": 850_00}


def test_every_line_gets_the_best_of_tier_and_campaign_and_the_receipt_says_which() -> None:
    found = sold(800_00, at=discounted(TWENTY_OFF))
    assert [one[0] for one in found.facts["reductions"]] == ["double-day"]


def test_a_campaign_for_a_tier_is_for_nobody_else() -> None:
    low = Rung("regular", Day("260101"), Day("270131"))
    with pytest.raises(AmountsDoNotAddUpError):
        sold(800_00, at=discounted(TWENTY_OFF), rung=low)


def test_a_campaign_that_is_over_gives_nothing() -> None:
    over = identified("x", {**TWENTY_OFF.model_dump(by_alias=True), "until": datetime(2026, 11, 21, 3, tzinfo=UTC)})
    with pytest.raises(AmountsDoNotAddUpError):
        sold(800_00, at=discounted(over))


def test_coupons_stand_on_the_discounted_price_and_points_pay_the_rest() -> None:
    found = sold(850_00 - 50_00 - 10_00 - 20_00, coupon("a"), coupon("b", TEN_OFF), points=2_000)
    assert (found.facts["paid"], found.facts["points_value"]) == (770_00, 20_00)
    assert [one.use.off for one in found.coupons if one.use] == [50_00, 10_00]
    (line,) = found.facts["lines"]
    assert (line[3], line[4], line[7]) == (1000_00, 770_00, 210_00)


def test_points_cannot_pay_for_what_coupons_already_took_off() -> None:
    big = coupon("big", {"kind": "amount_off", "off_fen": 990_00})
    with pytest.raises(PointsExceedBasketError) as refusal:
        sold(0, big, points=2_000, rung=Rung("regular", Day("260101"), Day("270131")))
    assert refusal.value.params == {"most_points": 1_000}


def test_coupons_that_exclude_each_other_are_refused_by_name() -> None:
    with pytest.raises(NotCombinableError) as refusal:
        sold(0, coupon("a"), coupon("c"))
    assert refusal.value.params["coupon"]


def test_a_coupon_may_refuse_points() -> None:
    shy = coupon("shy", {**FIFTY_OFF_500, "stacking": {"with_points": False}})
    with pytest.raises(NotWithPointsError):
        sold(780_00, shy, points=2_000)


def test_the_order_of_coupons_does_not_matter() -> None:
    one, two = coupon("a"), coupon("p", TWENTY_PERCENT)
    paid = 850_00 - 170_00 - 50_00
    first, second = sold(paid, one, two), sold(paid, two, one)
    assert first.facts["reductions"] == second.facts["reductions"]
    assert first.facts["lines"] == second.facts["lines"]


def test_a_quote_is_what_the_checkout_takes() -> None:
    wish = replace(bill(("a", "shoes", 1000_00), points=2_000), paid=Fen(0), gross=Fen(0))
    ours = (coupon("a"), coupon("b", TEN_OFF), coupon("c"))
    held = account(("261231", 5_000), rung=DIAMOND)
    wallet = {one.code: one for one in ours}
    named = quote(held, replace(wish, coupons=tuple(wallet)), discounted(TWENTY_OFF), Beside(wallet))
    assert (named.purchase.paid, len(named.purchase.coupons)) == (800_00 - 60_00 - 20_00, 2)
    assert [refusal.code for refusal in named.refusals] == ["coupon_not_combinable"]
    found = best_of(held, wish, discounted(TWENTY_OFF), ours)
    assert found.purchase.paid == named.purchase.paid
    assert decide(held, found.purchase, discounted(TWENTY_OFF), (), Beside(wallet)).decision == found.decision


def test_a_quote_without_enough_points_is_one_without_points() -> None:
    wish = _wish(points=9_000)
    found = quote(account(("261231", 5_000)), wish, terms())
    assert (found.purchase.points, [one.code for one in found.refusals]) == (0, ["insufficient_points"])


def test_a_coupon_nobody_has_is_unknown() -> None:
    found = quote(account(), replace(_wish(), coupons=("NOBODYS",)), terms())
    assert [type(one) for one in found.refusals] == [UnknownCouponError]
    assert found.purchase.paid == 1000_00


def _wish(points: int = 0) -> Purchase:
    return replace(bill(("a", "shoes", 1000_00), programme=MALL_A), points=Points(points), gross=Fen(0), paid=Fen(0))


def test_a_coupon_held_since_before_midnight_is_good_for_its_receipt_and_for_no_other() -> None:
    hold = Hold(HoldKind.TILL, "shoes/R-1", "2026-11-21T16:08:00.000Z")
    held = coupon(terms=FIFTY_OFF_500, valid_until=Day("261121"), hold=hold)
    after_midnight = replace(discounted(), today=Day("261122"), now=datetime(2026, 11, 21, 16, 5, tzinfo=UTC))
    assert sold(950_00, held, at=after_midnight).coupons[0].state is CouponState.REDEEMED
    for changed in (replace(held, hold=None), replace(held, hold=hold._replace(by="shoes/R-2"))):
        with pytest.raises(CouponExpiredError):
            sold(950_00, changed, at=after_midnight)
    with pytest.raises(CouponExpiredError):
        sold(950_00, held, at=replace(after_midnight, now=datetime(2026, 11, 21, 16, 8, tzinfo=UTC)))
