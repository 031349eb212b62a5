"""A day's receipts together, at any tenant: steps and amounts reached bit by bit, and what a return takes back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.earning.evaluation import Award, Evaluation, evaluate
from loyalty.earning.returning import SettledDay, settle_day
from loyalty.earning.rule import Budget, Conditions, Every, Gift, GroupMode, Limits, Over, Rule, Steps, Unit
from loyalty.earning.used import NOTHING, Gifts, Tally, Used, ref, with_shards
from loyalty.types import Fen, Points, Purse
from tests.proof.scale import SCALE
from tests.unit.earning.parts import ANYBODY, add, bought, given_to, line, rule


def steps(*gifts: tuple[int, Gift]) -> Steps:
    return Steps(tuple((Fen(yuan * 100), gift) for yuan, gift in gifts), Over.DAY)


CASH_BACK = steps((500, Gift(Points(50))), (1000, Gift(Points(100))))
VOUCHERS = steps((500, Gift(templates=("small",))), (1000, Gift(templates=("large",))))


@dataclass
class Shopping:
    """A member's day: receipts and returns one after another, with what stands between them."""

    rule: Rule
    used: Used = NOTHING
    left: int = 10**6
    points: dict[Purse, int] = field(default_factory=dict)
    coupons: set[str] = field(default_factory=set)

    def buy(self, yuan: int, key: str, tenant: str = "t") -> Evaluation:
        found = evaluate(
            bought(line(yuan), key=key, tenant_id=tenant), ANYBODY, [self.rule], {"c": self.used}, {"c": self.left}
        )
        for award in found.awards:
            self._take(award, key)
        self.used = found.counted.get("c", self.used)
        return found

    def _take(self, award: Award, key: str) -> None:
        self.used = with_shards(award.used or NOTHING, [(0, award.units)] if award.units else [])
        self.left -= award.units
        for purse, points in award.points.items():
            self.points[purse] = self.points.get(purse, 0) + points
        self.coupons |= {ref(key, "c", n) for n in range(len(award.templates))}
        self.coupons -= {name for _, name in award.replaced}

    def keep(self, key: str, yuan: int) -> SettledDay:
        """Return goods of a receipt until so much of it is kept."""
        settled = settle_day(self.rule, self.used, key, [line(yuan)] if yuan else [line(0)])
        self.used = settled.used
        self.left += sum(units for _, units in settled.shards)
        for purse, points in settled.taken.points.items():
            self.points[purse] -= points
        self.coupons -= {name for _, name in settled.taken.coupons}
        return settled

    @property
    def total(self) -> int:
        return self.points.get(Purse.POINTS, 0)


def test_receipts_of_a_day_reach_a_step_together_at_any_tenant() -> None:
    day = Shopping(rule(CASH_BACK))
    assert not day.buy(300, "r/1", "one").awards
    assert given_to(day.buy(200, "r/2", "two")) == ["c"]
    assert day.total == 50


def test_the_next_step_brings_the_difference() -> None:
    day = Shopping(rule(CASH_BACK))
    assert [day.buy(600, f"r/{n}") and day.total for n in range(3)] == [50, 100, 100]


def test_a_receipt_that_only_counts_is_named() -> None:
    found = Shopping(rule(CASH_BACK)).buy(300, "r/1")
    assert found.counted["c"].day.receipts == {"r/1": 300_00}
    assert not found.missed


def test_a_receipt_asked_about_again_counts_once() -> None:
    day = Shopping(rule(CASH_BACK))
    day.buy(300, "r/1")
    assert not day.buy(300, "r/1").awards


def test_every_amount_of_a_day_is_counted_over_all_receipts() -> None:
    day = Shopping(rule(Every(Fen(100_00), Gift(Points(1), Purse.DRAWS), 5, Over.DAY)))
    found = [day.buy(yuan, f"r/{yuan}") and day.points.get(Purse.DRAWS, 0) for yuan in (150, 60, 90, 700, 100)]
    assert found == [1, 2, 3, 5, 5]


