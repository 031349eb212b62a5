"""An account is taken back to the cut exactly, and a gap in its statement is never passed over (requirement F3)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.books.cut import GapInStatementError, added_up, held_of, may_have_moved, taken_back
from loyalty.accounts import Account, open_account
from loyalty.buckets import DEBT, BucketKey, Leg, lapse, spend_earliest_first, take_back
from loyalty.types import Day, MemberId, Purse, Status
from tests.support import PROGRAMME

END = "2026-11-02T16:00:00.000Z"
DAY = Day("261102")
BUCKETS = [BucketKey(key) for key in ("261101", "261130", "270531", "270531/261110", "271130")]


def stored(account: Account, version: int, moved_on: str | None = "261103") -> dict[str, Any]:
    return {
        "member_id": "m",
        "version": version,
        "tier": account.rung.code,
        "buckets": {purse.value: dict(own) for purse, own in account.buckets.items()},
        "debt": {purse.value: points for purse, points in account.debt.items()},
        "moved_on": moved_on,
    }


def entry(version: int, legs: list[Leg], at: str, tier: str = "regular") -> dict[str, Any]:
    plain = [[purse.value, bucket, points] for purse, bucket, points in legs]
    return {"account_version": version, "legs": plain, "recorded_at": at, "answer": {"tier": tier}}


def legs_of(account: Account, what: str, points: int, key: BucketKey) -> list[Leg]:
    held = account.held(Purse.POINTS)
    match what:
        case "earn":
            return [Leg(Purse.POINTS, key, points)]
        case "use":
            return spend_earliest_first(Purse.POINTS, held, points, DAY)
        case "take":
            return take_back(Purse.POINTS, held, points, key, DAY)
        case _:
            return lapse(Purse.POINTS, held, DAY)


STEPS = st.tuples(st.sampled_from(["earn", "use", "take", "lapse"]), st.integers(1, 500), st.sampled_from(BUCKETS))


@given(st.lists(STEPS, min_size=1, max_size=12), st.data())
def test_undoing_what_came_after_the_cut_gives_what_was_before_it(
    steps: list[tuple[str, int, BucketKey]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(steps)))
    account = open_account(MemberId("m"), Status.ACTIVE, PROGRAMME, DAY)
    entries, at_the_cut = [], account
    for version, (what, points, key) in enumerate(steps, start=1):
        before = account.tidied(Day("261111")) if version > cut else account  # pending buckets are folded meanwhile
        legs = legs_of(before, what, points, key)
        account = before.moved(legs)
        at = f"2026-11-0{2 if version <= cut else 3}T10:00:{version:02d}.000Z"
        entries.append(entry(version, legs, at))
        at_the_cut = account if version == cut else at_the_cut
    found = taken_back(held_of(stored(account, len(steps))), entries[::-1], END)
    expected = {place: points for place, points in held_of(stored(at_the_cut, cut)).amounts.items() if points}
    assert found.amounts == expected
    assert found.looked_back == (cut < len(steps))


def test_the_tier_is_the_one_held_at_the_cut() -> None:
    account = open_account(MemberId("m"), Status.ACTIVE, PROGRAMME, DAY).moved([Leg(Purse.POINTS, BUCKETS[2], 10)])
    entries = [
        entry(2, [], "2026-11-03T01:00:00.000Z", tier="gold"),
        entry(1, [Leg(Purse.POINTS, BUCKETS[2], 10)], "2026-11-02T01:00:00.000Z", tier="silver"),
    ]
    found = taken_back(held_of({**stored(account, 2), "tier": "gold"}), entries, END)
    assert added_up([found]) == {"accounts": 1, "taken_back": 1, "points/silver/2705": 10}


def test_midnight_itself_belongs_to_the_next_day() -> None:
    account = open_account(MemberId("m"), Status.ACTIVE, PROGRAMME, DAY).moved([Leg(Purse.POINTS, BUCKETS[2], 10)])
    for at, left in ((END, {}), ("2026-11-02T15:59:59.999Z", {("points", "2705"): 10})):
        entries = [entry(1, [Leg(Purse.POINTS, BUCKETS[2], 10)], at)]
        assert taken_back(held_of(stored(account, 1)), entries, END).amounts == left


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_entry_is_noticed(missing: int) -> None:
    account = open_account(MemberId("m"), Status.ACTIVE, PROGRAMME, DAY)
    entries = [entry(version, [], "2026-11-03T01:00:00.000Z") for version in (3, 2, 1)]
    del entries[missing]
    with pytest.raises(GapInStatementError):
        taken_back(held_of(stored(account, 3)), entries, END)
    with pytest.raises(GapInStatementError):
        taken_back(held_of(stored(account, 3)), [], END)


def test_only_accounts_that_moved_after_the_day_are_looked_into() -> None:
    account = open_account(MemberId("m"), Status.ACTIVE, PROGRAMME, DAY)
    looked = {
        (version, moved_on): may_have_moved(held_of(stored(account, version, moved_on)), DAY)
        for version in (0, 1)
        for moved_on in (None, "261101", "261102", "261103")
    }
    assert [key for key, may in looked.items() if may] == [(1, None), (1, "261103")]


def test_debts_stand_apart_and_against_what_is_held() -> None:
    account = open_account(MemberId("m"), Status.ACTIVE, PROGRAMME, DAY)
    owing = account.moved([Leg(Purse.POINTS, DEBT, -70)])
    held = held_of(stored(owing, 1, "261101"))
    assert added_up([held, held]) == {"accounts": 2, "taken_back": 0, "points/regular/debt": -140}
