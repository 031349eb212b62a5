"""Who is kept out of a campaign to be compared with: drawn by chance, for good, and given nothing by it alone."""

from dataclasses import replace
from hashlib import sha256

import pytest
from pydantic import ValidationError

from functions.campaigns.definition import EarningCampaign, compiled
from loyalty.earning.control import keeps_out
from loyalty.earning.evaluation import Shopper, evaluate
from loyalty.earning.returning import settle_day
from loyalty.earning.rule import Budget, Every, Gift, GroupMode, Limits, Over, Rule, Unit, from_plain, to_plain
from loyalty.types import Fen, Points
from tests.unit.earning.parts import ANYBODY, add, bought, evaluated, given_to, line, missed, rule

HALF = 500
MEMBERS = [f"member-{number:05d}" for number in range(20_000)]
CAMPAIGN = {
    "name_zh": "双倍",
    "name_en": "Double",
    "from": "2026-01-01T00:00:00+08:00",
    "until": "2027-01-01T00:00:00+08:00",
    "effects": [{"kind": "multiply", "factor": "2"}],
}


def somebody(*rules: Rule, kept_out: bool = True) -> Shopper:
    """Return a member who is in the control group of all of some campaigns, or of none."""
    found = next(one for one in MEMBERS if all(keeps_out(one_rule, one) is kept_out for one_rule in rules))
    return replace(ANYBODY, member_id=found)


@pytest.mark.parametrize("share", [1, 50, 100, HALF])
def test_as_many_are_kept_out_as_the_campaign_says(share: int) -> None:
    kept = sum(keeps_out(rule(control_share=share), one) for one in MEMBERS)
    wanted = len(MEMBERS) * share / 1000
    assert abs(kept - wanted) < 4 * wanted**0.5


@pytest.mark.parametrize("share", [1, 100, HALF])
def test_the_draw_is_the_published_one(share: int) -> None:
    """SHA-256 of both ids, its first 64 bits modulo 1,000, below the share (ADR 0923)."""
    kept = [one for one in MEMBERS if keeps_out(rule(control_share=share), one)]
    drawn = {one: int(sha256(f"control/c/{one}".encode()).hexdigest()[:16], 16) % 1000 for one in MEMBERS}
    assert kept == [one for one in MEMBERS if drawn[one] < share]


def test_campaigns_draw_their_groups_apart() -> None:
    one, other = (rule(campaign_id=name, control_share=HALF) for name in ("one", "other"))
    both = sum(keeps_out(one, member) and keeps_out(other, member) for member in MEMBERS)
    assert abs(both - len(MEMBERS) / 4) < 250


def test_a_member_stays_where_the_first_draw_put_them() -> None:
    kept = [keeps_out(rule(campaign_id="5f0c3e9a1b7d42e8a6c40b13", control_share=HALF), one) for one in MEMBERS[:16]]
    assert "".join("x" if one else "." for one in kept) == "x.x.x.x.....x..x"


def test_without_a_share_and_without_a_member_nobody_is_kept_out() -> None:
    assert not any(keeps_out(rule(), one) for one in MEMBERS[:100])
    assert not keeps_out(rule(control_share=HALF), "")


def test_who_is_kept_out_is_given_nothing_and_takes_nothing_of_the_budget() -> None:
    compared = rule(control_share=HALF, budget=Budget(Unit.POINTS, 100, 1), limits=Limits(awards=5))
    found = evaluated(bought(line()), compared, shopper=somebody(compared))
    assert (found.awards, missed(found), found.counted) == ((), {"c": "control_group"}, {})
    assert given_to(evaluated(bought(line()), compared, shopper=somebody(compared, kept_out=False))) == ["c"]


def test_what_stands_in_everybodys_way_is_what_stands_in_theirs() -> None:
    compared = rule(control_share=HALF, budget=Budget(Unit.POINTS, 100, 1))
    assert missed(evaluated(bought(line()), compared, shopper=somebody(compared), left=9)) == {"c": "budget_exhausted"}


def test_the_next_of_its_group_is_given_to_who_is_kept_out() -> None:
    best = rule(add(50), campaign_id="best", control_share=HALF, group="g", stacking=GroupMode.BEST)
    next_best = rule(add(20), campaign_id="next", group="g", stacking=GroupMode.BEST)
    found = evaluated(bought(line()), best, next_best, shopper=somebody(best))
    assert (given_to(found), missed(found)) == (["next"], {"best": "control_group"})


def test_nothing_is_withheld_that_nobody_would_have_been_given() -> None:
    """Who would have been given a better one anyway is not compared with those who were given this one."""
    best = rule(add(50), campaign_id="best", group="g", stacking=GroupMode.BEST)
    worse = rule(add(20), campaign_id="worse", control_share=HALF, group="g", stacking=GroupMode.BEST)
    found = evaluated(bought(line()), best, worse, shopper=somebody(worse))
    assert (given_to(found), missed(found)) == (["best"], {"worse": "outranked"})


def test_two_campaigns_that_keep_the_same_member_out_compete_as_for_anybody() -> None:
    best = rule(add(50), campaign_id="best", control_share=HALF, group="g", stacking=GroupMode.BEST)
    worse = rule(add(20), campaign_id="worse", control_share=HALF, group="g", stacking=GroupMode.BEST)
    found = evaluated(bought(line()), best, worse, shopper=somebody(best, worse))
    assert (given_to(found), missed(found)) == ([], {"best": "control_group", "worse": "outranked"})


def test_a_days_receipts_are_summed_for_them_too_and_a_return_takes_nothing_back() -> None:
    hundred = Every(Fen(100_00), Gift(Points(5)), 9, Over.DAY)
    compared = rule(hundred, control_share=HALF)
    shopper = somebody(compared)
    first = evaluate(bought(line(60), key="receipt/t/1"), shopper, [compared], {}, {})
    assert (missed(first), list(first.counted)) == ({}, ["c"])
    second = evaluate(bought(line(60), key="receipt/t/2"), shopper, [compared], first.counted, {})
    assert missed(second) == {"c": "control_group"}
    settled = settle_day(compared, second.counted["c"], "receipt/t/1", ())
    assert (bool(settled.taken), dict(settled.used.day.receipts)) == (False, {"receipt/t/2": 60_00})


def test_the_share_is_published_with_the_rule_and_stored() -> None:
    campaign = EarningCampaign.model_validate(CAMPAIGN | {"control_share": 100})
    published = compiled("c", campaign, 0, 1000, {})
    assert published.control_share == 100
    assert from_plain(to_plain(published)) == published
    assert "control_share" not in to_plain(replace(published, control_share=0))


def test_a_campaign_is_for_most_of_its_members() -> None:
    for share in (-1, 501):
        with pytest.raises(ValidationError):
            EarningCampaign.model_validate(CAMPAIGN | {"control_share": share})
