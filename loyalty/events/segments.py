"""Members entering and leaving segments, version 1 each (requirements G1, G3).

A segment is what a marketer's conditions find, or a list; a refresh finds it again and tells who came and who went.
None of these moves the account, so `member_seq` is 0. Each is told once, however often a refresh is killed and run
again; a member who enters, leaves and enters again is told of three times, by refreshes of their own.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Part, Word


class SegmentMoveData(Part):
    """What every event of a member and a segment tells."""

    segment_id: Annotated[Word, Field(description="Which segment.")]
    segment_seq: Annotated[int, Field(strict=True, ge=1, description="The version of its definition: 1, 2, 3 ...")]
    refresh_id: Annotated[Word, Field(description="The refresh that found it.")]
    as_of: Annotated[date, Field(description="The mall-local day the refresh stood on.")]


class SegmentEnteredData(SegmentMoveData):
    """A member who was not in the segment before."""


class SegmentLeftData(SegmentMoveData):
    """A member who was in the segment before."""

    cause: Annotated[
        Word, Field(description="Why. Open vocabulary: conditions, archived (the segment), refused (profiling).")
    ] = "conditions"


class SegmentEntered(Event):
    """A member is in a segment now: campaigns and surveys that name it are theirs from here on."""

    type: Literal["SegmentEntered"] = "SegmentEntered"
    dataschema: str = schema_url("SegmentEntered", 1)
    data: SegmentEnteredData


class SegmentLeft(Event):
    """A member is no longer in a segment."""

    type: Literal["SegmentLeft"] = "SegmentLeft"
    dataschema: str = schema_url("SegmentLeft", 1)
    data: SegmentLeftData


SEGMENT_EVENTS: tuple[type[Event], ...] = (SegmentEntered, SegmentLeft)
