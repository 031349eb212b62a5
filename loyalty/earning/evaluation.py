"""What a receipt is awarded: one pure function of receipt, member, rules and what they were given before.

The checkout, quotes and simulations all ask it (requirements A10).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from loyalty.earning.control import keeps_out
from loyalty.earning.effects import Counted, Goods, Total, counted, goods_of, kept_coupons, total, units
from loyalty.earning.lines import PricedLine
from loyalty.earning.rule import GroupMode, Over, Rule, Unit
from loyalty.earning.stacking import chosen
from loyalty.earning.used import NOTHING, DayTally, Gifts, Used, after_award, counts, passes, ref
from loyalty.earning.windows import hold, hold_for
from loyalty.types import Day, Purse


@dataclass(frozen=True, slots=True)
class Bought:
    """A receipt, priced.

    Attributes:
        key: the ledger source of the receipt: names it among the day's receipts.
        at: when it was bought, in the mall's zone.
        lines: with net, ratio and whether they are payable; of a receipt whose returns came first, what is kept.
        multiplier: the tier's, thousandths.
    """

    key: str
    tenant_id: str
    at: datetime
    channel: str
    lines: tuple[PricedLine, ...]
    multiplier: int


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who buys, as rules see them.

    Attributes:
        tier: the code of the tier held before the purchase.
        first_purchase: whether no purchase was ever recorded.
        born: `mmdd`; joined: `yymmdd`; None where it is unknown or no rule asks.
        lists: those of the lists that rules ask for which the member is on.
        member_id: decides who is kept out for comparison; empty: nobody is.
    """

    tier: str
    first_purchase: bool
    born: str | None = None
    joined: Day | None = None
    lists: frozenset[str] = frozenset()
    member_id: str = ""


class Why(StrEnum):
    """Why a rule that applied gives nothing."""

    BUDGET = "budget_exhausted"
    LIMIT = "limit_reached"
    OUTRANKED = "outranked"
    CONTROL = "control_group"


@dataclass(frozen=True, slots=True)
class Award:
    """What one rule gives for one receipt.

    Attributes:
        points: by purse, each above zero.
        templates: the coupons, by template; the n-th has the ref `loyalty.earning.used.ref(key, campaign_id, n)`.
        units: what is taken from the budget; 0 where there is none, or where the day's award was counted before.
        used: what the member had of the campaign after it; None where the rule counts nothing.
        replaced: pairs of template and ref: coupons of the day that a higher step replaces.
    """

    rule: Rule
    points: Mapping[Purse, int]
    templates: tuple[str, ...]
    units: int
    used: Used | None
    replaced: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """A rule that applied and gives nothing."""

    rule: Rule
    why: Why


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a receipt is awarded, in order of priority, and what it missed.

    Attributes:
        counted: by campaign, what the member had of a rule with a day's sum that this receipt counts for without
            being awarded.
    """

    awards: tuple[Award, ...] = ()
    missed: tuple[Missed, ...] = ()
    counted: Mapping[str, Used] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be read before rules can be evaluated.

    Attributes:
        rules: those that may apply, by what the receipt alone says.
        dates: whether birthday or day of enrolment are asked for.
        lists: the lists that are asked for.
        used: the campaigns that count what a member had (limits, a day's sum).
        budgets: the campaigns whose budget must be looked at.
    """

    rules: tuple[Rule, ...]
    dates: bool
    lists: frozenset[str]
    used: frozenset[str]
    budgets: frozenset[str]


class _Applicable(NamedTuple):
    """A rule that applies to lines of so many fen: what it would give, or nothing (yet) and why.

    Attributes:
        withheld: what it would give, were the member not kept out to be compared with.
    """

    rule: Rule
    fen: int
    used: Used
    award: Award | None = None
    why_not: Why | None = None
    withheld: Award | None = None


def needs(bought: Bought, rules: Sequence[Rule]) -> Needs:
    """Return which rules may apply, by time, tenant, channel and lines, and what else they ask for."""
    goods, at = goods_of(bought.lines), bought.at.astimezone(UTC)
    may = tuple(rule for rule in rules if _may_apply(rule, bought, at) and _counted(rule, goods))
    return Needs(
        rules=may,
        dates=any(rule.conditions.windows.birthday or rule.conditions.windows.anniversary for rule in may),
        lists=frozenset().union(*(rule.conditions.lists for rule in may)),
        used=frozenset(rule.campaign_id for rule in may if counts(rule)),
        budgets=frozenset(rule.campaign_id for rule in may if rule.budget),
    )


def evaluate(
    bought: Bought, shopper: Shopper, rules: Iterable[Rule], used: Mapping[str, Used], left: Mapping[str, int]
) -> Evaluation:
    """Return what a receipt is awarded; the order in which rules are given changes nothing.

    Args:
        used: what the member was given before, by campaign; missing: nothing.
        left: what is left of budgets, by campaign; missing: nothing.
    """
    goods, at = goods_of(bought.lines), bought.at.astimezone(UTC)
    found = [
        _judged(
            _applied(rule, bought, counted_lines, used.get(rule.campaign_id, NOTHING), left.get(rule.campaign_id, 0)),
            shopper.member_id,
        )
        for rule in rules
        if _may_apply(rule, bought, at) and _is_for(rule, bought, shopper) and (counted_lines := _counted(rule, goods))
    ]
    return _stacked(sorted(found, key=lambda one: one.rule.order), bought.key)


