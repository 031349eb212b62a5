"""Growth value, the welcome of a tier, and points that may still be returned: with the purchase, and back with it."""

from dataclasses import replace

from functions.earn.recent import with_purchase, without
from loyalty.account_store import to_row
from loyalty.buckets import NEVER, BucketKey, Leg
from loyalty.programme import Programme, Transfers
from loyalty.tiers import Rung
from loyalty.types import Day, Purse
from tests.unit.earn.builders import account, back, bill, buy, receipt_of, refund, terms
from tests.unit.earn.test_campaign_sequences import LADDER

GROWING = Programme.model_validate({"tiers": {"ladder": LADDER}, "growth": {"points_per_yuan": "0.5"}})
OPEN = Transfers(enabled=True, return_window_days=15)
TODAY = Day("261121")


def test_growth_value_is_a_purse_of_its_own_that_never_lapses() -> None:
    bought = buy(bill(("a", "shoes", 101_00), ("b", "tobacco", 50_00)), at=terms(GROWING))
    assert bought.legs == (Leg(Purse.POINTS, BucketKey("271130"), 101), Leg(Purse.GROWTH, NEVER, 50))
    assert ("growth", Purse.GROWTH, 50) in [reason[:3] for reason in bought.reasons]
    assert (bought.answer["points_earned"], bought.facts["growth"]) == (101, 500)


def test_growth_value_alone_makes_no_account_due() -> None:
    grown = account().moved([Leg(Purse.GROWTH, NEVER, 5)])
    assert to_row(grown, GROWING)["due_on"] is None


def test_growth_value_comes_back_at_the_receipts_own_rate() -> None:
    bought = buy(bill(("a", "shoes", 101_00)), at=terms(GROWING))
    half = refund(bought.account, receipt_of(bought), back(50_00))
    assert [tuple(leg) for leg in half.legs] == [("points", "271130", -50), ("growth", NEVER, -25)]
    rest = refund(half.account, receipt_of(bought, half), back(51_00))
    assert rest.account.total(Purse.GROWTH) == 0


def test_reaching_a_tier_welcomes_at_once_and_once() -> None:
    first = buy(bill(("a", "shoes", 300_00)), at=terms(GROWING))
    assert [reason for reason in first.reasons if reason.code == "tier_welcome"] == [
        ("tier_welcome", Purse.POINTS, 77, "silver")
    ]
    assert (first.answer["points_earned"], first.account.welcomed) == (377, {"silver": 77})
    fallen = replace(first.account, rung=Rung("regular", TODAY, Day("271130")), record=account().record)
    again = buy(bill(("a", "shoes", 300_00)), fallen, terms(GROWING))
    assert (again.answer["tier"], again.answer["points_earned"]) == ("silver", 300)


def test_a_refund_that_takes_the_tier_takes_its_welcome_and_forgets_it() -> None:
    first = buy(bill(("a", "shoes", 300_00)), at=terms(GROWING))
    back_again = refund(first.account, receipt_of(first), back(1_00), programme=GROWING)
    assert back_again.answer["points_taken_back"] == 78
    assert ("welcome_back", Purse.POINTS, -77, "silver") in back_again.reasons
    assert back_again.account.welcomed == {}
    anew = buy(bill(("b", "shoes", 1_00)), back_again.account, terms(GROWING))
    assert (anew.answer["points_earned"], anew.account.welcomed) == (78, {"silver": 77})


def test_a_return_that_keeps_the_tier_keeps_its_welcome() -> None:
    first = buy(bill(("a", "shoes", 400_00)), at=terms(GROWING))
    kept = refund(first.account, receipt_of(first), back(50_00), programme=GROWING)
    assert (kept.answer["points_taken_back"], kept.account.welcomed) == (50, {"silver": 77})


def test_jumping_a_tier_welcomes_to_the_one_that_is_reached() -> None:
    bought = buy(bill(("a", "shoes", 900_00)), at=terms(GROWING))
    assert (bought.account.welcomed, bought.account.total(Purse.GROWTH)) == ({"gold": 5}, 455)


def test_recent_points_are_kept_only_where_members_may_transfer() -> None:
    assert buy(bill(("a", "shoes", 100_00)), at=terms(GROWING)).account.recent == {}
    opened = GROWING.model_copy(update={"transfers": OPEN})
    bought = buy(bill(("a", "shoes", 300_00)), at=terms(opened))
    assert bought.account.recent == {TODAY: 377}
    assert refund(bought.account, receipt_of(bought), back(300_00), programme=opened).account.recent == {}


def test_recent_points_are_forgotten_when_the_goods_cannot_come_back() -> None:
    held = {Day("261105"): 5, Day("261106"): 7, Day("261107"): 9}
    kept = with_purchase(held, Day("261101"), 100, TODAY, OPEN.remembered_days)
    assert kept == {"261107": 9}
    assert without({TODAY: 5}, TODAY, 9) == {}
    assert with_purchase(held, TODAY, 1, TODAY, Transfers().remembered_days) == {}
