"""A campaign in the short form that decides awards: conditions, effects, limits, budget (requirements P4, A3, A9, B1).

Publication compiles the definition (`functions.campaigns.definition`) into this form: festivals become dates, so the
checkout needs no calendar of the moon and no model of the definition. A published rule never changes; a receipt's
entry names the campaign, so a return finds the very rule that gave the award.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from loyalty.types import Fen, Points, Purse

_NONE = Points(0)
_AS_THEY_ARE = ("campaign_id", "name_zh", "name_en", "priority", "group", "point_fen", "worth", "control_share")


class GroupMode(StrEnum):
    """How rules of one exclusivity group go together: all of them, the one worth most, the first by priority."""

    ALL = "all"
    BEST = "best"
    FIRST = "first"


class Over(StrEnum):
    """What an amount is summed over: this receipt, or the member's receipts of the mall-local day, at any tenant."""

    RECEIPT = "receipt"
    DAY = "day"


class Unit(StrEnum):
    """What a budget counts: points of all purses together, or awards."""

    POINTS = "points"
    AWARDS = "awards"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines count: one that fits every set that is not empty. Excluded goods never count (requirements K7)."""

    tenants: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Windows:
    """When in mall time the rule applies; everything that is set must hold.

    Attributes:
        recurrence: a rule of RFC 5545 by days, such as `FREQ=MONTHLY;BYMONTHDAY=5`; None: every day.
        dates: days the festivals fall on; None: no festival is asked for.
        minutes: from and until, minutes of the mall-local day, until excluded; from > until passes midnight and
            belongs to the day it began on; None: all day.
        birthday: `month` or `day`: it is the member's birthday month or day; one born on 29 February has it on the
            28th in other years.
        anniversary: it is the day, in a later year, on which the member enrolled; likewise for 29 February.
    """

    recurrence: str | None = None
    dates: frozenset[date] | None = None
    minutes: tuple[int, int] | None = None
    birthday: str | None = None
    anniversary: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold; what is empty or None is not asked for.

    Attributes:
        scope: the lines that count; with no such line the rule does not apply.
        lists: the member is on one of these lists.
        channels: how the receipt reached us: `till`, `import`.
        first_purchase: no purchase of the member was ever recorded before.
        at_least: fen of the lines that count, what was paid for them in money, over a receipt or the day with it.
    """

    scope: Scope = Scope()
    tiers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    first_purchase: bool = False
    at_least: Fen | None = None
    over: Over = Over.RECEIPT
    windows: Windows = Windows()


@dataclass(frozen=True, slots=True)
class Gift:
    """What one effect gives: points of a purse, or a coupon of each template."""

    points: Points = _NONE
    purse: Purse = Purse.POINTS
    templates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Multiply:
    """What the lines that count earn, the tier's multiplier included, times `factor` thousandths.

    In purse `points` the part above 1 is given, for the receipt earns the rest already: 2000 doubles. In any other
    purse the whole product is given. Rounded down once.
    """

    factor: int
    purse: Purse = Purse.POINTS


@dataclass(frozen=True, slots=True)
class Add:
    """A fixed gift for each receipt that the rule applies to."""

    gift: Gift


@dataclass(frozen=True, slots=True)
class Steps:
    """The gift of the highest step reached: 500 yuan bring 50, 1000 bring 100, not 150.

    Over a day, the gift of the step that the day's receipts reach together, less what the day was given before.
    """

    steps: tuple[tuple[Fen, Gift], ...]
    over: Over = Over.RECEIPT


@dataclass(frozen=True, slots=True)
class Every:
    """A gift for each full `fen` spent, at most `most` times; over a day, less what the day was given before."""

    fen: Fen
    gift: Gift
    most: int
    over: Over = Over.RECEIPT