def test_an_amount_asked_for_over_the_day_gives_once_a_day() -> None:
    once = rule(add(88), conditions=Conditions(at_least=Fen(500_00), over=Over.DAY))
    day = Shopping(once)
    assert [day.buy(300, f"r/{n}") and day.total for n in range(4)] == [0, 88, 88, 88]


def test_a_receipt_below_what_each_must_reach_does_not_count() -> None:
    day = Shopping(rule(CASH_BACK, conditions=Conditions(at_least=Fen(300_00))))
    assert not day.buy(299, "r/1").counted
    day.buy(300, "r/2")
    assert day.total == 0
    day.buy(300, "r/3")
    assert day.total == 50


def test_a_higher_steps_coupon_replaces_the_lower_ones() -> None:
    day = Shopping(rule(VOUCHERS))
    day.buy(600, "r/1")
    (award,) = day.buy(600, "r/2").awards
    assert award.templates == ("large",)
    assert award.replaced == (("small", ref("r/1", "c", 0)),)
    assert day.coupons == {ref("r/2", "c", 0)}
    assert day.used.day.coupons == (("large", ref("r/2", "c", 0)),)


def test_what_the_day_brings_is_one_award() -> None:
    limited = rule(CASH_BACK, limits=Limits(awards=1, awards_a_day=1), budget=Budget(Unit.AWARDS, 1, 1))
    day = Shopping(limited, left=1)
    day.buy(600, "r/1")
    day.buy(600, "r/2")
    assert (day.total, day.left, day.used.all.awards, day.used.day.awards) == (100, 0, 1, 1)


def test_what_the_budget_lacked_comes_when_there_is_some_again() -> None:
    day = Shopping(rule(CASH_BACK, budget=Budget(Unit.POINTS, 100, 1)), left=0)
    assert [one.why.value for one in day.buy(600, "r/1").missed] == ["budget_exhausted"]
    day.left = 100
    day.buy(600, "r/2")
    assert (day.total, day.left) == (100, 0)


def test_a_receipt_that_serves_a_better_rule_of_the_group_does_not_count_for_the_day() -> None:
    mine = rule(CASH_BACK, group="g", stacking=GroupMode.FIRST)
    other = rule(add(1), campaign_id="other", group="g", stacking=GroupMode.FIRST)
    found = evaluate(bought(line(300)), ANYBODY, [mine, other], {}, {})
    assert given_to(found) == ["other"]
    assert not found.counted


def test_where_a_group_goes_together_a_receipt_counts_for_the_day_beside_another_award() -> None:
    mine, other = rule(CASH_BACK, group="g"), rule(add(1), campaign_id="other", group="g")
    assert evaluate(bought(line(300)), ANYBODY, [mine, other], {}, {}).counted


def test_a_groups_first_rule_decides_whether_a_receipt_counts_for_the_day_beside_an_award() -> None:
    day = rule(CASH_BACK, campaign_id="day", group="g", stacking=GroupMode.FIRST)
    first = rule(add(1), campaign_id="first", group="g", stacking=GroupMode.ALL, priority=2)
    second = rule(add(1), campaign_id="second", group="g", stacking=GroupMode.FIRST, priority=1)
    assert evaluate(bought(line(300)), ANYBODY, [day, first, second], {}, {}).counted
    assert not evaluate(bought(line(300)), ANYBODY, [day, second], {}, {}).counted


def test_a_return_takes_back_what_the_day_no_longer_reaches() -> None:
    day = Shopping(rule(CASH_BACK, budget=Budget(Unit.POINTS, 1000, 1)), left=1000)
    for number in range(2):
        day.buy(600, f"r/{number}")
    assert (day.total, day.left) == (100, 900)
    settled = day.keep("r/0", 300)
    assert settled.taken == Gifts({Purse.POINTS: 50}, (), 50)
    assert settled.shards == ((0, 50),)
    assert day.keep("r/1", 0).taken.points == {Purse.POINTS: 50}
    assert (day.total, day.left, day.used.day.given) == (0, 1000, {})
    assert day.used.day.receipts == {"r/0": 300_00}