def _may_apply(rule: Rule, bought: Bought, at: datetime) -> bool:
    """Tell whether a rule asks for this time, tenant and channel; the cheapest questions first."""
    if not rule.starts <= at < rule.until:
        return False
    asked = rule.conditions
    if asked.channels and bought.channel not in asked.channels:
        return False
    if asked.scope.tenants and bought.tenant_id not in asked.scope.tenants:
        return False
    return hold(asked.windows, rule.starts, bought.at)


def _is_for(rule: Rule, bought: Bought, shopper: Shopper) -> bool:
    asked = rule.conditions
    if asked.tiers and shopper.tier not in asked.tiers:
        return False
    if asked.first_purchase and not shopper.first_purchase:
        return False
    if asked.lists and shopper.lists.isdisjoint(asked.lists):
        return False
    return hold_for(asked.windows, bought.at, shopper.born, shopper.joined)


def _counted(rule: Rule, goods: Goods) -> Counted | None:
    """Return the lines that count; None where there is none, or the receipt itself lacks the amount asked for."""
    asked = rule.conditions
    found = counted(asked.scope, goods)
    if not found.fen or (asked.over is Over.RECEIPT and asked.at_least is not None and found.fen < asked.at_least):
        return None
    return found


def _applied(rule: Rule, bought: Bought, found: Counted, used: Used, left: int) -> _Applicable:
    """Return what a rule that applies gives: the award whole, or nothing and why."""
    gain, replaced = _gain(rule, bought, found, used.day)
    if not gain.points and not gain.templates:
        return _Applicable(rule, found.fen, used)
    after = _after(used, rule, bought.key, found.fen, gain, replaced) if counts(rule) else None
    if after and passes(rule.limits, after):
        return _Applicable(rule, found.fen, used, why_not=Why.LIMIT)
    is_new = used.day.begins_with(gain.templates) or not (rule.budget and rule.budget.unit is Unit.AWARDS)
    taken = units(rule, gain.points) if is_new else 0
    if taken > left:
        return _Applicable(rule, found.fen, used, why_not=Why.BUDGET)
    return _Applicable(rule, found.fen, used, Award(rule, gain.points, gain.templates, taken, after, replaced))


def _after(used: Used, rule: Rule, key: str, fen: int, gain: Total, replaced: Iterable[tuple[str, str]]) -> Used:
    coupons = tuple((name, ref(key, rule.campaign_id, n)) for n, name in enumerate(gain.templates))
    return after_award(used, rule, key, fen, Gifts(gain.points, coupons), [name for _, name in replaced])


def _gain(rule: Rule, bought: Bought, found: Counted, day: DayTally) -> tuple[Total, tuple[tuple[str, str], ...]]:
    """Return what a receipt brings: by itself, or the day with it, less what the day was given before.

    Of a day, also the coupons that the step reached now replaces.
    """
    if not rule.sums_day:
        return total(rule, found, bought.multiplier), ()
    others = sum(day.receipts.values()) - day.receipts.get(bought.key, 0)
    wanted = total(rule, Counted(others + found.fen, 0), 0)
    points = {purse: more for purse, value in wanted.points.items() if (more := value - day.given.get(purse, 0)) > 0}
    if not day.coupons:
        return Total(points, wanted.templates), ()
    kept = kept_coupons(day.coupons, wanted.templates)
    new = Counter(wanted.templates) - Counter(template for template, _ in kept)
    return Total(points, tuple(new.elements())), tuple(pair for pair in day.coupons if pair not in kept)


def _judged(one: _Applicable, member_id: str) -> _Applicable:
    """Return what a rule gives this member; budget and limits were looked at first, as for anybody (ADR 0923)."""
    if one.award is None or not keeps_out(one.rule, member_id):
        return one
    return one._replace(award=None, withheld=one.award)


def _stacked(found: Sequence[_Applicable], key: str) -> Evaluation:
    """Let the rules of each group compete; what gives nothing does not stand in another's way.

    Where one of a group is awarded that excludes the others, the receipt does not count for their day's sums either.
    """
    given = chosen([one.award for one in found if one.award])
    kept_out = any(one.withheld for one in found)
    without_control = chosen([award for one in found if (award := one.award or one.withheld)]) if kept_out else given
    modes = {one.award.rule.group: one.award.rule.stacking for one in reversed(found) if one.award}
    served = {group for group, mode in modes.items() if group and mode is not GroupMode.ALL}
    missed = [Missed(one.rule, why) for one in found if (why := _why_missed(one, given, without_control))]
    counted = {
        one.rule.campaign_id: after_award(one.used, one.rule, key, one.fen, Gifts())
        for one in found
        if one.rule.sums_day and one.rule.campaign_id not in given and one.rule.group not in served
    }
    return Evaluation(tuple(given.values()), tuple(missed), counted)


def _why_missed(one: _Applicable, given: Mapping[str, Award], without_control: Mapping[str, Award]) -> Why | None:
    """Return why a rule gives nothing; who is kept out misses only what anybody else would have been given."""
    if one.withheld:
        return Why.CONTROL if one.rule.campaign_id in without_control else Why.OUTRANKED
    if one.award is None or one.rule.campaign_id in given:
        return one.why_not
    return Why.OUTRANKED
