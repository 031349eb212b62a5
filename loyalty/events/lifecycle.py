"""What members get on an occasion of their own, version 1 each (requirements C5, B2, B3, B4, L2).

They carry what the coupons are issued by and what a message may say, in the marketers' own words; never whose day it
is, which day, or which relative's. Points of a gift are legs of their own `PointsEarned`; none of these moves the
account, so `member_seq` is 0. Each is told once, however often a sweep is killed or an event repeated.
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.campaigns import CampaignCoupon, PurseAmount
from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Part, Word

Title = Annotated[str, Field(min_length=1, max_length=64)]


class OccasionCameData(Part):
    """Which offer, on which occasion."""

    offer_id: Annotated[Word, Field(description="The offer.")]
    occasion: Annotated[
        Word,
        Field(description="Open vocabulary: welcome, birthday, family_birthday, anniversary, festival, segment."),
    ]
    occasion_seq: Annotated[
        int, Field(strict=True, ge=1, description="How many this member had of this offer: 1, 2, 3 ...")
    ]
    name_zh: Annotated[Title, Field(description="What the offer is called, in Chinese.")]
    name_en: Annotated[Title, Field(description="What the offer is called, in English.")]
    tier: Annotated[Word | None, Field(description="The member's tier at that moment.")] = None


class OccasionGivenData(OccasionCameData):
    """What was given."""

    coupons: Annotated[tuple[CampaignCoupon, ...], Field(description="The coupons, issued by this event.")] = ()
    points: Annotated[PurseAmount | None, Field(description="The points, credited already.")] = None


class OccasionGiven(Event):
    """A member was given what an offer holds for an occasion."""

    type: Literal["OccasionGiven"] = "OccasionGiven"
    dataschema: str = schema_url("OccasionGiven", 1)
    data: OccasionGivenData


class OccasionCame(Event):
    """The day itself is here: the one on which to congratulate."""

    type: Literal["OccasionCame"] = "OccasionCame"
    dataschema: str = schema_url("OccasionCame", 1)
    data: OccasionCameData


LIFECYCLE_EVENTS: tuple[type[Event], ...] = (OccasionGiven, OccasionCame)
