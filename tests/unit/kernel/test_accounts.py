"""The account: what credits do, when the sweep is due, and that an item stays small."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import account_store
from loyalty.accounts import Account, BrokenLedgerError, credit, due_on, open_account
from loyalty.buckets import DEBT, NEVER, BucketKey, Leg, bucket_for
from loyalty.clock import add_months, day_of, month_before
from loyalty.dynamo import from_item, to_item
from loyalty.programme import Expiry, Pending, Programme
from loyalty.tiers import Record, Rung
from loyalty.types import Day, MemberId, Month, Purse, Status
from tests.unit.kernel.sizes import item_size
from tests.unit.ledger.programmes import MALL_A, PENDING

P = Purse.POINTS
TODAY = Day("261121")
KEPT, LATER, PAST = BucketKey("270131"), BucketKey("271130"), BucketKey("261031")
EMPTY = open_account(MemberId("m"), Status.ACTIVE, MALL_A, TODAY)


def holding(*legs: tuple[str, int]) -> Account:
    return EMPTY.moved(Leg(P, BucketKey(key), points) for key, points in legs)


def test_a_new_member_starts_on_the_lowest_rung_with_nothing() -> None:
    assert EMPTY.rung == Rung("regular", TODAY, Day("271130"))
    assert EMPTY.total(P) == EMPTY.balance(P, TODAY) == 0
    assert due_on(EMPTY, MALL_A) is None


def test_debt_is_paid_before_anything_is_credited() -> None:
    owing = holding(("debt", -30))
    assert credit(owing, P, 20, LATER, TODAY) == [Leg(P, DEBT, 20)]
    assert credit(owing, P, 50, LATER, TODAY) == [Leg(P, DEBT, 30), Leg(P, LATER, 20)]
    after = owing.moved(credit(owing, P, 50, LATER, TODAY))
    assert (after.balance(P, TODAY), after.debt) == (20, {})


def test_points_born_expired_are_earned_and_lapse_at_once() -> None:
    legs = credit(EMPTY, P, 50, PAST, TODAY)
    assert legs == [Leg(P, PAST, 50), Leg(P, PAST, -50)]
    assert EMPTY.moved(legs) == EMPTY


@given(debt=st.integers(0, 100), points=st.integers(1, 200), key=st.sampled_from([PAST, KEPT, LATER]))
def test_a_credit_is_worth_its_points_unless_they_lapse(debt: int, points: int, key: BucketKey) -> None:
    owing = holding(("debt", -debt))
    after = owing.moved(credit(owing, P, points, key, TODAY))
    lapsed = max(0, points - debt) if key == PAST else 0
    assert after.total(P) == points - debt - lapsed


@pytest.mark.parametrize("leg", [Leg(P, KEPT, -6), Leg(P, LATER, -1), Leg(P, DEBT, 1), Leg(Purse.COURTESY, KEPT, -1)])
def test_an_impossible_movement_is_a_defect_and_nothing_is_written(leg: Leg) -> None:
    with pytest.raises(BrokenLedgerError):
        holding((KEPT, 5)).moved([leg])


def test_purses_do_not_mix() -> None:
    account = holding((KEPT, 5)).moved([Leg(Purse.COURTESY, KEPT, 7), Leg(Purse.GROWTH, LATER, 9)])
    assert [account.total(purse) for purse in Purse] == [5, 7, 9, 0]
    assert account.moved([Leg(P, KEPT, -5)]).buckets == {Purse.COURTESY: {KEPT: 7}, Purse.GROWTH: {LATER: 9}}


def test_an_account_is_due_for_its_reminder_and_then_for_its_lapse() -> None:
    account = holding((KEPT, 5), (LATER, 7))
    assert due_on(account, MALL_A) == "270101"
    reminded = replace(account, reminded_on=Day("270101"))
    assert due_on(reminded, MALL_A) == "270201"
    assert due_on(holding((LATER, 7)), MALL_A) == "271031"


def test_an_account_with_several_reminders_is_due_for_the_first() -> None:
    assert due_on(holding((KEPT, 5)), PENDING) == "270101"
    reminded = replace(holding((KEPT, 5)), reminded_on=Day("270101"))
    assert due_on(reminded, PENDING) == "270124"


def largest(programme: Programme, pending_days: int) -> Account:
    """An account of a member who shops every month: 24 buckets, 24 months of spend, everything else set."""
    first = date(2025, 1, 20)
    keys = [
        bucket_for(add_months(first, n), Expiry(months=24), Pending(days=pending_days if n > 22 else 0))
        for n in range(24)
    ]
    spend = {month_before(Month("2612"), n): 9_999_999_99 for n in range(24)}
    account = Account(
        MemberId("0123456789abcdefghij012345"),
        Status.AWAITING_APPROVAL,
        Rung("diamond", Day("261121"), Day("271130")),
        version=999_999,
        record=Record(spend=spend),
        reminded_on=Day("261121"),
    )
    return account.moved([*(Leg(P, key, 9_999_999) for key in keys), Leg(P, DEBT, -9_999_999)])


@pytest.mark.parametrize("pending_days", [0, 14])
def test_an_account_with_24_buckets_and_24_months_of_spend_fits_one_write_unit(pending_days: int) -> None:
    account = largest(MALL_A, pending_days)
    item = to_item(account_store.to_row(account, MALL_A))
    assert len(account.held(P)) == len(account.record.spend) == 24
    assert 600 < item_size(item) <= 1024


def test_an_account_is_read_back_as_it_was_written() -> None:
    account = largest(MALL_A, 14).moved([Leg(Purse.COURTESY, KEPT, 3)])
    assert account_store.from_row(from_item(to_item(account_store.to_row(account, MALL_A)))) == account
    assert account_store.from_row(from_item(to_item(account_store.to_row(EMPTY, MALL_A)))) == EMPTY


def test_everything_an_account_keeps_is_read_back_and_fits() -> None:
    month = Month("2611")
    account = replace(
        largest(MALL_A, 0),
        record=Record({month: 1}, {month: 2}, {month: 3}),
        first_on=Day("240101"),
        moved_on=TODAY,
        welcomed={"gold": 500},
        uses={"free_parking": ("2611", 3), "lounge": ("26", 1)},
        recent={TODAY: 12},
        given=(TODAY, 100, "26", 1000),
        warned_on=Day("261001"),
    )
    item = to_item(account_store.to_row(account, MALL_A))
    assert account_store.from_row(from_item(item)) == account
    assert item_size(item) <= 1024


def test_what_never_lapses_makes_nobody_due() -> None:
    assert due_on(EMPTY.moved([Leg(Purse.GROWTH, NEVER, 100)]), MALL_A) is None


def test_an_account_that_holds_nothing_is_not_in_the_index_of_who_is_due() -> None:
    assert {"due_on", "due_shard"}.isdisjoint(to_item(account_store.to_row(EMPTY, MALL_A)))


@given(members=st.lists(st.text(min_size=1), unique=True, min_size=1))
def test_a_member_always_lies_in_the_same_of_64_shards(members: list[str]) -> None:
    for member in members:
        shard = account_store.due_shard(MemberId(member))
        assert 0 <= shard < 64
        assert shard == account_store.due_shard(MemberId(member))


def test_folding_leaves_a_plain_account_alone() -> None:
    plain = holding((KEPT, 5))
    assert plain.tidied(TODAY) is plain
    opened = holding(("270131/261121", 5), (KEPT, 1), ("270131/261122", 2))
    assert opened.tidied(TODAY).held(P) == {KEPT: 6, "270131/261122": 2}
    assert day_of(date(2026, 11, 21)) == TODAY
