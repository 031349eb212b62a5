"""What staff send about segments and get back (requirements G1, G2)."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field, model_validator

from functions.segments.segment import (
    PRODUCT,
    Description,
    ListRef,
    Name,
    Segment,
    StoredCondition,
    is_active,
    segment_of,
)
from functions.segments.turns import Newest
from loyalty.catalogue import Offer, OfferState
from loyalty.http import Answer, Body

SEGMENT_ID = r"^[a-z0-9_]{3,64}$"
EXAMPLE_SEGMENT_ID = "7d2f4b1c9e8a4c0fb3a5d6e1"
EXAMPLE_SEGMENT: dict[str, Any] = {
    "name_zh": "近三月未到店的高消费会员",
    "name_en": "High spenders not seen for three months",
    "condition": {
        "all": [
            {"about": "spend", "days": 365, "at_least": 1_000_000},
            {"about": "recency", "at_least": 90},
        ]
    },
}
SegmentIdPath = Annotated[str, Path(pattern=SEGMENT_ID, description="The segment's id.", examples=[EXAMPLE_SEGMENT_ID])]
SegmentState = Literal["active", "archived"]
SegmentStateQuery = Annotated[SegmentState | None, Query(description="Only those in this state.")]
STATES: dict[SegmentState, OfferState] = {"active": OfferState.PUBLISHED, "archived": OfferState.ENDED}

_SEGMENT: dict[str, Any] = {
    "segment_id": EXAMPLE_SEGMENT_ID,
    "state": "active",
    "version": 1,
    "shipped": False,
    "made_by": "staff-0001",
    "changed_at": "2026-11-02T01:30:00.000Z",
    "definition": EXAMPLE_SEGMENT,
    "size": 1843,
    "entered": 52,
    "left": 31,
    "as_of": "2026-11-22",
    "refreshed_at": "2026-11-21T20:52:10.000Z",
}


class SegmentRequest(Segment):
    """A segment to be made. Members are found by the next refresh; a preview says how many it would be."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [EXAMPLE_SEGMENT, {"name_zh": "周年庆贵宾", "list_id": "8c1e2a9b3d4f5a6071829304"}]
        }
    )


class SegmentPatch(Body):
    """What changes in a segment; what is left out stays, null takes it away. `version`: the one you looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name_en": "High spenders, away", "version": 1}]})

    name_zh: Name | None = None
    name_en: Name | None = None
    description: Description | None = None
    condition: StoredCondition | None = None
    list_id: ListRef | None = None
    version: Annotated[int, Field(strict=True, ge=1)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set - {"version"}:
            raise ValueError("name at least one field to change")
        return self

    def changes(self) -> dict[str, Any]:
        """Return what was named, null included."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"version"})


class SegmentAnswer(Answer):
    """A segment.

    Attributes:
        shipped: it is as the product brings it; nobody has changed it.
        size: how many members the newest refresh found in it, on the mall-local day `as_of`; null: none looked yet.
        entered: of them, how many were not in it before; `left` went.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_SEGMENT]})

    segment_id: str
    state: SegmentState
    version: int
    shipped: bool
    made_by: str
    changed_at: str
    definition: Segment
    size: int | None = None
    entered: int | None = None
    left: int | None = None
    as_of: date | None = None
    refreshed_at: str | None = None


class SegmentsAnswer(Answer):
    """A page of segments, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_SEGMENT], "next": None}]})

    items: tuple[SegmentAnswer, ...]
    next: str | None = None


def segment_answer(offer: Offer, newest: Newest) -> SegmentAnswer:
    """Return a segment as staff see it."""
    _, made_by, changed_at = offer.history[-1]
    found = newest.sizes.get(offer.offer_id)
    told: dict[str, Any] = {**found, "as_of": newest.as_of, "refreshed_at": newest.finished_at} if found else {}
    return SegmentAnswer(
        segment_id=offer.offer_id,
        state="active" if is_active(offer) else "archived",
        version=offer.version,
        shipped=made_by == PRODUCT,
        made_by=made_by,
        changed_at=changed_at,
        definition=segment_of(offer),
        **told,
    )