def test_a_return_takes_the_coupon_of_a_step_and_gives_no_lower_one() -> None:
    day = Shopping(rule(VOUCHERS))
    day.buy(600, "r/1")
    day.buy(600, "r/2")
    assert day.keep("r/1", 100).taken.coupons == (("large", ref("r/2", "c", 0)),)
    assert not day.coupons


def test_a_day_bought_again_after_its_return_is_given_again() -> None:
    day = Shopping(rule(CASH_BACK, limits=Limits(awards=1)))
    day.buy(500, "r/1")
    day.keep("r/1", 0)
    assert day.used.all.awards == 0
    day.buy(500, "r/2")
    assert (day.total, day.used.all.awards) == (50, 1)


def test_a_limit_of_coupons_is_not_opened_by_a_return() -> None:
    """A coupon may have been used before its goods came back; buying and returning must not bring another."""
    day = Shopping(rule(VOUCHERS, limits=Limits(awards=1)))
    day.buy(500, "r/1")
    day.keep("r/1", 0)
    assert [one.why.value for one in day.buy(500, "r/2").missed] == ["limit_reached"]


def test_a_return_of_a_receipt_that_does_not_count_changes_nothing() -> None:
    day = Shopping(rule(CASH_BACK))
    day.buy(600, "r/1")
    before = day.used
    assert day.keep("r/2", 0) == SettledDay(before, Gifts(), ())


def test_a_return_that_makes_goods_dearer_counts_no_more_than_was_counted() -> None:
    day = Shopping(rule(CASH_BACK))
    day.buy(400, "r/1")
    day.keep("r/1", 600)
    assert day.used.day.receipts == {"r/1": 400_00}


def test_a_return_of_what_was_given_nothing_leaves_the_awards_of_other_days() -> None:
    earlier = Used(all=Tally(awards=1, points=50))
    day = Shopping(rule(CASH_BACK, limits=Limits(awards=2)), used=earlier)
    day.buy(300, "r/1")
    day.keep("r/1", 0)
    assert day.used.all == earlier.all


def test_a_receipt_that_came_back_below_what_each_must_reach_counts_no_more() -> None:
    day = Shopping(rule(CASH_BACK, conditions=Conditions(at_least=Fen(300_00))))
    day.buy(600, "r/1")
    assert day.keep("r/1", 299).taken.points == {Purse.POINTS: 50}
    assert not day.used.day.receipts


BUDGET = Budget(Unit.POINTS, 10**6, 1)
EVERY = Every(Fen(300_00), Gift(Points(7), templates=("t1",)), 4, Over.DAY)
CASES = [
    (rule(CASH_BACK, budget=BUDGET), lambda yuan: 100 if yuan >= 1000 else 50 if yuan >= 500 else 0, 0),
    (rule(EVERY, budget=BUDGET), lambda yuan: 7 * min(yuan // 300, 4), 1),
    (
        rule(add(88), budget=BUDGET, conditions=Conditions(at_least=Fen(700_00), over=Over.DAY)),
        lambda yuan: 88 if yuan >= 700 else 0,
        0,
    ),
]


@settings(max_examples=40 * SCALE, deadline=None)
@given(st.sampled_from(CASES), st.lists(st.integers(1, 800), min_size=1, max_size=6), st.data())
def test_a_day_after_returns_is_the_day_of_what_is_kept(
    case: tuple[Rule, Callable[[int], int], int], amounts: list[int], data: st.DataObject
) -> None:
    """However receipts and returns mingle, and in however many parts: what the kept goods bring, to the unit."""
    one, brings, coupons = case
    day, kept = Shopping(one), dict[str, int]()
    for number, yuan in enumerate(amounts):
        day.buy(yuan, key := f"r/{number}")
        kept[key] = yuan
        back = data.draw(st.sampled_from(sorted(kept)))
        for _ in range(data.draw(st.integers(0, 2))):
            kept[back] = data.draw(st.integers(0, kept[back]))
            day.keep(back, kept[back])
    expected = brings(sum(kept.values()))
    assert day.total == expected
    assert day.left == 10**6 - expected
    assert sum(day.used.day.shards.values()) == expected
    assert len(day.coupons) == coupons * expected // 7
    assert sorted(day.coupons) == sorted(name for _, name in day.used.day.coupons)
