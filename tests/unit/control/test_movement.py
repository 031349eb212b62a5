"""Whatever is decided by hand, what moved is what the account changed by, and nothing is taken twice (P13, D2, M7)."""

from hypothesis import given
from hypothesis import strategies as st

from functions.control import movement
from functions.control.request import Asked, ControlReason, ControlRequest, ControlTask
from loyalty import buckets
from loyalty.accounts import Account, open_account
from loyalty.buckets import BucketKey, Leg
from loyalty.ledger import Decision
from loyalty.types import Day, MemberId, Purse, Status
from tests.support import PROGRAMME

TODAY = Day("261121")
KEYS = ("261031", "261121", "261130", "270630", "270831/261101", "270831/261201", "271231/270101")
"""Lapsed, lapsing today, soon, later, opened, not open yet."""
BUCKETS = st.dictionaries(st.sampled_from([BucketKey(key) for key in KEYS]), st.integers(1, 1000))


def account(held: dict[BucketKey, int], debt: int, purse: Purse = Purse.POINTS) -> Account:
    opened = open_account(MemberId("member-anna"), Status.ACTIVE, PROGRAMME, TODAY)
    keys = Leg(purse, buckets.DEBT, -debt) if debt else None
    legs = [Leg(purse, key, points) for key, points in held.items()]
    return opened.moved([*legs, keys] if keys else legs)


def done(before: Account, task: ControlTask, points: int | None, purse: Purse = Purse.POINTS) -> Decision:
    asked = Asked(before.member_id, task, ControlReason.CORRECTION, purse, points)
    request = ControlRequest("r1", asked, "olga", "2026-11-21T04:00:00.000Z")
    return movement.decide(request, before, None, PROGRAMME, TODAY)


@given(BUCKETS, st.integers(0, 500), st.one_of(st.integers(-3000, -1), st.integers(1, 3000)), st.sampled_from(Purse))
def test_what_moved_is_what_the_account_changed_by(
    held: dict[BucketKey, int], debt: int, points: int, purse: Purse
) -> None:
    before = account(held, debt, purse)
    decision = done(before, ControlTask.ADJUST, points, purse)
    assert decision.account.total(purse) - before.total(purse) == points
    assert sum(leg.points for leg in decision.legs) == points == decision.answer["points"]
    assert sum(reason.points for reason in decision.reasons) == points
    assert before.tidied(TODAY).moved(decision.legs) == decision.account


@given(BUCKETS, st.integers(1, 3000))
def test_points_go_into_debt_only_where_nothing_is_left(held: dict[BucketKey, int], points: int) -> None:
    before = account(held, 0)
    after = done(before, ControlTask.VOID, -points).account
    left = buckets.spendable(after.held(Purse.POINTS), TODAY) + buckets.pending(after.held(Purse.POINTS), TODAY)
    assert (after.debt.get(Purse.POINTS, 0) == 0) or left == 0


@given(BUCKETS)
def test_all_leaves_nothing_but_what_has_lapsed_and_no_debt(held: dict[BucketKey, int]) -> None:
    if not any(not buckets.is_expired(key, TODAY) for key in held):
        return
    after = done(account(held, 0), ControlTask.VOID, None).account
    assert all(buckets.is_expired(key, TODAY) for key in after.held(Purse.POINTS))
    assert after.debt == {}


def test_buckets_that_have_opened_are_folded_on_the_way() -> None:
    before = account({BucketKey("270831/261101"): 10, BucketKey("270831"): 5}, 0)
    assert done(before, ControlTask.VOID, -1).account.held(Purse.POINTS) == {BucketKey("270831"): 14}


def test_points_that_are_given_pay_the_debt_first() -> None:
    decision = done(account({}, 30), ControlTask.ADJUST, 50)
    assert (decision.account.debt, decision.account.total(Purse.POINTS)) == ({}, 20)
    assert [leg.points for leg in decision.legs] == [30, 20]
