"""A segment: whom a mall speaks of by one name, by conditions that are looked up again, or by a list (G1). Pure.

    active ──changed──> active, the next version ──archived──> archived, for ever

Unlike what is offered to members a definition needs no second person: it gives nothing to anybody by itself. What names
a segment (a campaign, a survey) has its own approval.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from functions.segments.compiling import preview_query
from functions.segments.conditions import AnyCondition, SegmentCondition, condition_of, definition_of
from functions.segments.foretold import SLOWEST
from functions.segments.frame import Frame
from functions.segments.shipped import SHIPPED, Shipped
from loyalty.catalogue import Offer, OfferState, WrongStateError
from loyalty.lake.composing import QueryTooLongError
from loyalty.parts import Part

MOST_SEGMENTS = 200
"""How many a mall may have: sizes of all of them lie in one row, and one query looks for all of them."""
HISTORY_KEPT = 20
MOST_CHARACTERS = 20_000
"""Of a condition as JSON: fifty times what the longest that ships has."""
PRODUCT = "product"
"""Who wrote the segments that ship."""
SHIPPED_AT = "2026-11-22T00:00:00.000Z"

_LONGEST = Frame(date.max, "t" * 64, models=SLOWEST)
"""No query of a night is longer than on this day, with this name of the first tier and these models."""

Name = Annotated[str, Field(min_length=1, max_length=64)]
Description = Annotated[str, Field(max_length=500)]
ListRef = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$", description="A list of members (`/member-lists`).")]


def _fits_a_row(condition: AnyCondition) -> AnyCondition:
    if len(json.dumps(definition_of(condition), ensure_ascii=False)) > MOST_CHARACTERS:
        raise ValueError(f"longer than {MOST_CHARACTERS} characters")
    return condition


def _fits_a_query(condition: AnyCondition) -> AnyCondition:
    """Refuse what Athena would refuse every night, and the segments of everybody else with it."""
    try:
        preview_query(condition, _LONGEST)  # says more than the query of a refresh
    except QueryTooLongError:
        raise ValueError("too many words: no query can ask for all of them") from None
    return condition


StoredCondition = Annotated[SegmentCondition, AfterValidator(_fits_a_row), AfterValidator(_fits_a_query)]
"""A condition that a row and a query can hold."""


class Segment(Part):
    """What a segment is.

    Attributes:
        name_zh: for staff; members never see it.
        condition: who is in it, by what the lake knows of them; or else
        list_id: a list of members, of whom those are in it who may be profiled.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name_zh": "近三月未到店的高消费会员",
                    "name_en": "High spenders not seen for three months",
                    "condition": {
                        "all": [
                            {"about": "spend", "days": 365, "at_least": 1_000_000},
                            {"about": "recency", "at_least": 90},
                        ]
                    },
                },
                {"name_zh": "周年庆贵宾", "list_id": "8c1e2a9b3d4f5a6071829304"},
            ]
        }
    )

    name_zh: Name
    name_en: Name | None = None
    description: Description | None = None
    condition: StoredCondition | None = None
    list_id: ListRef | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.condition is None) == (self.list_id is None):
            raise ValueError("give either condition or list_id")
        return self


def stored(wish: Segment) -> dict[str, Any]:
    """Return a definition as it is stored: JSON-ready, without what was not said."""
    plain = wish.model_dump(mode="json", exclude_none=True, exclude={"condition"})
    return plain | ({"condition": definition_of(wish.condition)} if wish.condition else {})


def segment_of(offer: Offer) -> Segment:
    """Return the segment that a definition holds."""
    return Segment.model_validate(dict(offer.definition))


def condition_in(offer: Offer) -> AnyCondition | None:
    """Return the condition of a segment; None of one that is a list."""
    condition = offer.definition.get("condition")
    return condition_of(condition) if condition else None


def is_active(offer: Offer) -> bool:
    """Tell whether a segment is looked for."""
    return offer.state is OfferState.PUBLISHED


def made(segment_id: str, definition: Mapping[str, Any], login: str, at: str, request: str) -> Offer:
    """Return a new segment.

    Args:
        request: what was asked for, as a fingerprint, so that a repetition is known again.
    """
    history = ((OfferState.PUBLISHED.value, login, at),)
    return Offer(segment_id, definition, login, OfferState.PUBLISHED, history=history, facts={"request": request})


def changed(offer: Offer, definition: Mapping[str, Any], login: str, at: str) -> Offer:
    """Return the next version of a segment.

    Raises:
        WrongStateError: if it is archived.
    """
    return _after(offer, OfferState.PUBLISHED, login, at, definition)


def archived(offer: Offer, login: str, at: str) -> Offer:
    """Return a segment that is looked for no more; who is in it leaves with the next refresh.

    Raises:
        WrongStateError: if it is archived.
    """
    return _after(offer, OfferState.ENDED, login, at, offer.definition)


def shipped_segments() -> dict[str, Offer]:
    """Return the segments that ship with the product, by their ids, as nobody has changed them yet."""
    return {one.segment_id: _shipped(one) for one in SHIPPED}


def _shipped(one: Shipped) -> Offer:
    definition = {"name_zh": one.name_zh, "name_en": one.name_en, "condition": one.definition}
    return made(one.segment_id, definition, PRODUCT, SHIPPED_AT, "")


def _after(offer: Offer, state: OfferState, login: str, at: str, definition: Mapping[str, Any]) -> Offer:
    if not is_active(offer):
        raise WrongStateError(state=offer.state.value)
    history = (*offer.history, (state.value, login, at))[-HISTORY_KEPT:]
    return replace(offer, definition=definition, maker=login, state=state, version=offer.version + 1, history=history)
