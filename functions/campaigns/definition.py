"""What marketers write before a campaign awards anything: conditions, effects, limits, budget (P4, A3, A4, A9, B1).

It is the `definition` of an offer (`loyalty.catalogue`), whose life it shares. Publication compiles it into a rule
(`loyalty.earning.rule`), which is all that the checkout reads (ADR 0802). What can never give anything, or whose
returns would depend on their order, is refused here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from functions.campaigns import definition_effects as effects
from functions.campaigns.definition_effects import MOST_COUPONS, AnyEffect
from functions.campaigns.definition_windows import EarningWindows
from loyalty.coupons.terms import Scope
from loyalty.earning import rule as compiled_form
from loyalty.earning.rule import GroupMode, Over, Rule, Unit
from loyalty.fields import MAX_POINTS
from loyalty.parts import Code, Part
from loyalty.types import Fen, Points

NAME = "campaign"
"""The catalogue's name for campaigns."""
MOST_AWARDS = 100_000_000
MOST_PRIORITY = 1000
MOST_CONTROL = 500
"""Thousandths: a campaign is for most of the members it is for."""
MOST_EFFECTS = 5
LONGEST = timedelta(days=3660)
LAST_FOLLOW_UP = 90
"""Days after a campaign on which a survey may still follow it."""
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
"""What the lunar calendar and the ledger's days reach."""

Title = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=500)]
SurveyRef = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
ListId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
CampaignInstant = Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST, description="RFC 3339 with offset.")]
Times = Annotated[int, Field(strict=True, ge=1, le=MOST_AWARDS)]
ControlShare = Annotated[int, Field(strict=True, ge=0, le=MOST_CONTROL)]
Amount = Annotated[int, Field(strict=True, ge=1, le=MAX_POINTS)]


class EarningConditions(Part):
    """What must hold; what is left out is not asked for.

    Attributes:
        scope: lines that count; excluded goods never do, nor does what points paid whole.
        tiers: codes of the tiers it is for, as held before the purchase.
        lists: the member is on one of these lists.
        channels: how the receipt reached us.
        at_least: fen of the lines that count, as paid in money, on the receipt or over the mall-local day with it.
    """

    scope: Scope = Scope()
    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    lists: Annotated[tuple[ListId, ...], Field(max_length=10)] = ()
    channels: Annotated[tuple[Literal["till", "import"], ...], Field(max_length=2)] = ()
    first_purchase: bool = False
    at_least: effects.SomeFen | None = None
    over: Over = Over.RECEIPT
    windows: EarningWindows = EarningWindows()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.over is Over.DAY and self.at_least is None:
            raise ValueError("over a day: say at_least, or let the effect be over the day")
        return self


class EarningLimits(Part):
    """How much one member gets, in all and on a mall-local day; an award that would pass a limit is not given.

    Points of all purses count together; what a day's receipts bring together is one award.
    """

    awards: Times | None = None
    awards_a_day: Times | None = None
    points: Amount | None = None
    points_a_day: Amount | None = None


class EarningBudget(Part):
    """What all members together may get: points of all purses, or awards. An award is given whole or not at all."""

    unit: Unit
    amount: Amount


class CampaignFollowUp(Part):
    """The survey that those who were awarded something, and kept some of it, are asked after the campaign.

    Attributes:
        survey_id: a published survey; whichever of its versions asks then.
        days_after: mall-local days after the campaign's last day, or the day it was ended early.
    """

    survey_id: SurveyRef
    days_after: Annotated[int, Field(strict=True, ge=1, le=LAST_FOLLOW_UP)] = 3


