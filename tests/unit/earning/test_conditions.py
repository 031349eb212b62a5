"""What must hold before a rule applies: goods, tenant, tier, lists, channel, first purchase, amount."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from loyalty.earning.evaluation import needs
from loyalty.earning.rule import Conditions, Over, Scope, Steps, Windows
from loyalty.types import Fen
from tests.unit.earning.parts import ANYBODY, DOUBLE, add, bought, budgeted, evaluated, limited, line, points, rule

GOODS = (
    line(100, sku="s1", category="fashion", brand="b1"),
    line(200, sku="s2", category="dining", brand="b2"),
    line(400, sku="s3", category="dining", brand="b1"),
)


def scoped(**sets: set[str]) -> Conditions:
    return Conditions(scope=Scope(**{name: frozenset(names) for name, names in sets.items()}))


@pytest.mark.parametrize(
    ("sets", "earned"),
    [
        ({}, 700),
        ({"categories": {"dining"}}, 600),
        ({"brands": {"b1"}}, 500),
        ({"skus": {"s1", "s2"}}, 300),
        ({"categories": {"dining"}, "brands": {"b1"}}, 400),
        ({"categories": {"fashion"}, "brands": {"b2"}}, 0),
        ({"tenants": {"t", "u"}}, 700),
        ({"tenants": {"u"}}, 0),
    ],
)
def test_lines_count_that_fit_every_set_of_the_scope(sets: dict[str, set[str]], earned: int) -> None:
    assert points(evaluated(bought(*GOODS), rule(DOUBLE, conditions=scoped(**sets)))) == earned


def test_excluded_goods_never_count() -> None:
    tobacco = line(100, payable=False, ratio=0)
    assert not evaluated(bought(tobacco), rule()).awards


def test_what_points_paid_whole_never_counts() -> None:
    assert not evaluated(bought(line(100, net=0)), rule()).awards


def test_an_amount_is_reached_at_exactly_its_fen() -> None:
    asks = rule(conditions=Conditions(at_least=Fen(500_00)))
    assert not evaluated(bought(line(500, net=499_99)), asks).awards
    assert points(evaluated(bought(line(500)), asks)) == 10


def test_an_amount_is_measured_on_the_lines_that_count() -> None:
    asks = Conditions(scope=Scope(categories=frozenset({"dining"})), at_least=Fen(601_00))
    assert not evaluated(bought(*GOODS), rule(conditions=asks)).awards


def test_a_rule_for_tiers_asks_for_the_one_held() -> None:
    gold = rule(conditions=Conditions(tiers=frozenset({"gold"})))
    assert not evaluated(bought(line()), gold).awards
    assert points(evaluated(bought(line()), gold, shopper=replace(ANYBODY, tier="gold"))) == 10


def test_one_of_the_lists_is_enough() -> None:
    asks = rule(conditions=Conditions(lists=frozenset({"vip", "staff"})))
    assert not evaluated(bought(line()), asks).awards
    assert points(evaluated(bought(line()), asks, shopper=replace(ANYBODY, lists=frozenset({"vip"})))) == 10


def test_a_rule_for_a_channel_asks_how_the_receipt_came() -> None:
    till = rule(conditions=Conditions(channels=frozenset({"till"})))
    assert points(evaluated(bought(line()), till)) == 10
    assert not evaluated(bought(line(), channel="import"), till).awards


def test_a_first_purchase_is_one() -> None:
    first = rule(conditions=Conditions(first_purchase=True))
    assert not evaluated(bought(line()), first).awards
    assert points(evaluated(bought(line()), first, shopper=replace(ANYBODY, first_purchase=True))) == 10


def test_a_campaign_runs_from_its_first_instant_until_it_is_over() -> None:
    begins, ends = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    march = replace(rule(), starts=begins, until=ends)
    tick = timedelta(microseconds=1)
    found = [bool(evaluated(bought(line(), at=at), march).awards) for at in (begins - tick, begins, ends - tick, ends)]
    assert found == [False, True, True, False]


def test_what_must_be_read_is_what_the_rules_that_may_apply_ask_for() -> None:
    rules = (
        rule(campaign_id="plain"),
        rule(campaign_id="born", conditions=Conditions(windows=Windows(birthday="day"))),
        rule(campaign_id="joined", conditions=Conditions(windows=Windows(anniversary=True))),
        rule(campaign_id="list", conditions=Conditions(lists=frozenset({"vip"}))),
        replace(limited(add(1), awards=1), campaign_id="limit"),
        rule(Steps(((Fen(1), add(5).gift),), Over.DAY), campaign_id="day"),
        replace(budgeted(), campaign_id="budget"),
        rule(campaign_id="elsewhere", conditions=scoped(tenants={"u"})),
        rule(campaign_id="other goods", conditions=scoped(skus={"x"})),
        rule(campaign_id="dear", conditions=Conditions(at_least=Fen(100_01))),
    )
    asked = needs(bought(line()), rules)
    assert asked.rules == rules[:7]
    assert asked.dates
    assert [set(names) for names in (asked.lists, asked.used, asked.budgets)] == [{"vip"}, {"limit", "day"}, {"budget"}]


def test_rules_that_ask_nothing_need_nothing() -> None:
    asked = needs(bought(line()), (rule(), rule(DOUBLE)))
    assert [asked.dates, *asked.lists, *asked.used, *asked.budgets] == [False]
