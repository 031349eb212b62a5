"""Who is in a segment, and what a member is in, as staff see it (requirements G1)."""

from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict

from functions.segments.staff_models import EXAMPLE_SEGMENT_ID
from loyalty.dynamo import Item
from loyalty.http import Answer

SegmentedMemberPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{8,40}$", description="The member's id.", examples=["m_5cDq8ZkP2w"])
]
_SINCE: dict[str, Any] = {"as_of": "2026-11-20", "entered_at": "2026-11-19T20:52:10.000Z"}
_IN_IT = {"member_id": "m_5cDq8ZkP2w", **_SINCE}
_IN = {"segment_id": EXAMPLE_SEGMENT_ID, "name_zh": "近三月未到店的高消费会员", "name_en": None, **_SINCE}


class SegmentMember(Answer):
    """A member of a segment: on which mall-local day, and when, they entered."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IN_IT]})

    member_id: str
    as_of: date
    entered_at: str


class SegmentMembersAnswer(Answer):
    """A page of a segment's members, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_IN_IT], "next": None}]})

    items: tuple[SegmentMember, ...]
    next: str | None = None


class MemberSegment(Answer):
    """A segment that a member is in."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IN]})

    segment_id: str
    name_zh: str
    name_en: str | None = None
    as_of: date
    entered_at: str


class MemberSegmentsAnswer(Answer):
    """The segments a member is in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_IN]}]})

    items: tuple[MemberSegment, ...]


def member_of(row: Item) -> SegmentMember:
    """Return a member of a segment as staff see it."""
    return SegmentMember(member_id=row["kind"], as_of=row["as_of"], entered_at=row["at"])
