"""The events of the product, version 1 each.

Additive rule: within a version a field may be added, and nothing that was promised is ever taken back. What cannot
be said that way becomes a new type with a version of its own (`PointsEarned.v2`), published beside the old one until
nobody reads that. `events/generate.py` refuses to write a schema that breaks the rule.

No event carries personal data: a member is a random id (requirements M6).
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.campaigns import CAMPAIGN_EVENTS
from loyalty.events.control import CONTROL_EVENTS
from loyalty.events.coupons import COUPON_EVENTS
from loyalty.events.envelope import Event, schema_url
from loyalty.events.insight import INSIGHT_EVENTS
from loyalty.events.lifecycle import LIFECYCLE_EVENTS
from loyalty.events.memberships import MEMBERSHIP_EVENTS
from loyalty.events.moved import EntryId, MovedData, Movement, ProgrammeVersion, StaffActor
from loyalty.events.notices import NOTICE_EVENTS
from loyalty.events.offers import OFFER_EVENTS
from loyalty.events.parts import FenAmount, Lot, Part, PointsAmount, Receipt, ReceiptRef, Word
from loyalty.events.points import POINTS_EVENTS
from loyalty.events.profiles import PROFILE_EVENTS
from loyalty.events.rewards import REWARD_EVENTS
from loyalty.events.segments import SEGMENT_EVENTS
from loyalty.events.surveys import SURVEY_EVENTS


class MemberEnrolledData(Part):
    """How a member came to be."""

    status: Annotated[Word, Field(description="Open vocabulary: active, unclaimed, awaiting_approval.")]
    channel: Annotated[Word | None, Field(description="Where: app, counter, import, ... Open vocabulary.")] = None
    member_kind: Annotated[Word, Field(description="Open vocabulary: person, company.")] = "person"
    tier: Annotated[Word | None, Field(description="The tier's code they began with, if it was told.")] = None
    batch: Annotated[str | None, Field(description="The import it came with.")] = None


class PointsEarnedData(MovedData):
    """A purchase that earned, be it nothing; or another credit."""

    points: Annotated[PointsAmount, Field(description="Credited to purse `points`, repaid debt included.")]
    receipt: Annotated[Receipt | None, Field(description="The purchase; absent for other credits.")] = None


class PointsRedeemedData(MovedData):
    """Points spent."""

    points: Annotated[PointsAmount, Field(description="Spent from purse `points`.")]
    redeemed_for: Annotated[Word, Field(description="Open vocabulary: purchase, cash, gift, ...")]
    value: Annotated[FenAmount | None, Field(description="What they were worth in fen, where it is money off.")] = None
    tenant_id: Annotated[Word | None, Field(description="The tenant at whose till it was.")] = None
    receipt: Annotated[ReceiptRef | None, Field(description="The purchase they helped to pay.")] = None


class PointsRefundedData(MovedData):
    """Goods or a redemption came back: earned points were taken back, redeemed points given back."""

    taken_back: Annotated[PointsAmount, Field(description="Earned points taken from purse `points`, debt included.")]
    given_back: Annotated[PointsAmount, Field(description="Redeemed points given to purse `points`.")]
    debt: Annotated[PointsAmount | None, Field(description="What the member owes after it, paid by earnings.")] = None
    amount: Annotated[FenAmount | None, Field(description="What the returned goods cost, in fen.")] = None
    money_back: Annotated[FenAmount | None, Field(description="What went back to the payment, in fen.")] = None
    receipt: Annotated[ReceiptRef | None, Field(description="The purchase that came back.")] = None
    nets: Annotated[
        tuple[FenAmount, ...] | None,
        Field(description="What money pays of what is kept, line by line of the receipt, in fen."),
    ] = None


class PointsExpiringData(Part):
    """Points that lapse soon unless they are spent; nothing moved."""

    entry_id: EntryId
    points: Annotated[PointsAmount, Field(description="How many of purse `points` lapse soon.")]
    lots: Annotated[tuple[Lot, ...], Field(description="What lapses when.")]
    programme_version: ProgrammeVersion


class PointsExpiredData(MovedData):
    """Points that are void: past their day, or forfeited by erasure."""

    points: Annotated[PointsAmount, Field(description="Void from purse `points`.")]


class TierChangedData(Part):
    """A member stands on another rung; `PointsEarned` or `PointsRefunded` of the same entry says why."""

    entry_id: EntryId
    movement: Movement
    tier_before: Annotated[Word, Field(description="The tier's code in the programme.")]
    tier_after: Annotated[Word, Field(description="The tier's code in the programme.")]
    programme_version: ProgrammeVersion


class MemberErasedData(Part):
    """Who is gone, and by whose hand if by staff's: there is nobody left to say more about."""

    entry_id: EntryId
    actor: StaffActor = None


class MemberEnrolled(Event):
    """A member exists: enrolled by app, at the counter or by import."""

    type: Literal["MemberEnrolled"] = "MemberEnrolled"
    dataschema: str = schema_url("MemberEnrolled", 1)
    data: MemberEnrolledData


class PointsEarned(Event):
    """A purchase was recorded, whatever it earned, or an opening balance credited."""

    type: Literal["PointsEarned"] = "PointsEarned"
    dataschema: str = schema_url("PointsEarned", 1)
    data: PointsEarnedData


class PointsRedeemed(Event):
    """Points were spent: in a checkout, or without a purchase."""

    type: Literal["PointsRedeemed"] = "PointsRedeemed"
    dataschema: str = schema_url("PointsRedeemed", 1)
    data: PointsRedeemedData


class PointsRefunded(Event):
    """A purchase or a redemption was undone, in whole or in part, be it without points."""

    type: Literal["PointsRefunded"] = "PointsRefunded"
    dataschema: str = schema_url("PointsRefunded", 1)
    data: PointsRefundedData


class PointsExpiring(Event):
    """Points lapse soon: the day to remind the member has come."""

    type: Literal["PointsExpiring"] = "PointsExpiring"
    dataschema: str = schema_url("PointsExpiring", 1)
    data: PointsExpiringData


class PointsExpired(Event):
    """Points became void: their day passed, they arrived too late, or the membership was erased."""

    type: Literal["PointsExpired"] = "PointsExpired"
    dataschema: str = schema_url("PointsExpired", 1)
    data: PointsExpiredData


class TierChanged(Event):
    """A member stands on another rung of the ladder, higher or lower."""

    type: Literal["TierChanged"] = "TierChanged"
    dataschema: str = schema_url("TierChanged", 1)
    data: TierChangedData


class MemberErased(Event):
    """A membership was erased: whatever else is known of the member has to be forgotten too (requirements M6)."""

    type: Literal["MemberErased"] = "MemberErased"
    dataschema: str = schema_url("MemberErased", 1)
    data: MemberErasedData


CATALOGUE: tuple[type[Event], ...] = (
    MemberEnrolled,
    PointsEarned,
    PointsRedeemed,
    PointsRefunded,
    PointsExpiring,
    PointsExpired,
    TierChanged,
    MemberErased,
    *POINTS_EVENTS,
    *CAMPAIGN_EVENTS,
    *MEMBERSHIP_EVENTS,
    *CONTROL_EVENTS,
    *OFFER_EVENTS,
    *COUPON_EVENTS,
    *PROFILE_EVENTS,
    *REWARD_EVENTS,
    *SEGMENT_EVENTS,
    *SURVEY_EVENTS,
    *INSIGHT_EVENTS,
    *NOTICE_EVENTS,
    *LIFECYCLE_EVENTS,
)
