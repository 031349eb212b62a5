"""What staff send about offers by occasion and get back (requirements C5, B2, B3, B4, L2)."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict

from functions.lifecycle import shelf
from functions.lifecycle.definition import OccasionOffer, OccasionWho, OfferOccasion, PreferredGift
from loyalty.catalogue import Offer
from loyalty.festivals import Festival
from loyalty.http import Answer
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, Patch, life_of

EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b31"
OccasionIdPath = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="The offer's id.", examples=[EXAMPLE_ID])]

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
    **EXAMPLE_LIFE,
    "definition": _FULL,
    "left": 4711,
}


class DraftOccasionOffer(OccasionOffer):
    """An offer as it is drafted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_OFFER]})


class OccasionOfferPatch(Patch):
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


class OccasionOfferAnswer(LifeAnswer):
    """An offer and where it stands; `left`: how many gifts are left, where there is a limit and it was published."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OFFER]})

    offer_id: str
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
        **life_of(offer),
        definition=shelf.definition_of(offer),
        left=left,
    )
