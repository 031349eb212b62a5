"""What campaigns give and take back, version 1 each (requirements P4, A3, A9, B1; the catalogue's rules apply).

The points of an award are legs of the same entry's `PointsEarned` or `DrawsMoved` (or `PointsRefunded`); these events
say which campaign gave how much, and are what its coupons are issued by. One event per entry and campaign. Whom a
campaign keeps out to compare with is told too (requirement I4), for the lake: no till and no member hears of it.
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.moved import EntryId, Movement, ProgrammeVersion
from loyalty.events.parts import FenAmount, Instant, Part, PointsAmount, ReceiptRef, Word

Ref = Annotated[str, Field(min_length=1, max_length=1024)]


class PurseAmount(Part):
    """Points of one purse."""

    purse: Annotated[Word, Field(description="Open vocabulary: points, courtesy, growth, draws.")]
    points: Annotated[PointsAmount, Field(description="How many.")]


class CampaignCoupon(Part):
    """A coupon that a campaign gives: issued once, however often the event comes."""

    template_id: Annotated[Word, Field(description="The template it is of.")]
    ref: Annotated[Ref, Field(description="Which one of which award; its code follows from it, and is not in it.")]


class CampaignData(Part):
    """What every event about a campaign and a receipt tells."""

    entry_id: EntryId
    movement: Movement
    campaign_id: Annotated[Word, Field(description="The campaign.")]
    points: Annotated[tuple[PurseAmount, ...], Field(description="By purse; none where it is about coupons only.")] = ()
    coupons: Annotated[tuple[CampaignCoupon, ...], Field(description="The coupons it is about.")] = ()
    units: Annotated[int, Field(strict=True, ge=0, description="Units of the campaign's budget; 0: it has none.")] = 0
    receipt: Annotated[ReceiptRef | None, Field(description="The purchase.")] = None
    programme_version: ProgrammeVersion


class CampaignAwardedData(CampaignData):
    """What a campaign gives for a purchase."""

    purchased_at: Annotated[Instant, Field(description="When the purchase was, by the till's clock.")]
    paid: Annotated[FenAmount, Field(description="What was paid for the receipt in money, in fen.")]
    tier: Annotated[Word | None, Field(description="The tier's code held before the purchase.")] = None


class CampaignTakenBackData(CampaignData):
    """What a campaign takes back, because goods came back or a later receipt of the day replaced a coupon."""


class CampaignWithheldData(Part):
    """What a campaign would have given a member whom it keeps out, to be compared with those it awards."""

    entry_id: EntryId
    campaign_id: Annotated[Word, Field(description="The campaign.")]
    tier: Annotated[Word | None, Field(description="The tier's code held before the purchase.")] = None
    receipt: Annotated[ReceiptRef | None, Field(description="The purchase.")] = None
    programme_version: ProgrammeVersion


class CampaignAwarded(Event):
    """A campaign gave something for a purchase: points of any purse, coupons, or both."""

    type: Literal["CampaignAwarded"] = "CampaignAwarded"
    dataschema: str = schema_url("CampaignAwarded", 1)
    data: CampaignAwardedData


class CampaignTakenBack(Event):
    """What a campaign gave was taken back in part or whole; coupons that are used already stay."""

    type: Literal["CampaignTakenBack"] = "CampaignTakenBack"
    dataschema: str = schema_url("CampaignTakenBack", 1)
    data: CampaignTakenBackData


class CampaignWithheld(Event):
    """A purchase of a member of a campaign's control group brought nothing that it would have brought others."""

    type: Literal["CampaignWithheld"] = "CampaignWithheld"
    dataschema: str = schema_url("CampaignWithheld", 1)
    data: CampaignWithheldData


CAMPAIGN_EVENTS: tuple[type[Event], ...] = (CampaignAwarded, CampaignTakenBack, CampaignWithheld)
