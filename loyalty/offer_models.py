"""What staff send and get back about whatever marketers offer: its state, its approval, its life (requirement C2).

Every kind of offer adds its own definition, and its id under its own name.
"""

from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field, model_validator

from loyalty.catalogue import Offer, OfferState
from loyalty.http import Answer, Body

StateQuery = Annotated[OfferState | None, Query(description="Only those in this state.")]

EXAMPLE_LIFE: dict[str, Any] = {
    "state": "published",
    "version": 3,
    "made_by": "staff-0001",
    "approved_by": "staff-0002",
    "history": [
        {"state": "draft", "by": "staff-0001", "at": "2026-11-02T01:30:00.000Z"},
        {"state": "approved", "by": "staff-0002", "at": "2026-11-02T02:10:00.000Z"},
        {"state": "published", "by": "staff-0001", "at": "2026-11-02T02:15:00.000Z"},
    ],
}


class Changes(Body):
    """What is other than before; what is left out stays, what is given is replaced as a whole."""

    def changes(self) -> dict[str, Any]:
        """Return what was named, null included."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Patch(Changes):
    """What changes in a draft: something has to."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self


class OfferApproval(Body):
    """The version the approver looked at; without it, whatever stands there is approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int, Field(strict=True, ge=1)] | None = None


class LifeStep(Answer):
    """One step of a life: the state it led to, whose login took it, when."""

    state: OfferState
    by: str
    at: str


class LifeAnswer(Answer):
    """Where an offer stands; `version` goes up with every change of it."""

    state: OfferState
    version: int
    made_by: str
    approved_by: str | None = None
    history: tuple[LifeStep, ...]


def life_of(offer: Offer) -> dict[str, Any]:
    """Return where an offer stands, as the fields of a `LifeAnswer`."""
    return {
        "state": offer.state,
        "version": offer.version,
        "made_by": offer.maker,
        "approved_by": offer.approver,
        "history": tuple(LifeStep(state=OfferState(state), by=by, at=at) for state, by, at in offer.history),
    }
