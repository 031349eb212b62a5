"""Pitfall 5: what lapses is what was not spent, given away or taken back of that very lot, once."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.expiry.sweep import what_is_due
from loyalty import buckets
from loyalty.accounts import Account, credit
from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.clock import day_of, days_after
from loyalty.types import Day, Kind, Purse
from tests.unit.earn.builders import TODAY, account
from tests.unit.ledger.programmes import MALL_A

P = Purse.POINTS
START = day_of(TODAY)
AMOUNTS = st.integers(1, 300)


@dataclass
class Two:
    """Two members and what became of every lot: how much came into it, and how much of it went where."""

    accounts: list[Account] = field(default_factory=lambda: [account(), account()])
    day: Day = START
    came: Counter[str] = field(default_factory=Counter)
    lapsed: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)

    def earn(self, who: int, points: int, life: int, waiting: int) -> None:
        """Earn points that open after some days and live on after that."""
        opens = days_after(self.day, waiting)
        last = days_after(opens, life)
        legs = credit(self.accounts[who], P, points, BucketKey(f"{last}/{opens}" if waiting else last), self.day)
        self._apply(who, legs)
        for leg in legs:
            if leg.bucket != DEBT and leg.points > 0:
                self.came[leg.bucket[:6]] += leg.points

    def spend(self, who: int, points: int) -> list[Leg]:
        """Spend what is there, the earliest expiry first."""
        self.accounts[who] = self.accounts[who].tidied(self.day)
        held = self.accounts[who].held(P)
        legs = buckets.spend_earliest_first(P, held, min(points, buckets.spendable(held, self.day)), self.day)
        self._apply(who, legs)
        self.used.update({leg.bucket[:6]: -leg.points for leg in legs})
        return legs

    def give(self, who: int, points: int) -> None:
        """Give points to the other one: they keep their expiry."""
        for leg in self.spend(who, points):
            self._apply(1 - who, [Leg(P, leg.bucket, -leg.points)])
            self.used[leg.bucket[:6]] += leg.points

    def take_back(self, who: int, points: int, life: int) -> None:
        """Take back what a return undoes, down into debt."""
        same = BucketKey(days_after(self.day, life))
        legs = buckets.take_back(P, self.accounts[who].held(P), points, same, self.day)
        self._apply(who, legs)
        self.used.update({leg.bucket[:6]: -leg.points for leg in legs if leg.bucket != DEBT})

    def sweep(self, days: int) -> None:
        """Let days pass and sweep; a second sweep finds nothing to lapse."""
        self.day = days_after(self.day, days)
        for who in (0, 1):
            while due := what_is_due(self.accounts[who], MALL_A, self.day):
                if due.kind is Kind.EXPIRE:
                    assert all(leg.bucket[:6] < self.day for leg in due.decision.legs)
                    self.lapsed.update({leg.bucket[:6]: -leg.points for leg in due.decision.legs})
                self.accounts[who] = due.decision.account
            assert not any(key[:6] < self.day for key in self.accounts[who].held(P))

    def _apply(self, who: int, legs: list[Leg]) -> None:
        self.accounts[who] = self.accounts[who].moved(legs)


WHO = st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), WHO, AMOUNTS, st.integers(0, 120), st.sampled_from([0, 0, 7, 30])),
        st.tuples(st.just("spend"), WHO, AMOUNTS),
        st.tuples(st.just("give"), WHO, AMOUNTS),
        st.tuples(st.just("take_back"), WHO, AMOUNTS, st.integers(0, 120)),
        st.tuples(st.just("sweep"), st.integers(0, 60)),
    ),
    max_size=25,
)


@given(steps=STEPS)
def test_pitfall_5_every_point_of_a_lot_is_held_used_or_lapsed_once(steps: list[tuple[Any, ...]]) -> None:
    two = Two()
    for name, *given_ in steps:
        getattr(two, name)(*given_)
        held = Counter[str]()
        for one in two.accounts:
            for key, points in one.held(P).items():
                held[key[:6]] += points
        lots = {*two.came, *held, *two.used, *two.lapsed}
        assert all(two.came[lot] == held[lot] + two.used[lot] + two.lapsed[lot] for lot in lots)


def test_pitfall_5_points_given_away_lapse_where_they_are_and_only_there() -> None:
    two = Two()
    two.earn(0, 100, 30, 7)
    two.sweep(10)
    two.give(0, 60)
    two.sweep(40)
    assert [one.held(P) for one in two.accounts] == [{}, {}]
    assert two.lapsed == {days_after(START, 37): 100}


def test_pitfall_5_points_that_wait_lapse_only_after_their_last_day() -> None:
    two = Two()
    two.earn(0, 100, 5, 30)
    two.sweep(34)
    assert two.accounts[0].total(P) == 100
    two.sweep(2)
    assert (two.accounts[0].total(P), sum(two.lapsed.values())) == (0, 100)
