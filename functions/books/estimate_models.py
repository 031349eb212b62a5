"""What staff send about estimates of redemption and get back (requirement I5)."""

from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.books.estimate import Estimate, RedemptionRate, estimate_of
from loyalty.catalogue import Offer
from loyalty.http import Answer
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, Patch, life_of

OFFER_ID = r"^[0-9a-f]{24}$"
EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b13"
EstimateIdPath = Annotated[str, Path(pattern=OFFER_ID, description="The estimate's id.", examples=[EXAMPLE_ID])]

_DEFINITION: dict[str, Any] = {
    "name": "2027 H1",
    "effective_from": "2027-01-01",
    "rates": [
        {"until_age": 3, "expected": "0.9"},
        {"tier": "gold", "expected": "0.95"},
        {"expected": "0.8"},
    ],
}
_FULL = Estimate.model_validate(_DEFINITION).model_dump(mode="json")
_ESTIMATE: dict[str, Any] = {
    "estimate_id": EXAMPLE_ID,
    **EXAMPLE_LIFE,
    "state": "approved",
    "version": 2,
    "history": EXAMPLE_LIFE["history"][:2],
    "definition": _FULL,
}


class EstimateDraft(Estimate):
    """A version to be approved by another person.

    The rate of the member's own tier with the lowest `until_age` that covers the points' age comes first, then that of
    all tiers; points no rate speaks of are expected to be used in full.
    """

    # The day lies far ahead: an estimate that begins in the past is refused.
    model_config = ConfigDict(json_schema_extra={"examples": [{**_DEFINITION, "effective_from": "2099-01-01"}]})


class EstimatePatch(Patch):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"effective_from": "2099-02-01"}]})

    name: str | None = None
    effective_from: date | None = None
    rates: Annotated[tuple[RedemptionRate, ...] | None, Field(max_length=200)] = None


class EstimateAnswer(LifeAnswer):
    """One version of the estimate."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ESTIMATE]})

    estimate_id: str
    definition: Estimate


class EstimatesAnswer(Answer):
    """A page of estimates, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ESTIMATE], "next": None}]})

    items: tuple[EstimateAnswer, ...]
    next: str | None = None


def estimate_answer(offer: Offer) -> EstimateAnswer:
    """Return an estimate as staff see it."""
    return EstimateAnswer(
        estimate_id=offer.offer_id,
        **life_of(offer),
        definition=estimate_of(offer),
    )
