"""The sweep's rule: what lapses, what is reminded of, and that it is done once (pitfall 5)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from functions.expiry.sweep import what_is_due
from loyalty.accounts import Account, due_on
from loyalty.buckets import BucketKey, Leg
from loyalty.clock import date_of, day_of, days_after
from loyalty.programme import Programme
from loyalty.types import Day, Kind, Purse
from tests.unit.earn.builders import TODAY, account
from tests.unit.ledger.programmes import MALL_A, PENDING

P = Purse.POINTS
OFFSETS = st.integers(-60, 400)
HELD = st.dictionaries(OFFSETS, st.integers(1, 500), max_size=6)


def swept(held: Account, day: Day, programme: Programme = MALL_A) -> tuple[Account, list[Kind]]:
    kinds = []
    while due := what_is_due(held, programme, day):
        held = due.decision.account
        kinds.append(due.kind)
        assert len(kinds) < 4
    return held, kinds


def test_points_lapse_the_day_after_their_last() -> None:
    held = account(("261130", 100), ("270131", 5), reminded_on=Day("261130"))
    assert what_is_due(held, MALL_A, Day("261130")) is None
    due = what_is_due(held, MALL_A, Day("261201"))
    assert due
    assert (due.kind, due.decision.legs) == (Kind.EXPIRE, (Leg(P, BucketKey("261130"), -100),))
    assert due.decision.answer == {"balance": 5, "tier": "regular", "points_expired": 100}


def test_every_purse_lapses_and_is_named() -> None:
    held = account(("261031", 100)).moved([Leg(Purse.COURTESY, BucketKey("261031"), 7)])
    due = what_is_due(held, MALL_A, Day("261121"))
    assert due
    assert sorted((reason.purse, reason.points) for reason in due.decision.reasons) == [
        ("courtesy", -7),
        ("points", -100),
    ]
    assert due.decision.account.buckets == {}


def test_a_reminder_is_written_once_and_moves_nothing() -> None:
    held = account(("270131", 100), ("271130", 5))
    assert what_is_due(held, MALL_A, Day("261231")) is None
    due = what_is_due(held, MALL_A, Day("270101"))
    assert due
    assert (due.kind, due.decision.legs) == (Kind.REMIND, ())
    assert due.decision.facts["expiring"] == [["points", "270131", 100]]
    for day in ("270101", "270102", "270131"):
        assert what_is_due(due.decision.account, MALL_A, Day(day)) is None


def test_a_mall_with_two_reminder_days_reminds_twice() -> None:
    held, kinds = swept(account(("270131", 100)), Day("270101"), PENDING)
    assert (kinds, swept(held, Day("270123"), PENDING)[1]) == ([Kind.REMIND], [])
    assert swept(held, Day("270124"), PENDING)[1] == [Kind.REMIND]


def test_missed_days_are_caught_up_in_one_sweep() -> None:
    held = account(("261130", 100), ("270131", 50), ("270430", 5))
    after, kinds = swept(held, Day("270115"))
    assert kinds == [Kind.EXPIRE, Kind.REMIND]
    assert after.held(P) == {"270131": 50, "270430": 5}


def test_a_sweep_run_later_for_an_earlier_day_takes_nothing_too_early() -> None:
    after, _ = swept(account(("261130", 100), ("270131", 50)), Day("261201"))
    assert swept(after, Day("261120")) == (after, [])


@given(offsets=HELD, later=st.integers(0, 500))
def test_a_second_sweep_of_a_day_has_nothing_to_do_and_the_next_due_day_lies_ahead(
    offsets: dict[int, int], later: int
) -> None:
    today = days_after(day_of(TODAY), later)
    held = account(*((days_after(day_of(TODAY), offset), points) for offset, points in offsets.items()))
    after, kinds = swept(held, today)
    assert what_is_due(after, MALL_A, today) is None
    assert kinds in ([], [Kind.EXPIRE], [Kind.REMIND], [Kind.EXPIRE, Kind.REMIND])
    assert after.spendable(P, today) == held.spendable(P, today)
    assert all(key[:6] >= today for key in after.held(P))
    due = due_on(after, MALL_A)
    assert due is None or due > today


@given(offsets=HELD, later=st.integers(0, 500))
def test_an_account_is_due_exactly_when_the_sweep_has_something_to_do(offsets: dict[int, int], later: int) -> None:
    today = days_after(day_of(TODAY), later)
    held = account(*((days_after(day_of(TODAY), offset), points) for offset, points in offsets.items()))
    due = due_on(held, MALL_A)
    assert (due is not None and due <= today) == (what_is_due(held, MALL_A, today) is not None)


def test_a_reminder_remembers_its_day() -> None:
    held = replace(account(("270131", 100)), reminded_on=Day("261231"))
    due = what_is_due(held, MALL_A, Day("270103"))
    assert due
    assert due.decision.account.reminded_on == "270103"
    assert date_of(Day("270103")).year == 2027
