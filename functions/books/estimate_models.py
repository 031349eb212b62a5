"""What staff send about estimates of redemption and get back (requirement I5)."""

from datetime import date
from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field, model_validator

from functions.books.estimate import Estimate, RedemptionRate, estimate_of
from loyalty.catalogue import Offer, OfferState
from loyalty.http import Answer, Body

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
    "state": "approved",
    "version": 2,
    "made_by": "staff-0001",
    "approved_by": "staff-0002",
    "history": [
        {"state": "draft", "by": "staff-0001", "at": "2026-11-02T01:30:00.000Z"},
        {"state": "approved", "by": "staff-0002", "at": "2026-11-02T02:10:00.000Z"},
    ],
    "definition": _FULL,
}


class EstimateDraft(Estimate):
    """A version to be approved by another person.

    The rate of the member's own tier with the lowest `until_age` that covers the points' age comes first, then that of
    all tiers; points no rate speaks of are expected to be used in full.
    """

    # The day lies far ahead: an estimate that begins in the past is refused.
    model_config = ConfigDict(json_schema_extra={"examples": [{**_DEFINITION, "effective_from": "2099-01-01"}]})


class EstimatePatch(Body):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"effective_from": "2099-02-01"}]})

    name: str | None = None
    effective_from: date | None = None
    rates: Annotated[tuple[RedemptionRate, ...] | None, Field(max_length=200)] = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self

    def changes(self) -> dict[str, Any]:
        """Return what was named, null included."""
        return self.model_dump(mode="json", exclude_unset=True)


class EstimateApproval(Body):
    """Which version was looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int | None, Field(strict=True, ge=1)] = None


class EstimateStep(Answer):
    """What happened to it, by whom, when."""

    state: OfferState
    by: str
    at: str


class EstimateAnswer(Answer):
    """One version of the estimate."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ESTIMATE]})

    estimate_id: str
    state: OfferState
    version: int
    made_by: str
    approved_by: str | None
    history: tuple[EstimateStep, ...]
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
        state=offer.state,
        version=offer.version,
        made_by=offer.maker,
        approved_by=offer.approver,
        history=tuple(EstimateStep(state=OfferState(state), by=by, at=at) for state, by, at in offer.history),
        definition=estimate_of(offer),
    )