Effect = Multiply | Add | Steps | Every


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one member gets of the campaign, in all and on a mall-local day; None: no limit.

    An award that would pass a limit is not given at all.
    """

    awards: int | None = None
    awards_a_day: int | None = None
    points: int | None = None
    points_a_day: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What all members together may get, and over how many rows it is dealt (`loyalty.stock`)."""

    unit: Unit
    amount: int
    shards: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A campaign as it decides.

    Attributes:
        starts, until: from the first instant to the first one it is over; the receipt's own time counts, so a receipt
            that comes late gets what ran when it was bought.
        priority: higher ones are asked first; then the smaller id.
        group: rules of one group compete as the group's first applicable rule says (`stacking`); empty: with nobody.
        point_fen: what a point of purse `points` is worth, thousandths of a fen, and
        worth: fen of the coupons by template: by both, `best` compares.
        control_share: thousandths of the members who are kept out of it (`loyalty.earning.control`).
        sums_day: whether the day's receipts are summed: then all effects are over the day, which counts as one award.
    """

    campaign_id: str
    name_zh: str
    name_en: str
    starts: datetime
    until: datetime
    effects: tuple[Effect, ...]
    conditions: Conditions = Conditions()
    priority: int = 0
    group: str = ""
    stacking: GroupMode = GroupMode.ALL
    limits: Limits = Limits()
    budget: Budget | None = None
    point_fen: int = 1000
    worth: Mapping[str, int] = field(default_factory=dict)
    control_share: int = 0
    sums_day: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sums_day", _sums_day(self))

    @property
    def order(self) -> tuple[int, str]:
        """What rules are sorted by: the higher priority first, then the smaller id."""
        return -self.priority, self.campaign_id


def _sums_day(rule: Rule) -> bool:
    return rule.conditions.over is Over.DAY or any(
        isinstance(effect, Steps | Every) and effect.over is Over.DAY for effect in rule.effects
    )


def to_plain(rule: Rule) -> dict[str, Any]:
    """Return the rule as it is stored: JSON-ready, without what goes without saying."""
    found: dict[str, Any] = _plain(rule)
    return found


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case frozenset():
            return sorted(map(_plain, value))
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(part) for part in value]
        case Multiply() | Add() | Steps() | Every():
            return {"kind": type(value).__name__.lower(), **_said(value)}
        case _ if is_dataclass(value):
            return _said(value)
    return value


def _said(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that say something: those without a default, and what is not their default."""
    held = ((one, getattr(value, one.name)) for one in fields(value) if one.init)
    return {one.name: _plain(part) for one, part in held if part not in (one.default, {})}


def from_plain(plain: Mapping[str, Any]) -> Rule:
    """Return the rule as it was stored; needs no model, for the checkout reads it."""
    return Rule(
        **{name: plain[name] for name in _AS_THEY_ARE if name in plain},
        starts=datetime.fromisoformat(plain["starts"]),
        until=datetime.fromisoformat(plain["until"]),
        effects=tuple(map(_effect, plain["effects"])),
        conditions=_conditions(plain.get("conditions", {})),
        stacking=GroupMode(plain.get("stacking", GroupMode.ALL)),
        limits=Limits(**plain.get("limits", {})),
        budget=_budget(plain["budget"]) if "budget" in plain else None,
    )


def _conditions(plain: Mapping[str, Any]) -> Conditions:
    sets = {name: frozenset(plain[name]) for name in ("tiers", "lists", "channels") if name in plain}
    return Conditions(
        scope=Scope(**{name: frozenset(names) for name, names in plain.get("scope", {}).items()}),
        first_purchase=plain.get("first_purchase", False),
        at_least=plain.get("at_least"),
        over=Over(plain.get("over", Over.RECEIPT)),
        windows=_windows(plain["windows"]) if "windows" in plain else Windows(),
        **sets,
    )


def _windows(plain: Mapping[str, Any]) -> Windows:
    return Windows(
        recurrence=plain.get("recurrence"),
        dates=frozenset(map(date.fromisoformat, plain["dates"])) if "dates" in plain else None,
        minutes=(plain["minutes"][0], plain["minutes"][1]) if "minutes" in plain else None,
        birthday=plain.get("birthday"),
        anniversary=plain.get("anniversary", False),
    )


def _budget(plain: Mapping[str, Any]) -> Budget:
    return Budget(Unit(plain["unit"]), plain["amount"], plain["shards"])


def _effect(plain: Mapping[str, Any]) -> Effect:
    match plain["kind"]:
        case "multiply":
            return Multiply(plain["factor"], Purse(plain.get("purse", Purse.POINTS)))
        case "add":
            return Add(_gift(plain["gift"]))
        case "steps":
            steps = tuple((Fen(least), _gift(gift)) for least, gift in plain["steps"])
            return Steps(steps, Over(plain.get("over", Over.RECEIPT)))
    return Every(plain["fen"], _gift(plain["gift"]), plain["most"], Over(plain.get("over", Over.RECEIPT)))


def _gift(plain: Mapping[str, Any]) -> Gift:
    purse = Purse(plain.get("purse", Purse.POINTS))
    return Gift(Points(plain.get("points", 0)), purse, tuple(plain.get("templates", ())))
