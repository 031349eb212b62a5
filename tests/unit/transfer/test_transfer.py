"""Giving points: limits, fee, what must stay for returns, and buckets that keep their expiry."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.transfer import errors
from functions.transfer.transfer import Allowance, allowance, fee, give, most
from loyalty.accounts import Account, open_account
from loyalty.buckets import BucketKey, Leg
from loyalty.errors import InsufficientPointsError, LoyaltyError, MembershipStatusError
from loyalty.ledger import Decision
from loyalty.programme import Transfers
from loyalty.standing import ALLOWED
from loyalty.types import Day, Kind, MemberId, Purse, Status
from tests.unit.ledger.programmes import MALL_A

TODAY = Day("261102")
SOON, LATER, PAST = BucketKey("261130"), BucketKey("271130"), BucketKey("261101")
RULES = Transfers(enabled=True, minimum=10, most_a_day=500, most_a_year=900)


def account(name: str = "anna", held: dict[BucketKey, int] | None = None, **changes: Any) -> Account:
    opened = open_account(MemberId(name), Status.ACTIVE, MALL_A, Day("260101"))
    legs = [Leg(Purse.POINTS, key, points) for key, points in (held or {}).items()]
    return replace(opened.moved(legs), **changes)


ANNA = account(held={SOON: 100, LATER: 900})
BEN = account("ben")


def both(giver: Account, receiver: Account | None, points: int, **changes: Any) -> tuple[Decision, Decision]:
    return give(giver, receiver, points, RULES.model_copy(update=changes), TODAY)


def refused(points: int = 100, giver: Account = ANNA, receiver: Account | None = BEN, **changes: Any) -> LoyaltyError:
    with pytest.raises(LoyaltyError) as refusal:
        both(giver, receiver, points, **changes)
    return refusal.value


def test_points_keep_their_expiry_and_the_earliest_go_first() -> None:
    out, into = both(ANNA, BEN, 150)
    assert out.account.held(Purse.POINTS) == {LATER: 850}
    assert into.account.held(Purse.POINTS) == {SOON: 100, LATER: 50}
    assert (out.answer["balance"], into.answer["balance"]) == (850, 150)
    assert (out.facts, into.facts) == ({"other": "ben"}, {"other": "anna"})


def test_the_fee_leaves_the_giver_beside_the_points_and_reaches_nobody() -> None:
    out, into = both(ANNA, BEN, 101, fee_points=3, fee_percent=1)
    assert (out.answer["points"], out.answer["fee_points"]) == (101, 5)
    assert [(reason.code, reason.points) for reason in out.reasons] == [("transfer_out", -101), ("transfer_fee", -5)]
    assert sum(leg.points for leg in out.legs) == -106
    assert into.account.held(Purse.POINTS) == {SOON: 100, LATER: 1}
    assert sum(leg.points for leg in into.legs) == 101


@pytest.mark.parametrize(("points", "cost"), [(1, 3), (100, 3), (101, 4), (200, 4), (201, 5)])
def test_the_part_in_proportion_is_rounded_up(points: int, cost: int) -> None:
    assert fee(points, Transfers(fee_points=2, fee_percent=1)) == cost


def test_a_bucket_that_has_opened_arrives_as_a_plain_one() -> None:
    opened = BucketKey(f"{SOON}/261101")
    _, into = both(account(held={opened: 50}), BEN, 50)
    assert into.account.held(Purse.POINTS) == {SOON: 50}


def test_points_that_are_not_usable_yet_or_no_more_cannot_be_given() -> None:
    waiting = BucketKey(f"{LATER}/261103")
    refusal = refused(11, account(held={waiting: 100, PAST: 100, SOON: 10}))
    assert isinstance(refusal, InsufficientPointsError)
    assert refusal.params["missing_points"] == 1


def test_the_receivers_debt_is_paid_first() -> None:
    out, into = both(ANNA, replace(BEN, debt={Purse.POINTS: 120}), 150)
    assert into.account.debt == {}
    assert into.account.held(Purse.POINTS) == {LATER: 30}
    assert sum(leg.points for leg in (*out.legs, *into.legs)) == 0


def test_who_owes_points_gives_none() -> None:
    refusal = refused(giver=replace(ANNA, debt={Purse.POINTS: 5}))
    assert (type(refusal), refusal.params) == (errors.PointsOwedError, {"debt": 5})


def test_points_of_goods_that_may_come_back_stay() -> None:
    giver = replace(ANNA, recent={Day("261019"): 600, Day("261018"): 250})  # fifteen days ago: returned no more
    refusal = refused(401, giver)
    assert isinstance(refusal, errors.PointsHeldBackError)
    assert (refusal.params["held_back"], refusal.params["transferable"]) == (600, 400)
    assert both(giver, BEN, 400)[0].account.balance(Purse.POINTS, TODAY) == 600
    assert refused(400, giver, fee_points=1).code == "points_held_back"


def test_what_is_not_usable_yet_covers_returns_first() -> None:
    waiting = BucketKey(f"{LATER}/261110")
    giver = account(held={SOON: 300, waiting: 80}, recent={Day("261101"): 100})
    assert refused(281, giver).code == "points_held_back"
    assert both(giver, BEN, 280)[0].account.balance(Purse.POINTS, TODAY) == 20


def test_a_transfer_needs_the_minimum() -> None:
    assert refused(9).params == {"minimum": 10}
    assert both(ANNA, BEN, 10)


def test_a_day_and_a_year_have_limits_of_their_own() -> None:
    once = both(ANNA, BEN, 300)[0].account
    assert once.given == (TODAY, 300, "26", 300)
    assert refused(201, once).params == {"left": 200, "per": "day"}
    twice = both(once, BEN, 200)[0].account
    tomorrow = give(twice, BEN, 400, RULES, Day("261103"))[0].account
    assert tomorrow.given == ("261103", 400, "26", 900)
    with pytest.raises(errors.TransferLimitError) as refusal:
        give(tomorrow, BEN, 10, RULES, Day("261104"))
    assert refusal.value.params == {"left": 0, "per": "year"}
    assert give(tomorrow, BEN, 10, RULES, Day("270101"))[0].account.given == ("270101", 10, "27", 10)


def test_fees_do_not_count_against_the_limits() -> None:
    assert both(ANNA, BEN, 500, fee_points=50)[0].account.given == (TODAY, 500, "26", 500)


def test_a_mall_without_transfers_has_none() -> None:
    assert refused(enabled=False).code == "transfers_off"


@pytest.mark.parametrize("status", Status)
def test_both_sides_must_be_in_a_status_that_allows_it(status: Status) -> None:
    if Kind.TRANSFER in ALLOWED[status]:
        assert both(replace(ANNA, status=status), replace(BEN, status=status), 100)
        return
    assert isinstance(refused(giver=replace(ANNA, status=status)), MembershipStatusError)
    assert refused(receiver=replace(BEN, status=status)).params == {}


def test_nobody_gives_to_themselves() -> None:
    assert refused(receiver=ANNA).code == "own_phone"


@pytest.mark.parametrize("receiver", [None, replace(BEN, status=Status.FROZEN), replace(BEN, status=Status.ERASED)])
def test_who_cannot_receive_and_who_is_nobody_are_told_alike(receiver: Account | None) -> None:
    refusal = refused(receiver=receiver)
    assert (refusal.code, refusal.params) == ("cannot_receive", {})


@pytest.mark.parametrize("points", [5, 501, 1001])
def test_who_has_nothing_to_give_learns_nothing_about_a_phone(points: int) -> None:
    assert refused(points).code == refused(points, receiver=None).code != "cannot_receive"


HELD = st.dictionaries(st.sampled_from([SOON, LATER, PAST, BucketKey(f"{LATER}/261110")]), st.integers(1, 2000))
FEES = st.tuples(st.integers(0, 50), st.integers(0, 50))


@given(held=HELD, fees=FEES, points=st.integers(1, 900), recent=st.integers(0, 500), debt=st.integers(0, 100))
def test_what_leaves_one_side_is_what_reaches_the_other_and_the_fee(
    held: dict[BucketKey, int], fees: tuple[int, int], points: int, recent: int, debt: int
) -> None:
    giver = account(held=held, recent={TODAY: recent} if recent else {})
    receiver = replace(BEN, debt={Purse.POINTS: debt} if debt else {})
    rules = Transfers(enabled=True, minimum=1, fee_points=fees[0], fee_percent=fees[1])
    try:
        out, into = give(giver, receiver, points, rules, TODAY)
    except LoyaltyError:
        assert points > most(allowance(giver, rules, TODAY), rules)
        return
    assert points <= most(allowance(giver, rules, TODAY), rules)
    assert into.account.total(Purse.POINTS) - receiver.total(Purse.POINTS) == points
    assert giver.total(Purse.POINTS) - out.account.total(Purse.POINTS) == points + out.answer["fee_points"]
    for decision in (out, into):
        moved = sum(leg.points for leg in decision.legs)
        assert moved == sum(reason.points for reason in decision.reasons)
    assert out.account.balance(Purse.POINTS, TODAY) >= 0


def test_the_most_that_can_be_given_is_nothing_where_the_minimum_cannot() -> None:
    assert most(Allowance(109, 0, 500, 500), Transfers(enabled=True, minimum=100, fee_percent=10)) == 0
    assert most(Allowance(110, 0, 500, 500), Transfers(enabled=True, minimum=100, fee_percent=10)) == 100
    assert most(Allowance(110, 0, 500, 500), Transfers(enabled=False)) == 0
