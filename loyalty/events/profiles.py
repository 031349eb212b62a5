"""What is known of members for profiling, version 1 (requirements K1, G1; the rules of the catalogue apply).

It says whether a member agrees and, only while they do, a few facts without which segments by age or taste could not
be found. None of them says who somebody is. What was told before a withdrawal is no longer used from then on.
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Part, Word


class MemberProfiledData(Part):
    """Everything there is, each time anew: what is absent is not known (any more)."""

    facts_seq: Annotated[int, Field(strict=True, ge=1, description="1, 2, 3 ...: the highest is in force.")]
    profiling: Annotated[
        Word, Field(description="Whether the member agrees. Open vocabulary: granted, refused, unsaid.")
    ]
    birth_year: Annotated[int | None, Field(strict=True, description="The year of birth.")] = None
    interests: Annotated[tuple[Word, ...], Field(description="What the member ticked.")] = ()
    categories: Annotated[tuple[Word, ...], Field(description="Preferred categories of goods.")] = ()
    brands: Annotated[tuple[Word, ...], Field(description="Preferred brands.")] = ()
    family: Annotated[
        tuple[Word, ...], Field(description="Relatives who count: spouse, parent, child (grown up), child_2019.")
    ] = ()


class MemberProfiled(Event):
    """A member agreed to profiling or withdrew, or what is known for it changed."""

    type: Literal["MemberProfiled"] = "MemberProfiled"
    dataschema: str = schema_url("MemberProfiled", 1)
    data: MemberProfiledData


PROFILE_EVENTS: tuple[type[Event], ...] = (MemberProfiled,)
