"""What insight tells, version 1 each: what members look at (requirement M11), and groups that spend less (I3).

Looks are told only of members who agree to profiling, and only until they no longer do. `ref` is an id of the mall's
own things, a number of goods or a word of its catalogue; it is never what somebody wrote, and never a coupon's code.
A group is of receipts, and of thirty a week or so at least: nobody is told of by it.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import FenAmount, Instant, Part, Word


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


class FallenWeekFigures(Part):
    """One week of a fall. The typical receipt is that of mean logarithm: a few great ones do not move it."""

    week: Annotated[date, Field(description="The mall-local Monday it began on.")]
    receipts: Annotated[int, Field(strict=True, ge=1, description="Receipts of the group.")]
    average_fen: Annotated[FenAmount, Field(description="What a receipt paid on average, in fen.")]
    typical_fen: Annotated[FenAmount, Field(description="What a typical receipt paid, in fen.")]
    expected_fen: Annotated[FenAmount, Field(description="What a typical receipt would have paid, in fen.")]


class AverageReceiptFellData(Part):
    """A group of receipts, and how far they fell below what was expected."""

    group_kind: Annotated[Word, Field(description="Open vocabulary: tier, stage, category, segment.")]
    group: Annotated[Word, Field(description="Which one: the tier's code, the stage, the category, the segment's id.")]
    segment_id: Annotated[Word, Field(description="The segment of the group's members.")]
    campaign_id: Annotated[Word, Field(description="The campaign that is drafted to win them back.")]
    basis: Annotated[Word, Field(description="What it is compared with. Open vocabulary: year_before, rest_of_mall.")]
    weeks: Annotated[tuple[FallenWeekFigures, ...], Field(min_length=1, description="The weeks of the fall so far.")]
    fall_per_mille: Annotated[int, Field(strict=True, description="Of all weeks, thousandths below the expected.")]
    threshold_per_mille: Annotated[int, Field(strict=True, description="How far below every week had to be.")]
    p_value: Annotated[str, Field(description="The probability of such a fall by chance alone, a decimal as text.")]


class AverageReceiptFell(Event):
    """What a group's receipts pay fell for weeks running, more than season and chance explain; told once a fall."""

    type: Literal["AverageReceiptFell"] = "AverageReceiptFell"
    dataschema: str = schema_url("AverageReceiptFell", 1)
    data: AverageReceiptFellData


INSIGHT_EVENTS: tuple[type[Event], ...] = (MemberBrowsed, AverageReceiptFell)
