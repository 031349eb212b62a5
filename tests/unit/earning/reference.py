"""What rules give, worked out slowly and plainly from their documentation: no cleverness shared with the product.

Everything is a fraction until it is rounded; days are spelled out; groups are tried one by one. Of one receipt on an
empty day: sums over a day have a reference of their own in `test_day_sums`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import floor

from loyalty.earning.evaluation import Bought, Shopper
from loyalty.earning.lines import PricedLine
from loyalty.earning.rule import Add, Every, Gift, Multiply, Rule, Steps


@dataclass
class Given:
    """What one rule gives: points by the purse's name, templates, units of the budget."""

    rule: Rule
    points: dict[str, int]
    templates: list[str]
    units: int


def reference(
    bought: Bought, shopper: Shopper, rules: Sequence[Rule], left: dict[str, int]
) -> tuple[dict[str, Given], dict[str, str]]:
    """Return what is given, and why a rule that applies gives nothing, by campaign."""
    given, missed = dict[str, Given](), dict[str, str]()
    for rule in rules:
        if not applies(rule, bought, shopper):
            continue
        one = gives(rule, bought)
        if not one.points and not one.templates:
            continue
        if not within_limits(rule, one):
            missed[rule.campaign_id] = "limit_reached"
        elif rule.budget is not None and one.units > left[rule.campaign_id]:
            missed[rule.campaign_id] = "budget_exhausted"
        else:
            given[rule.campaign_id] = one
    kept_out = {name for name, one in given.items() if is_kept_out(one.rule, shopper.member_id)}
    would_lose = outranked(given)
    for name in kept_out:
        missed[name] = "outranked" if name in would_lose else "control_group"
        del given[name]
    for name in outranked(given):
        missed[name] = "outranked"
        del given[name]
    return given, missed


def is_kept_out(rule: Rule, member_id: str) -> bool:
    """Tell whether a member is in the control group, as ADR 0923 publishes the draw."""
    if member_id == "":
        return False
    drawn = int(sha256(f"control/{rule.campaign_id}/{member_id}".encode()).hexdigest()[:16], 16)
    return drawn % 1000 < rule.control_share


def applies(rule: Rule, bought: Bought, shopper: Shopper) -> bool:
    asked = rule.conditions
    if not in_time(rule, bought, shopper):
        return False
    if asked.scope.tenants and bought.tenant_id not in asked.scope.tenants:
        return False
    if asked.channels and bought.channel not in asked.channels:
        return False
    if asked.tiers and shopper.tier not in asked.tiers:
        return False
    if asked.lists and not (set(asked.lists) & set(shopper.lists)):
        return False
    if asked.first_purchase and not shopper.first_purchase:
        return False
    money = sum(line.net for line in counting(rule, bought))
    return money > 0 and (asked.at_least is None or money >= asked.at_least)


def in_time(rule: Rule, bought: Bought, shopper: Shopper) -> bool:
    windows = rule.conditions.windows
    if bought.at.timestamp() < rule.starts.timestamp() or bought.at.timestamp() >= rule.until.timestamp():
        return False
    clock = bought.at.strftime("%H:%M")
    if windows.minutes is not None:
        begins, ends = (f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in windows.minutes)
        if not begins <= clock < ends:
            return False
    if windows.birthday == "month" and (shopper.born or "")[:2] != bought.at.strftime("%m"):
        return False
    return windows.birthday != "day" or shopper.born == bought.at.strftime("%m%d")


def counting(rule: Rule, bought: Bought) -> list[PricedLine]:
    scope = rule.conditions.scope
    found = [line for line in bought.lines if line.payable and line.net > 0]
    for wanted, part in ((scope.categories, "category"), (scope.brands, "brand"), (scope.skus, "sku")):
        if wanted:
            found = [line for line in found if getattr(line, part) in wanted]
    return found


def gives(rule: Rule, bought: Bought) -> Given:
    lines = counting(rule, bought)
    money = sum(line.net for line in lines)
    earned = sum((Fraction(line.net, 100) * Fraction(line.ratio, 1000) for line in lines), Fraction())
    earned *= Fraction(bought.multiplier, 1000)
    exact, whole, templates = dict[str, Fraction](), dict[str, int](), list[str]()
    for effect in rule.effects:
        if isinstance(effect, Multiply):
            factor = Fraction(effect.factor, 1000) - (1 if effect.purse == "points" else 0)
            exact[effect.purse] = exact.get(effect.purse, Fraction()) + earned * factor
            continue
        for gift in gifts(effect, money):
            whole[gift.purse] = whole.get(gift.purse, 0) + gift.points
            templates += list(gift.templates)
    for purse, part in exact.items():
        whole[purse] = whole.get(purse, 0) + max(0, floor(part))
    points = {purse: value for purse, value in whole.items() if value}
    units = 0
    if rule.budget is not None:
        units = 1 if rule.budget.unit == "awards" else sum(points.values())
    return Given(rule, points, templates, units)


def gifts(effect: Add | Steps | Every, money: int) -> list[Gift]:
    if isinstance(effect, Add):
        return [effect.gift]
    if isinstance(effect, Every):
        times = 0
        while times < effect.most and (times + 1) * effect.fen <= money:
            times += 1
        return [effect.gift] * times
    found: list[Gift] = []
    for least, gift in effect.steps:
        if money >= least:
            found = [gift]
    return found


def within_limits(rule: Rule, one: Given) -> bool:
    """Tell whether a member who had nothing before may have this."""
    limits, points = rule.limits, sum(one.points.values())
    awards_allowed = all(most is None or most >= 1 for most in (limits.awards, limits.awards_a_day))
    return awards_allowed and all(most is None or most >= points for most in (limits.points, limits.points_a_day))


def outranked(given: dict[str, Given]) -> list[str]:
    found = list[str]()
    for group in {one.rule.group for one in given.values()} - {""}:
        rivals = [one for one in given.values() if one.rule.group == group]
        rivals.sort(key=lambda one: one.rule.campaign_id)
        rivals.sort(key=lambda one: one.rule.priority, reverse=True)
        match rivals[0].rule.stacking:
            case "first":
                stays = rivals[:1]
            case "best":
                best = max(worth(one) for one in rivals)
                stays = [next(one for one in rivals if worth(one) == best)]
            case _:
                stays = rivals
        found += [one.rule.campaign_id for one in rivals if one not in stays]
    return found


def worth(one: Given) -> tuple[Fraction, int]:
    points = one.points.get("points", 0)
    money = Fraction(points * one.rule.point_fen, 1000) + sum(one.rule.worth.get(name, 0) for name in one.templates)
    return money, sum(one.points.values()) - points
