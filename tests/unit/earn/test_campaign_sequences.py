"""Purchases and returns in any order while campaigns run: nothing given twice, nothing lost, no budget overdrawn."""

from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from functions.earn.errors import ReturnExceedsPurchaseError
from functions.earn.receipt import Return, ReturnedLine
from loyalty.earning.effects import may_give_coupons
from loyalty.earning.rule import Conditions, Every, GroupMode, Limits, Multiply, Over, Rule, Scope, Unit
from loyalty.programme import Programme
from loyalty.types import Fen, Purse
from tests.proof.scale import SCALE
from tests.running import budget, fixed, gift, rule, steps
from tests.unit.earn.world import World, held

LADDER: list[dict[str, Any]] = [
    {"code": "regular", "name_zh": "普卡", "name_en": "Regular"},
    {
        "code": "silver",
        "name_zh": "银卡",
        "name_en": "Silver",
        "spend_yuan": 300,
        "multiplier": "1.3",
        "welcome": {"points": 77},
    },
    {
        "code": "gold",
        "name_zh": "金卡",
        "name_en": "Gold",
        "spend_yuan": 900,
        "multiplier": "1.7",
        "welcome": {"points": 5, "purse": "growth"},
    },
]
PROGRAMME = Programme.model_validate(
    {"tiers": {"ladder": LADDER}, "growth": {"points_per_yuan": "0.7"}, "transfers": {"enabled": True}}
)
BAGS = Conditions(scope=Scope(categories=frozenset({"bags"})))
RULES: list[Rule] = [
    rule("double", Multiply(2000), budget=budget(150, shards=3)),
    rule("triple-bags", Multiply(3000), conditions=BAGS, group="g", stacking=GroupMode.BEST),
    rule("courtesy", Multiply(500, Purse.COURTESY), group="g", priority=-1),
    steps("step", Over.RECEIPT, (100_00, gift(11, Purse.POINTS, "s")), (200_00, gift(31, Purse.POINTS, "m"))),
    steps(
        "day",
        Over.DAY,
        (250_00, gift(50, Purse.POINTS, "d1")),
        (500_00, gift(0, Purse.POINTS, "d2")),
        budget=budget(120, shards=2),
    ),
    rule("every-day", Every(Fen(90_00), gift(9, Purse.DRAWS, "e"), 4, Over.DAY), budget=budget(3, Unit.AWARDS)),
    rule("every", Every(Fen(70_00), gift(3, Purse.COURTESY, "c"), 2), limits=Limits(points_a_day=8, awards=3)),
    fixed("hello", 100, conditions=Conditions(first_purchase=True), budget=budget(1, Unit.AWARDS)),
    fixed("twice", 20, limits=Limits(awards=2)),
]
LINES = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["shoes", "bags", "tobacco"]), st.integers(1, 300_00)),
    min_size=1,
    max_size=3,
)
SHARES = st.floats(0.01, 1)
STEPS = st.lists(st.tuples(st.booleans(), LINES, SHARES, st.integers(0, 5), st.booleans()), min_size=1, max_size=14)
CHOSEN = st.lists(st.sampled_from(RULES), unique_by=lambda one: one.campaign_id, min_size=1)


def consistent(world: World) -> None:
    """What account, entries, budgets and tallies say is the same."""
    assert held(world.account) == {purse: world.legs[purse] for purse in Purse}
    for campaign, own in world.rules.items():
        points = world.points(campaign)
        assert all(number >= 0 for number in points.values())
        if own.budget:
            assert sum(world.taken[campaign]) == world.units(campaign) <= own.budget.amount
            assert sum(world.left[campaign]) == own.budget.amount - world.units(campaign)
            if own.budget.unit is Unit.POINTS:
                assert points.total() == world.units(campaign)
        if own.limits.awards is not None:
            assert world.rows.get((campaign, "all"), {"awards": 0})["awards"] <= own.limits.awards
    world.coupons()


