"""What a campaign gives, as marketers write it: each effect a shape of its own, told apart by `kind` (P4, A3). Pure."""

from collections import Counter
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator

from loyalty.earning.rule import Over
from loyalty.fields import MAX_FEN, MAX_POINTS
from loyalty.parts import THOUSANDTHS, Part, Thousandths
from loyalty.types import Purse

MOST_COUPONS = 20
"""Coupons of one award: each is issued by itself, and each is named in the ledger's entry."""
MOST_STEPS = 20
TemplateId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
SomeFen = Annotated[int, Field(strict=True, ge=1, le=MAX_FEN, description="Money in fen (1 yuan = 100 fen).")]
Factor = Annotated[
    Thousandths,
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}(\.\d{1,3})?$", "description": 'A decimal as text, "2".'}),
]


class EarningGift(Part):
    """What one effect gives: points of a purse (points, courtesy, growth, draws), coupons, or both.

    Attributes:
        templates: templates of coupons, such as a gift or a voucher; one coupon of each, a template may stand twice.
    """

    points: Annotated[int, Field(strict=True, ge=0, le=MAX_POINTS)] = 0
    purse: Purse = Purse.POINTS
    templates: Annotated[tuple[TemplateId, ...], Field(max_length=MOST_COUPONS)] = ()

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if not self.points and not self.templates:
            raise ValueError("gives nothing: name points, templates, or both")
        return self


class MultiplyEffect(Part):
    """Points for what the lines that count earn, the tier's multiplier included, times a factor: "2" doubles.

    In another purse than points, the factor says how many of it stand for each point earned: "0.1" gives a tenth.
    """

    kind: Literal["multiply"]
    factor: Factor
    purse: Purse = Purse.POINTS

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.purse is Purse.POINTS and self.factor <= THOUSANDTHS:
            raise ValueError('gives nothing: the receipt earns factor "1" already')
        if not self.factor:
            raise ValueError("gives nothing: factor is 0")
        return self

    def most_coupons(self) -> int:
        """Return how many coupons one award of it issues at most."""
        return 0


class AddEffect(Part):
    """A gift for each receipt; where the campaign asks for a day's amount, once for the day."""

    kind: Literal["add"]
    gift: EarningGift

    def most_coupons(self) -> int:
        """Return how many coupons one award of it issues at most."""
        return len(self.gift.templates)


class EarningStep(Part):
    """From so many fen on, this gift."""

    at_least: SomeFen
    gift: EarningGift


class StepsEffect(Part):
    """The gift of the highest step reached by a receipt, or by the day's receipts together: 500 -> 50, 1000 -> 100."""

    kind: Literal["steps"]
    steps: Annotated[tuple[EarningStep, ...], Field(min_length=1, max_length=MOST_STEPS)]
    over: Over = Over.RECEIPT

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if any(high.at_least <= low.at_least for low, high in pairwise(self.steps)):
            raise ValueError("steps must rise: each at_least above the one before")
        for purse in Purse:
            _require_rise(f"points of purse {purse}", [_points(step, purse) for step in self.steps], self.over)
        for template in {name for step in self.steps for name in step.gift.templates}:
            counts = [Counter(step.gift.templates)[template] for step in self.steps]
            _require_rise(f"coupons of {template}", counts, Over.RECEIPT)
        return self

    def most_coupons(self) -> int:
        """Return how many coupons one award of it issues at most."""
        return max(len(step.gift.templates) for step in self.steps)


class EveryEffect(Part):
    """A gift for each full amount, at most `most` times for a receipt, or for the day's receipts together."""

    kind: Literal["every"]
    fen: SomeFen
    gift: EarningGift
    most: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    over: Over = Over.RECEIPT

    def most_coupons(self) -> int:
        """Return how many coupons one award of it issues at most."""
        return len(self.gift.templates) * self.most


AnyEffect = Annotated[MultiplyEffect | AddEffect | StepsEffect | EveryEffect, Field(discriminator="kind")]


def templates_of(effect: AnyEffect) -> frozenset[str]:
    """Return the templates an effect may issue coupons of."""
    match effect:
        case AddEffect() | EveryEffect():
            return frozenset(effect.gift.templates)
        case StepsEffect():
            return frozenset(name for step in effect.steps for name in step.gift.templates)
    return frozenset()


def gives_points(effect: AnyEffect) -> bool:
    """Tell whether an effect may give points of any purse."""
    match effect:
        case AddEffect() | EveryEffect():
            return effect.gift.points > 0
        case StepsEffect():
            return any(step.gift.points for step in effect.steps)
    return True


def _points(step: EarningStep, purse: Purse) -> int:
    return step.gift.points if step.gift.purse is purse else 0


def _require_rise(what: str, amounts: list[int], over: Over) -> None:
    """Refuse what would make returns depend on their order: something that falls from step to step and rises again.

    Over a day nothing may fall: the next receipt would have to take points back.
    """
    falls = [n for n, (low, high) in enumerate(pairwise(amounts)) if high < low]
    if falls and over is Over.DAY:
        raise ValueError(f"over a day a higher step gives no less than a lower one: {what}")
    if falls and any(high > low for low, high in pairwise(amounts[falls[0] :])):
        raise ValueError(f"what a step leaves out must not come back at a higher one: {what}")
