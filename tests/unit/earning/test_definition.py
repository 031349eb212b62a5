"""What marketers may write: strict, with messages that say what is wrong, and compiled to the rule it means."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from functions.campaigns.definition import EarningCampaign, campaign_of, compiled, definition_of
from loyalty.earning import rule as r
from loyalty.types import Fen, Points, Purse

ADD: dict[str, Any] = {"kind": "add", "gift": {"points": 10}}
COUPON: dict[str, Any] = {"kind": "add", "gift": {"templates": ["t1"]}}
ONCE = {"awards": 1}


def definition(*effects: dict[str, Any], conditions: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "name_zh": "会员日",
        "name_en": "Member day",
        "from": "2026-03-01T00:00:00+08:00",
        "until": "2026-10-01T00:00:00+08:00",
        "effects": list(effects) or [ADD],
        **({"conditions": conditions} if conditions else {}),
        **changes,
    }


def windows(**asked: Any) -> dict[str, Any]:
    return {"windows": asked}


def steps(*gifts: tuple[int, dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"kind": "steps", "steps": [{"at_least": fen, "gift": gift} for fen, gift in gifts], **more}


def every(gift: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "every", "fen": 100, "gift": gift, "most": 3, **more}


def points(number: int, purse: str = "points") -> dict[str, Any]:
    return {"points": number, "purse": purse}


def coupons(*templates: str) -> dict[str, Any]:
    return {"templates": list(templates)}


OVER_DAY: dict[str, Any] = {"at_least": 500, "over": "day"}
NEVER = "no day between from and until"
WRONG: list[tuple[dict[str, Any], str]] = [
    (definition(until="2026-03-01T00:00:00+08:00"), "until must lie after from"),
    (definition(until="2036-04-01T00:00:00+08:00"), "ten years at most"),
    (definition(until="2026-10-01T00:00:00"), "timezone"),
    (definition(until="2190-10-01T00:00:00Z"), "less than or equal"),
    (definition(effects=[]), "at least 1 item"),
    (definition({"kind": "subtract"}), "does not match any of the expected tags"),
    (definition({"kind": "multiply", "factor": "1"}), "gives nothing"),
    (definition({"kind": "multiply", "factor": "0", "purse": "growth"}), "gives nothing"),
    (definition({"kind": "multiply", "factor": 2}), "as text"),
    (definition({"kind": "multiply", "factor": "101"}), "less than or equal"),
    (definition({"kind": "add", "gift": {"purse": "draws"}}), "gives nothing"),
    (definition({"kind": "add", "gift": {"points": -5}}), "greater than or equal"),
    (definition({"kind": "add", "gift": {"points": 1.0}}), "integer"),
    (definition(steps((500, points(5)), (500, points(9)))), "steps must rise"),
    (definition(steps((900, points(5)), (500, points(9)))), "steps must rise"),
    (definition(steps((1, points(9)), (2, points(5)), (3, points(7)))), "must not come back"),
    (definition(steps((1, coupons("a")), (2, coupons("b")), (3, coupons("a")))), "must not come back"),
    (definition(steps((1, points(9)), (2, points(5)), over="day")), "no less than a lower one"),
    (definition(steps((1, points(9)), (2, points(9, "growth")), over="day")), "no less than a lower one"),
    (definition(every(coupons("t1"), most=21)), "more than 20 coupons"),
    (definition(COUPON, COUPON), "by one effect only"),
    (definition({"kind": "multiply", "factor": "2"}, conditions=OVER_DAY), "nothing to multiply"),
    (definition(every(points(1)), every(points(1), over="day")), "all over receipts or all over the day"),
    (definition(every(points(1)), conditions=OVER_DAY), "all over receipts or all over the day"),
    (definition(ADD, every(points(1), over="day")), "ask for at_least over day"),
    (definition(conditions={**OVER_DAY, "first_purchase": True}), "a first purchase is one receipt"),
    (definition(conditions={"over": "day"}), "say at_least"),
    (definition(conditions={"at_least": 0}), "greater than or equal"),
    (definition(COUPON, budget={"unit": "points", "amount": 5}), "limit or budget awards"),
    (definition(COUPON, limits={"points_a_day": 5}), "limit or budget awards"),
    (definition(COUPON), "needs limits.awards or limits.awards_a_day"),
    (definition(steps((1, coupons("a")), (2, coupons("b")), over="day")), "needs limits.awards or limits.awards_a_day"),
    (definition(every({"points": 1, "templates": ["a"]}), limits={"points": 9}), "needs limits.awards"),
    (definition(budget={"unit": "awards", "amount": 0}), "greater than or equal"),
    (definition(limits={"awards": 0}), "greater than or equal"),
    (definition(stacking="best"), "need a group"),
    (definition(conditions=windows(recurrence="FREQ=SECONDLY")), "not understood"),
    (definition(conditions=windows(recurrence="FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=11")), NEVER),
    (definition(conditions=windows(festivals=[{"festival": "spring_festival"}])), NEVER),
    (definition(conditions=windows(recurrence="FREQ=MONTHLY;BYMONTHDAY=5", festivals=[{"festival": "qixi"}])), NEVER),
    (definition(conditions=windows(festivals=[{"festival": "easter"}])), "Input should be"),
    (definition(conditions=windows(daily={"from": "18:00", "until": "18:00"})), "daily hours"),
    (definition(conditions=windows(daily={"from": "22:00", "until": "00:00"})), "daily hours"),
    (definition(conditions=windows(daily={"from": "18:60", "until": "22:00"})), "HH:MM"),
    (definition(conditions=windows(daily={"from": "6:00", "until": "22:00"})), "HH:MM"),
    (definition(conditions=windows(birthday="week")), "Input should be"),
    (definition(conditions={"scopes": {}}), "Extra inputs"),
    (definition(priority=1001), "less than or equal"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_what_makes_no_sense_is_refused_and_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        campaign_of(wrong)


@pytest.mark.parametrize(
    "right",
    [
        definition(),
        definition(steps((1, points(9)), (2, coupons("voucher"))), limits=ONCE),
        definition(steps((1, coupons("a")), (2, coupons("a", "b")), (3, coupons("b"))), limits=ONCE),
        definition(steps((1, coupons("a")), (2, coupons("b")), over="day"), limits=ONCE),
        definition(every(points(1, "draws"), over="day"), conditions=OVER_DAY),
        definition(COUPON, conditions=OVER_DAY, limits={"awards_a_day": 1}),
        definition(conditions=windows(daily={"from": "22:00", "until": "02:00"}, birthday="month")),
        definition(conditions=windows(daily={"from": "22:00", "until": "24:00"}, anniversary=True)),
        definition(stacking="first", group="member_day", priority=-3),
        definition(budget={"unit": "awards", "amount": 5}),
    ],
)
def test_a_definition_is_stored_as_it_was_written(right: dict[str, Any]) -> None:
    campaign = campaign_of(right)
    assert campaign_of(definition_of(campaign)) == campaign
    assert definition_of(campaign_of(definition_of(campaign))) == definition_of(campaign)
    assert r.from_plain(r.to_plain(rule_of(right))) == rule_of(right)


def rule_of(written: dict[str, Any], **more: Any) -> r.Rule:
    return compiled("c", campaign_of(written), **{"shards": 4, "point_fen": 500, "worth": {}, **more})


WHOLE = definition(
    {"kind": "multiply", "factor": "2.5", "purse": "growth"},
    steps((50000, points(50)), (100000, {"points": 100, "templates": ["t1"]})),
    every(points(2, "draws")),
    ADD,
    conditions={
        "scope": {"tenants": ["t"], "categories": ["a"], "brands": ["b"], "skus": ["s"]},
        "tiers": ["gold"],
        "lists": ["vip"],
        "channels": ["till"],
        "first_purchase": True,
        "at_least": 100,
        "windows": {
            "recurrence": "FREQ=WEEKLY;BYDAY=FR",
            "festivals": [{"festival": "mid_autumn", "days_before": 1}],
            "daily": {"from": "18:00", "until": "22:00"},
            "birthday": "day",
            "anniversary": True,
        },
    },
    priority=5,
    group="g",
    stacking="best",
    limits={"awards": 1, "points_a_day": 9},
    budget={"unit": "points", "amount": 1000},
)
COMPILED = r.Rule(
    campaign_id="c",
    name_zh="会员日",
    name_en="Member day",
    starts=datetime(2026, 2, 28, 16, tzinfo=UTC),
    until=datetime(2026, 9, 30, 16, tzinfo=UTC),
    effects=(
        r.Multiply(2500, Purse.GROWTH),
        r.Steps(((Fen(50000), r.Gift(Points(50))), (Fen(100000), r.Gift(Points(100), templates=("t1",))))),
        r.Every(Fen(100), r.Gift(Points(2), Purse.DRAWS), 3),
        r.Add(r.Gift(Points(10))),
    ),
    conditions=r.Conditions(
        scope=r.Scope(*(frozenset({name}) for name in "tabs")),
        tiers=frozenset({"gold"}),
        lists=frozenset({"vip"}),
        channels=frozenset({"till"}),
        first_purchase=True,
        at_least=Fen(100),
        windows=r.Windows(
            recurrence="FREQ=WEEKLY;BYDAY=FR",
            dates=frozenset({date(2026, 9, 24), date(2026, 9, 25)}),
            minutes=(1080, 1320),
            birthday="day",
            anniversary=True,
        ),
    ),
    priority=5,
    group="g",
    stacking=r.GroupMode.BEST,
    limits=r.Limits(awards=1, points_a_day=9),
    budget=r.Budget(r.Unit.POINTS, 1000, 4),
    point_fen=500,
    worth={"t1": 5000},
)


def test_a_campaign_is_compiled_to_the_rule_it_means() -> None:
    found = rule_of(WHOLE, worth={"t1": 5000, "other": 1})
    assert found == COMPILED
    assert found.starts.tzinfo is UTC


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-10-04T16:00:00Z", "2026-10-04T20:00:00Z"),
        ("2026-10-06T01:00:00+14:00", "2026-10-06T02:00:00+14:00"),
    ],
)
def test_pitfall_6_a_day_is_the_malls_whichever_zone_the_campaign_was_written_in(begins: str, ends: str) -> None:
    """In Shanghai both are hours of 5 October, or in New York."""
    fifth = definition(conditions=windows(recurrence="FREQ=MONTHLY;BYMONTHDAY=5"), **{"from": begins, "until": ends})
    assert campaign_of(fifth).conditions.windows.recurrence
    golden = definition(
        conditions=windows(festivals=[{"festival": "mid_autumn", "days_after": 10}]), **{"from": begins, "until": ends}
    )
    assert date(2026, 10, 5) in (rule_of(golden).conditions.windows.dates or ())


def test_a_campaign_knows_its_coupons_and_whether_it_sums_a_day() -> None:
    campaign = campaign_of(definition(ADD, steps((1, coupons("a")), (2, coupons("a", "b"))), limits=ONCE))
    assert campaign.templates == {"a", "b"}
    assert not campaign.sums_day
    assert campaign_of(definition(every(points(1), over="day"))).sums_day
    assert rule_of(definition(conditions=OVER_DAY)).sums_day


def test_nothing_of_the_input_is_quoted_where_it_is_wrong() -> None:
    with pytest.raises(ValidationError) as refused:
        EarningCampaign.model_validate(definition(name_en="x" * 65))
    assert "xxxx" not in str(refused.value)
