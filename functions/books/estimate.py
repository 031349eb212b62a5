"""Estimates of redemption: how much of what is held will be used, by tier and age, as versions (requirement I5). Pure.

An estimate is drafted by one person and approved by another; from its day on it is the one in force. It never starts
in the past, so a report of a day that is over says the same whenever it is asked for.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import Field, WithJsonSchema, model_validator

from loyalty.catalogue import Offer, OfferState
from loyalty.parts import THOUSANDTHS, Code, Part, Thousandths

Expected = Annotated[
    Thousandths,
    Field(le=THOUSANDTHS),
    WithJsonSchema({"type": "string", "pattern": r"^(0(\.\d{1,3})?|1(\.0{1,3})?)$", "examples": ["0.85"]}),
]


class RedemptionRate(Part):
    """What part of points is expected to be used.

    Attributes:
        tier: the members it speaks of; None: of every tier without a rate of its own at that age.
        until_age: it speaks of points up to so many months old; None: of any age.
        expected: as a decimal of at most three places, `"0.85"`.
    """

    tier: Code | None = None
    until_age: Annotated[int | None, Field(strict=True, ge=0, le=120)] = None
    expected: Expected


class Estimate(Part):
    """One version of what is expected."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    effective_from: date
    rates: Annotated[tuple[RedemptionRate, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _one_rate_each(self) -> Self:
        if len({(rate.tier, rate.until_age) for rate in self.rates}) != len(self.rates):
            raise ValueError("a tier and an age have one rate")
        return self

    def expected(self, tier: str, age: int) -> int:
        """Return how much of a tier's points of an age in months is expected to be used, in thousandths.

        The tier's own rate of the narrowest age comes first, then that of all tiers; of what nothing is said, all.
        """
        for whose in (tier, None):
            fitting = [r for r in self.rates if r.tier == whose and (r.until_age is None or age <= r.until_age)]
            if fitting:
                return min(fitting, key=lambda r: (r.until_age is None, r.until_age or 0)).expected
        return THOUSANDTHS


def estimate_of(offer: Offer) -> Estimate:
    """Return the estimate a version holds."""
    return Estimate.model_validate(offer.definition)


def in_force(offers: Iterable[Offer], day: date) -> Offer | None:
    """Return the version that applies on a day: of those approved, the one that started last; None where none did."""
    started = [
        (estimate_of(offer).effective_from, offer.history[-1][2], offer.offer_id, offer)
        for offer in offers
        if offer.state is OfferState.APPROVED and estimate_of(offer).effective_from <= day
    ]
    return max(started, key=lambda found: found[:3])[3] if started else None
