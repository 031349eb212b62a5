"""Movements of points that no purchase causes, version 1 each (requirements P8, M7, D2; see the catalogue)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.moved import EntryId, MovedData, Movement, ProgrammeVersion, StaffActor
from loyalty.events.parts import Part, PointsAmount, SignedPoints, Word


class PointsTransferredData(MovedData):
    """One side of a transfer; the other side is an event of its own, about the other member."""

    direction: Annotated[Word, Field(description="Open vocabulary: out (the giver's side), in (the receiver's).")]
    points: Annotated[PointsAmount, Field(description="How many changed hands; the fee is not among them.")]
    fee: Annotated[PointsAmount, Field(description="What the giver paid for it, in points.")] = 0
    other: Annotated[str | None, Field(description="The random id of the member on the other side.")] = None


class PointsAdjustedData(MovedData):
    """A correction that one person asked for and another one decided."""

    points: Annotated[SignedPoints, Field(description="Moved in purse `points`; plus is in the member's favour.")]
    request_id: Annotated[Word | None, Field(description="The request that was decided.")] = None
    why: Annotated[Word | None, Field(description="The reason's code. Open vocabulary.")] = None
    actor: StaffActor = None


class PointsVoidedData(MovedData):
    """Points that were taken because they should never have been given."""

    points: Annotated[PointsAmount, Field(description="Taken from purse `points`, debt included.")]
    request_id: Annotated[Word | None, Field(description="The request that was decided.")] = None
    why: Annotated[Word | None, Field(description="The reason's code. Open vocabulary.")] = None
    actor: StaffActor = None


class DrawsLeg(Part):
    """A signed movement of chances that lapse together; without `expires_on` it is a movement of the debt."""

    points: Annotated[SignedPoints, Field(description="How many chances; plus is in the member's favour.")]
    expires_on: Annotated[date | None, Field(description="The last day they are valid; absent: the debt.")] = None
    available_from: Annotated[date | None, Field(description="The day pending ones open; absent: open.")] = None


class DrawsReason(Part):
    """Why chances moved, and how many of them for that reason."""

    code: Annotated[Word, Field(description="Open vocabulary, as of points: campaign, campaign_back, expired, ...")]
    points: Annotated[SignedPoints, Field(description="How many chances; plus is in the member's favour.")]
    about: Annotated[Word | None, Field(description="What the code speaks of: the campaign.")] = None


class DrawsMovedData(Part):
    """What an entry moved in purse `draws`; the other purses are told by the entry's other events."""

    entry_id: EntryId
    movement: Movement
    draws: Annotated[SignedPoints, Field(description="How many chances in all; plus is in the member's favour.")]
    legs: Annotated[tuple[DrawsLeg, ...], Field(description="What moved in this purse: sums to `draws`.")]
    reasons: Annotated[tuple[DrawsReason, ...], Field(description="Why; sums to `draws`.")]
    programme_version: ProgrammeVersion
    batch: Annotated[str | None, Field(description="The import it came with.")] = None


class PointsTransferred(Event):
    """Points changed hands between two members: one event for each of them."""

    type: Literal["PointsTransferred"] = "PointsTransferred"
    dataschema: str = schema_url("PointsTransferred", 1)
    data: PointsTransferredData


class PointsAdjusted(Event):
    """Points were corrected by hand, after a second person had decided so."""

    type: Literal["PointsAdjusted"] = "PointsAdjusted"
    dataschema: str = schema_url("PointsAdjusted", 1)
    data: PointsAdjustedData


class PointsVoided(Event):
    """Points were taken by hand, after a second person had decided so; maybe down into debt."""

    type: Literal["PointsVoided"] = "PointsVoided"
    dataschema: str = schema_url("PointsVoided", 1)
    data: PointsVoidedData


class DrawsMoved(Event):
    """Chances in a lottery were given, taken back, used or lapsed."""

    type: Literal["DrawsMoved"] = "DrawsMoved"
    dataschema: str = schema_url("DrawsMoved", 1)
    data: DrawsMovedData


POINTS_EVENTS: tuple[type[Event], ...] = (PointsTransferred, PointsAdjusted, PointsVoided, DrawsMoved)
