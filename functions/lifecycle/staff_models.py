"""What staff send about offers by occasion and get back (requirements C5, B2, B3, B4, L2)."""

from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field, model_validator

from functions.lifecycle import shelf
from functions.lifecycle.definition import OccasionOffer, OccasionWho, OfferOccasion, PreferredGift
from loyalty.catalogue import Offer, OfferState
from loyalty.festivals import Festival
from loyalty.http import Answer, Body

EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b31"
OccasionIdPath = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="The offer's id.", examples=[EXAMPLE_ID])]
OccasionStateQuery = Annotated[OfferState | None, Query(description="Only those in this state.")]

EXAMPLE_OFFER: dict[str, Any] = {
    "name_zh": "生日礼",
    "name_en": "Birthday gift",
    "occasion": "birthday",
    "days_ahead": 30,
    "greeting": True,
    "who": {"tiers": ["silver", "gold"], "bought_in_months": 6},
    "by_interest": [{"interests": ["beauty"], "coupons": ["5f0c3e9a1b7d42e8a6c40b13"]}],
    "coupons": ["0c4b8e2d6f1a3957b8d0e6f2"],
    "points": 200,
    "quantity": 5000,
}
_FULL = OccasionOffer.model_validate(EXAMPLE_OFFER).model_dump(mode="json")
_OFFER: dict[str, Any] = {
    "offer_id": EXAMPLE_ID,
    "state": "published",
    "version": 3,
    "made_by": "staff-0001",
    "approved_by": "staff-0002",
    "history": [
        {"state": "draft", "by": "staff-0001", "at": "2026-11-02T01:30:00.000Z"},
        {"state": "approved", "by": "staff-0002", "at": "2026-11-02T02:10:00.000Z"},
        {"state": "published", "by": "staff-0001", "at": "2026-11-02T02:15:00.000Z"},
    ],
    "definition": _FULL,
    "left": 4711,
}


class DraftOccasionOffer(OccasionOffer):
    """An offer as it is drafted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_OFFER]})


class OccasionOfferPatch(Body):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 8000}]})

    name_zh: str | None = None
    name_en: str | None = None
    occasion: OfferOccasion | None = None
    segment_id: str | None = None
    festival: Festival | None = None
    on: str | None = None
    who: OccasionWho | None = None
    coupons: tuple[str, ...] | None = None
    by_interest: tuple[PreferredGift, ...] | None = None
    points: int | None = None
    purse: Literal["points", "courtesy"] | None = None
    quantity: int | None = None
    days_ahead: int | None = None
    greeting: bool | None = None
    per_member: int | None = None
    again_after_days: int | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self

    def changes(self) -> dict[str, Any]:
        """Return what was named, null included."""
        return self.model_dump(mode="json", exclude_unset=True)


class OccasionApproval(Body):
    """The version the approver looked at; without it, whatever stands there is approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int, Field(strict=True, ge=1)] | None = None


class OccasionStep(Answer):
    """One step of an offer's life: the state it led to, whose login took it, when."""

    state: OfferState
    by: str
    at: str


class OccasionOfferAnswer(Answer):
    """An offer and where it stands; `left`: how many gifts are left, where there is a limit and it was published."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OFFER]})

    offer_id: str
    state: OfferState
    version: int
    made_by: str
    approved_by: str | None = None
    history: tuple[OccasionStep, ...]
    definition: OccasionOffer
    left: int | None = None


class OccasionOffersAnswer(Answer):
    """A page of offers, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [{**_OFFER, "left": None}], "next": None}]})

    items: tuple[OccasionOfferAnswer, ...]
    next: str | None = None


def occasion_answer(offer: Offer, left: int | None = None) -> OccasionOfferAnswer:
    """Return an offer as staff see it."""
    return OccasionOfferAnswer(
        offer_id=offer.offer_id,
        state=offer.state,
        version=offer.version,
        made_by=offer.maker,
        approved_by=offer.approver,
        history=tuple(OccasionStep(state=OfferState(state), by=by, at=at) for state, by, at in offer.history),
        definition=shelf.definition_of(offer),
        left=left,
    )
