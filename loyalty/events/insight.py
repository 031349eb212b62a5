"""What members look at and click on, version 1 (requirement M11; the rules of the catalogue apply).

Only of members who agree to profiling, and only until they no longer do. `ref` is an id of the mall's own things, a
number of goods or a word of its catalogue; it is never what somebody wrote, and never a coupon's code.
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Instant, Part, Word


class BrowsedAction(Part):
    """One look or click."""

    what: Annotated[Word, Field(description="Open vocabulary: seen, clicked.")]
    kind: Annotated[
        Word,
        Field(description="Open vocabulary: coupon (its template), campaign, reward, category, brand, item, page."),
    ]
    ref: Annotated[Word, Field(description="Which one.")]
    at: Annotated[Instant, Field(description="When, by the device's clock.")]


class MemberBrowsedData(Part):
    """Some looks and clicks of one member, in the order they were sent."""

    channel: Annotated[Word, Field(description="Where. Open vocabulary: app, mini_program, web, device.")]
    tier: Annotated[Word | None, Field(description="The tier's code held when they were sent.")] = None
    actions: Annotated[tuple[BrowsedAction, ...], Field(description="What was looked at and clicked on.")]


class MemberBrowsed(Event):
    """A member who agrees to profiling looked at or clicked on something; `time` is that of the last action."""

    type: Literal["MemberBrowsed"] = "MemberBrowsed"
    dataschema: str = schema_url("MemberBrowsed", 1)
    data: MemberBrowsedData


INSIGHT_EVENTS: tuple[type[Event], ...] = (MemberBrowsed,)
