"""Clever orders of buying and returning: a coupon that may have been used is never given again beyond its limits."""

import pytest

from loyalty.earning.returning import settle
from loyalty.earning.rule import Add, Budget, Gift, Limits, Rule, Steps, Unit
from loyalty.earning.used import Gifts, Tally, Used, after_return, from_rows, to_rows
from loyalty.types import Day, Fen, Points
from tests.unit.earning.parts import bought, evaluated, line, rule
from tests.unit.earning.test_day_sums import Shopping, steps

LOW, HIGH = Gift(Points(10)), Gift(Points(20), templates=("large",))
ONCE = Limits(awards=1)
BOTH = Steps(((Fen(100_00), LOW), (Fen(500_00), HIGH)))
DAY = steps((500, LOW), (1000, HIGH))


def returned(one: Rule, used: Used, given: Gifts, yuan: int) -> tuple[Gifts, Used]:
    settled = settle(one, given, [line(yuan)], 1000)
    return settled.kept, after_return(used, one, settled.taken, whole=not settled.kept)


@pytest.mark.parametrize("returns", [[0], [100, 0], [499, 100, 0]])
def test_a_coupon_that_went_back_first_keeps_its_award_counted(returns: list[int]) -> None:
    """Its goods come back first, the rest of the receipt after them: the coupon may have been used in between."""
    one = rule(BOTH, limits=ONCE)
    award = evaluated(bought(line(500)), one).awards[0]
    given, used = Gifts(award.points, (("large", "ref 0"),)), award.used
    assert used is not None
    for yuan in returns:
        given, used = returned(one, used, given, yuan)
    assert used.all == Tally(1, 0)
    assert not evaluated(bought(line(500), key="again"), one, used={"c": used}).awards


def test_points_that_came_with_no_coupon_may_be_earned_again() -> None:
    one = rule(Add(LOW), limits=ONCE)
    award = evaluated(bought(line(500)), one).awards[0]
    assert award.used is not None
    assert returned(one, award.used, Gifts(award.points), 0)[1].all == Tally(0, 0)


@pytest.mark.parametrize("limits", [Limits(awards=2), Limits(awards_a_day=2)])
def test_a_days_coupon_given_again_after_its_return_is_another_award(limits: Limits) -> None:
    day = Shopping(rule(DAY, limits=limits))
    day.buy(500, "kept")
    got = list[str]()
    for n in range(4):
        got += [name for award in day.buy(500, f"r{n}").awards for name in award.templates]
        day.keep(f"r{n}", 0)
    assert got == ["large", "large"]


def test_a_days_coupon_given_again_takes_from_the_budget_again() -> None:
    day = Shopping(rule(DAY, limits=Limits(awards=9), budget=Budget(Unit.AWARDS, 2, 1)), left=2)
    day.buy(500, "kept")
    got = list[str]()
    for n in range(4):
        got += [name for award in day.buy(500, f"r{n}").awards for name in award.templates]
        day.keep(f"r{n}", 0)
    assert got == ["large", "large"]
    assert day.left == 0


def test_a_days_row_remembers_that_a_return_took_coupons() -> None:
    day = Shopping(rule(DAY, limits=Limits(awards_a_day=9)))
    day.buy(500, "kept")
    day.buy(500, "back")
    day.keep("back", 0)
    ((name, row, _),) = to_rows(Used(), day.used, Day("260305"))
    assert from_rows({name: row}).day.begins_with(["large"])
    assert not from_rows({name: row}).day.begins_with([])
    day.keep("kept", 0)
    ((_, row, _),) = to_rows(Used(), day.used, Day("260305"))
    assert "again" not in row