class EarningCampaign(Part):
    """A campaign.

    Attributes:
        starts: its first instant, written `from`; `until` is the first instant it is over. The time of purchase counts.
        priority: higher ones are asked first.
        group: campaigns of one group compete; empty: it goes with all others.
        stacking: how the group goes together: all of them, the one worth most (best), the first by priority.
        follow_up: the survey that follows it; null: none.
        control_share: thousandths of the members who are given nothing of it, drawn by chance for all of the campaign;
            the report compares with them (ADR 0923).
    """

    name_zh: Title
    name_en: Title
    description_zh: Text = ""
    description_en: Text = ""
    starts: Annotated[CampaignInstant, Field(alias="from")]
    until: CampaignInstant
    priority: Annotated[int, Field(strict=True, ge=-MOST_PRIORITY, le=MOST_PRIORITY)] = 0
    group: Code | Literal[""] = ""
    stacking: GroupMode = GroupMode.ALL
    conditions: EarningConditions = EarningConditions()
    effects: Annotated[tuple[AnyEffect, ...], Field(min_length=1, max_length=MOST_EFFECTS)]
    limits: EarningLimits = EarningLimits()
    budget: EarningBudget | None = None
    follow_up: CampaignFollowUp | None = None
    control_share: ControlShare = 0

    @model_validator(mode="after")
    def _comes_true(self) -> Self:
        if self.until <= self.starts:
            raise ValueError("until must lie after from")
        if self.until - self.starts > LONGEST:
            raise ValueError("a campaign lasts ten years at most")
        if not self.conditions.windows.comes_true(self.starts, self.until):
            raise ValueError("windows: no day between from and until is one of these")
        if self.stacking is not GroupMode.ALL and not self.group:
            raise ValueError("stacking best and first need a group")
        return self

    @model_validator(mode="after")
    def _sums_one_thing(self) -> Self:
        """Refuse a campaign that is partly over receipts and partly over a day: its parts could not be taken back."""
        if not self.sums_day:
            return self
        for effect in self.effects:
            if isinstance(effect, effects.MultiplyEffect):
                raise ValueError("over a day there is nothing to multiply: use steps, every, or add with at_least")
            if isinstance(effect, effects.StepsEffect | effects.EveryEffect) and effect.over is not Over.DAY:
                raise ValueError("all over receipts or all over the day: use two campaigns")
            if isinstance(effect, effects.AddEffect) and self.conditions.over is not Over.DAY:
                raise ValueError("add is for each receipt: for once a day, ask for at_least over day")
        if self.conditions.first_purchase:
            raise ValueError("a first purchase is one receipt: nothing to sum over a day")
        return self

    @model_validator(mode="after")
    def _counts_what_it_gives(self) -> Self:
        if sum(effect.most_coupons() for effect in self.effects) > MOST_COUPONS:
            raise ValueError(f"more than {MOST_COUPONS} coupons in one award")
        named = [name for effect in self.effects for name in effects.templates_of(effect)]
        if len(set(named)) < len(named):
            raise ValueError("a template is given by one effect only")
        counts_points = self.limits.points or self.limits.points_a_day
        if self.budget is not None and self.budget.unit is Unit.POINTS:
            counts_points = counts_points or self.budget.amount
        if counts_points and not any(map(effects.gives_points, self.effects)):
            raise ValueError("it gives no points: limit or budget awards")
        if named and self.limits.awards is None and self.limits.awards_a_day is None:
            raise ValueError(
                "it gives coupons, so it needs limits.awards or limits.awards_a_day: a coupon that was used is kept "
                "when the goods come back, and buying and returning again and again would bring more of them"
            )
        return self

    @property
    def sums_day(self) -> bool:
        """Whether the day's receipts are summed."""
        return self.conditions.over is Over.DAY or any(
            isinstance(effect, effects.StepsEffect | effects.EveryEffect) and effect.over is Over.DAY
            for effect in self.effects
        )

    @property
    def templates(self) -> frozenset[str]:
        """The templates it may issue coupons of."""
        return frozenset(name for effect in self.effects for name in effects.templates_of(effect))


def campaign_of(definition: Mapping[str, Any]) -> EarningCampaign:
    """Return the campaign a stored definition holds."""
    return EarningCampaign.model_validate(definition)


def definition_of(campaign: EarningCampaign) -> dict[str, Any]:
    """Return a campaign as it is stored and compared: JSON-ready, without what is left at its default."""
    return campaign.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def compiled(
    campaign_id: str, definition: EarningCampaign, shards: int, point_fen: int, worth: Mapping[str, int]
) -> Rule:
    """Return the rule that a campaign is published as.

    Args:
        shards: over how many rows the budget is dealt (`loyalty.stock.shards_for`); ignored without one.
        point_fen: what a point of purse `points` is worth, thousandths of a fen.
        worth: fen of the coupons, by template.
    """
    return Rule(
        campaign_id=campaign_id,
        name_zh=definition.name_zh,
        name_en=definition.name_en,
        starts=definition.starts.astimezone(UTC),
        until=definition.until.astimezone(UTC),
        effects=tuple(map(_effect, definition.effects)),
        conditions=_conditions(definition),
        priority=definition.priority,
        group=definition.group,
        stacking=definition.stacking,
        limits=compiled_form.Limits(**definition.limits.model_dump()),
        budget=_budget(definition.budget, shards),
        point_fen=point_fen,
        worth={name: fen for name, fen in sorted(worth.items()) if name in definition.templates},
        control_share=definition.control_share,
    )


def _budget(budget: EarningBudget | None, shards: int) -> compiled_form.Budget | None:
    return compiled_form.Budget(budget.unit, budget.amount, shards) if budget else None


def _conditions(definition: EarningCampaign) -> compiled_form.Conditions:
    asked = definition.conditions
    scope, windows = asked.scope, asked.windows
    return compiled_form.Conditions(
        scope=compiled_form.Scope(*map(frozenset, (scope.tenants, scope.categories, scope.brands, scope.skus))),
        tiers=frozenset(asked.tiers),
        lists=frozenset(asked.lists),
        channels=frozenset(asked.channels),
        first_purchase=asked.first_purchase,
        at_least=None if asked.at_least is None else Fen(asked.at_least),
        over=asked.over,
        windows=compiled_form.Windows(
            recurrence=windows.recurrence,
            dates=windows.dates(definition.starts, definition.until),
            minutes=(windows.daily.starts, windows.daily.until) if windows.daily else None,
            birthday=windows.birthday,
            anniversary=windows.anniversary,
        ),
    )


def _effect(effect: AnyEffect) -> compiled_form.Effect:
    match effect:
        case effects.MultiplyEffect():
            return compiled_form.Multiply(effect.factor, effect.purse)
        case effects.AddEffect():
            return compiled_form.Add(_gift(effect.gift))
        case effects.StepsEffect():
            steps = tuple((Fen(step.at_least), _gift(step.gift)) for step in effect.steps)
            return compiled_form.Steps(steps, effect.over)
    return compiled_form.Every(Fen(effect.fen), _gift(effect.gift), effect.most, effect.over)


def _gift(gift: effects.EarningGift) -> compiled_form.Gift:
    return compiled_form.Gift(Points(gift.points), gift.purse, gift.templates)
