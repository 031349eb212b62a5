"""What happens to a membership beside points and tier, version 1 each (requirements M2, M7, T3, T5)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.moved import EntryId, Movement, ProgrammeVersion, StaffActor
from loyalty.events.parts import FenAmount, Part, PointsAmount, Word


class MembershipStatusChangedData(Part):
    """From which status to which."""

    entry_id: EntryId
    movement: Movement
    status_before: Annotated[Word, Field(description="Open vocabulary: active, frozen, unclaimed, qualifying, ...")]
    status_after: Annotated[Word, Field(description="Open vocabulary: active, frozen, unclaimed, qualifying, ...")]
    request_id: Annotated[Word | None, Field(description="The request that was decided, where there was one.")] = None
    why: Annotated[Word | None, Field(description="The reason's code. Open vocabulary.")] = None
    actor: StaffActor = None


class TierReviewNearData(Part):
    """What is missing to keep the tier, and until when; nothing moved."""

    entry_id: EntryId
    tier: Annotated[Word, Field(description="The tier's code held now.")]
    until: Annotated[date, Field(description="The last mall-local day it is held without a review.")]
    keeps: Annotated[Word | None, Field(description="The tier's code that the review would leave as things are.")] = (
        None
    )
    missing: Annotated[FenAmount | None, Field(description="The spend that is missing to keep it, in fen.")] = None
    missing_points: Annotated[
        PointsAmount | None, Field(description="The points missing, where the ladder asks for points earned.")
    ] = None
    missing_visits: Annotated[
        int | None, Field(strict=True, ge=0, description="The purchases missing, where the ladder asks for them.")
    ] = None
    programme_version: ProgrammeVersion


class EntitlementUsedData(Part):
    """Which right of a tier, in which period of its quota."""

    entry_id: EntryId
    entitlement: Annotated[Word, Field(description="The entitlement's code in the programme.")]
    period: Annotated[Word | None, Field(description="The period its quota counts in, such as `2026Q4`.")] = None
    tier: Annotated[Word | None, Field(description="The tier's code held.")] = None
    tenant_id: Annotated[Word | None, Field(description="Where it was used, if that is known.")] = None
    undone: Annotated[bool, Field(description="Whether an earlier use is taken back by this.")] = False
    programme_version: ProgrammeVersion


class MembershipStatusChanged(Event):
    """A membership was frozen, unfrozen, approved, refused, claimed, or reached its minimum spend."""

    type: Literal["MembershipStatusChanged"] = "MembershipStatusChanged"
    dataschema: str = schema_url("MembershipStatusChanged", 1)
    data: MembershipStatusChangedData


class TierReviewNear(Event):
    """The tier will be reviewed soon and would be lost as things are: the day to tell the member."""

    type: Literal["TierReviewNear"] = "TierReviewNear"
    dataschema: str = schema_url("TierReviewNear", 1)
    data: TierReviewNearData


class EntitlementUsed(Event):
    """A right that a tier brings was used, or its use undone."""

    type: Literal["EntitlementUsed"] = "EntitlementUsed"
    dataschema: str = schema_url("EntitlementUsed", 1)
    data: EntitlementUsedData


MEMBERSHIP_EVENTS: tuple[type[Event], ...] = (MembershipStatusChanged, TierReviewNear, EntitlementUsed)