def give_some_back(world: World, share: float, which: int, by_line: bool) -> None:
    if not world.sold:
        return
    sold = list(world.sold.values())[which % len(world.sold)]
    receipt = sold.receipt()
    amount = int(receipt.returnable * share)
    asked = Return(f"B-{len(sold.refunds)}", amount)
    if by_line:
        line, gone = receipt.lines[0], receipt.returned[0]
        amount = int((line.amount - gone) * share)
        asked = Return(f"B-{len(sold.refunds)}", None, (ReturnedLine(line.sku, amount),))
    if not amount:
        return
    before = world.account.total(Purse.POINTS)
    try:
        refund = world.give_back(sold, asked)
    except ReturnExceedsPurchaseError:
        return
    assert before - world.account.total(Purse.POINTS) == refund.answer["points_taken_back"]


def everything_back(world: World) -> None:
    for sold in world.sold.values():
        if left := sold.receipt().returnable:
            world.give_back(sold, Return("last", left))


def kept_for_coupons(rules: list[Rule]) -> set[str]:
    """The campaigns whose budget gets nothing back: awards with coupons, which may have been used."""
    return {
        rule.campaign_id for rule in rules if rule.budget and rule.budget.unit is Unit.AWARDS and may_give_coupons(rule)
    }


@settings(max_examples=40 * SCALE, deadline=None)
@given(CHOSEN, STEPS)
def test_what_went_in_is_there_or_went_out_and_nothing_is_left_when_everything_came_back(
    rules: list[Rule], happening: list[Any]
) -> None:
    world = World(PROGRAMME, rules)
    for buying, lines, share, which, by_line in happening:
        if buying:
            world.buy(*lines)
        else:
            give_some_back(world, share, which, by_line)
        consistent(world)
    event(f"awards {any(sold.facts.get('awards') for sold in world.sold.values())}")
    event(f"day sums {any(sold.facts.get('counted') for sold in world.sold.values())}")
    everything_back(world)
    consistent(world)
    assert held(world.account) == dict.fromkeys(Purse, 0)
    assert world.coupons() == set()
    assert (dict(world.account.recent), dict(world.account.welcomed)) == ({}, {})
    assert all(not any(taken) for name, taken in world.taken.items() if name not in kept_for_coupons(rules))
    assert all(row["points"] == 0 for row in world.rows.values())


@settings(max_examples=30 * SCALE, deadline=None)
@given(CHOSEN, LINES, st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(1, 40))
def test_pitfall_7_many_small_returns_leave_what_one_leaves(
    rules: list[Rule], lines: list[tuple[str, str, int]], parts: list[int], kept: int
) -> None:
    many, once = World(PROGRAMME, rules), World(PROGRAMME, rules)
    for world in (many, once):
        world.buy(("x", "bags", 80_00))
        world.buy(*lines)
    gross = sum(amount for *_, amount in lines)
    amounts = [gross * part // (sum(parts) + kept) for part in parts]
    for n, amount in enumerate(amounts):
        if amount:
            many.give_back(many.sold["R-1"], Return(f"B-{n}", amount))
    if sum(amounts):
        once.give_back(once.sold["R-1"], Return("B", sum(amounts)))
    assert held(many.account) == held(once.account)
    assert many.coupons() == once.coupons()
    assert many.taken == once.taken
    assert many.account.record == once.account.record


@settings(max_examples=25 * SCALE, deadline=None)
@given(CHOSEN, LINES, SHARES)
def test_a_return_before_its_purchase_leaves_no_more_than_one_after_it(
    rules: list[Rule], lines: list[tuple[str, str, int]], share: float
) -> None:
    early, late = World(PROGRAMME, rules), World(PROGRAMME, rules)
    asked = Return("B", max(1, int(sum(amount for *_, amount in lines) * share)))
    early.buy(*lines, early=[asked])
    late.give_back(late.buy(*lines), asked)
    consistent(early)
    assert early.account.record == late.account.record
    assert early.account.total(Purse.GROWTH) == late.account.total(Purse.GROWTH)
    everything_back(early)
    assert held(early.account) == dict.fromkeys(Purse, 0)


def test_pitfall_17_the_first_purchase_is_rewarded_once_however_often_it_comes_back() -> None:
    world = World(PROGRAMME, [fixed("hello", 100, conditions=Conditions(first_purchase=True))])
    for _ in range(3):
        sold = world.buy(("a", "shoes", 50_00))
        world.give_back(sold, Return("B", 50_00))
    given_to = [number for number, sold in world.sold.items() if "awards" in sold.facts]
    assert (given_to, world.account.total(Purse.POINTS)) == (["R-0"], 0)
