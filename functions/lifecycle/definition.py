"""What marketers define before anything is given: on which occasion, to whom, what, and how much of it. Pure.

    occasion           when                                                   once per
    welcome            somebody joins (not by a file)                         member
    birthday           `days_ahead` days before the day (30)                  member and year
    family_birthday    likewise, of a relative who counts (`loyalty.family`)  relative and year
    anniversary        `days_ahead` days before the day of enrolment (0)      member and year
    festival           `days_ahead` days before it (0), for everybody in `segment_id`   member and year
    segment            somebody enters the segment `segment_id`               member and `again_after_days` (180)

It is the `definition` of an offer (`loyalty.catalogue`), whose life it shares (requirements C5, B2, B3, B4, L2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from loyalty.coupons.template import MonthDay, Title
from loyalty.family import Relation
from loyalty.festivals import Festival
from loyalty.parts import Code, Part

NAME = "occasion"
"""The catalogue's name for these offers."""
MOST_GIVEN = 10_000_000
MOST_COUPONS = 5
EVER, A_YEAR = 36_600, 300
"""How many days lie between two gifts at least: of a welcome, and of a yearly day. Somebody whose birthday is corrected
has no second one in the year; 300 leaves room for any correction by less than two months."""
ASIDE = 180
"""How many days who entered a segment again waits for the next gift, where the offer does not say."""
A_MONTH = 30


class OfferOccasion(StrEnum):
    """What an offer waits for."""

    WELCOME = "welcome"
    BIRTHDAY = "birthday"
    FAMILY_BIRTHDAY = "family_birthday"
    ANNIVERSARY = "anniversary"
    FESTIVAL = "festival"
    SEGMENT = "segment"


BIRTHDAYS = frozenset({OfferOccasion.BIRTHDAY, OfferOccasion.FAMILY_BIRTHDAY})
YEARLY = BIRTHDAYS | {OfferOccasion.ANNIVERSARY}
"""Days of a person's own."""
SWEPT = YEARLY | {OfferOccasion.FESTIVAL}
"""What comes once a year, and is found by the daily sweep."""
IN_SEGMENT = frozenset({OfferOccasion.SEGMENT, OfferOccasion.FESTIVAL})
TemplateId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$", description="A coupon template.")]
SegmentId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$", description="A segment.")]
Interest = Annotated[str, Field(min_length=1, max_length=24, description="As members tick it.")]
Coupons = Annotated[tuple[TemplateId, ...], Field(max_length=MOST_COUPONS)]


class OccasionWho(Part):
    """For whom an offer is; what is left out asks nothing.

    Attributes:
        tiers: codes of tiers; segments: whoever is in one of them.
        bought_in_months: only who paid for something this month or in the months before, so many in all.
        relations, youngest, oldest: whose birthday in the family it is, and the age they reach.
    """

    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    segments: Annotated[tuple[SegmentId, ...], Field(max_length=10)] = ()
    bought_in_months: Annotated[int, Field(strict=True, ge=1, le=24)] | None = None
    relations: Annotated[tuple[Relation, ...], Field(max_length=3)] = ()
    youngest: Annotated[int, Field(strict=True, ge=0, le=150)] | None = None
    oldest: Annotated[int, Field(strict=True, ge=0, le=150)] | None = None

    @property
    def names_family(self) -> bool:
        """Whether it asks something about a relative."""
        return bool(self.relations or self.youngest is not None or self.oldest is not None)


class PreferredGift(Part):
    """Coupons for whoever ticked one of these interests or categories, and agreed to its use."""

    interests: Annotated[tuple[Interest, ...], Field(min_length=1, max_length=20)]
    coupons: Annotated[tuple[TemplateId, ...], Field(min_length=1, max_length=MOST_COUPONS)]


class OccasionOffer(Part):
    """An offer by occasion.

    Attributes:
        festival, on: which day of the year a festival is: one of the lunar calendar, or month and day.
        by_interest: the first that matches replaces `coupons`.
        points: so many points of `purse`, whatever the coupons.
        quantity: how many gifts there are in all; none: as many as wanted.
        days_ahead: how long before a yearly day the gift is given; `greeting`: whether to say so on the day.
        per_member: of how many relatives a member may have the gift in a year.
    """

    name_zh: Title
    name_en: Title
    occasion: OfferOccasion
    segment_id: SegmentId | None = None
    festival: Festival | None = None
    on: MonthDay | None = None
    who: OccasionWho = OccasionWho()
    coupons: Coupons = ()
    by_interest: Annotated[tuple[PreferredGift, ...], Field(max_length=8)] = ()
    points: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    purse: Literal["points", "courtesy"] = "points"
    quantity: Annotated[int, Field(strict=True, ge=1, le=MOST_GIVEN)] | None = None
    days_ahead: Annotated[int, Field(strict=True, ge=0, le=60)] | None = None
    greeting: bool = False
    per_member: Annotated[int, Field(strict=True, ge=1, le=10)] = 3
    again_after_days: Annotated[int, Field(strict=True, ge=1, le=3660)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if problem := next(_problems(self), None):
            raise ValueError(problem)
        return self

    @property
    def ahead(self) -> int:
        """How many days before a yearly day the gift is given."""
        if self.days_ahead is not None:
            return self.days_ahead
        return A_MONTH if self.occasion in BIRTHDAYS else 0

    @property
    def rest_days(self) -> int:
        """How many days after the day of one gift the day of the next may be, for the same person."""
        if self.occasion in SWEPT:
            return A_YEAR
        return self.again_after_days or ASIDE if self.occasion is OfferOccasion.SEGMENT else EVER

    @property
    def most(self) -> int:
        """How many gifts a member may have within that time."""
        return self.per_member if self.occasion is OfferOccasion.FAMILY_BIRTHDAY else 1

    @property
    def templates(self) -> tuple[str, ...]:
        """Every coupon template it names, each once."""
        named = (*self.coupons, *(one for gift in self.by_interest for one in gift.coupons))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Running:
    """A published offer.

    Attributes:
        shards: over how many rows its budget lies, 0 where it has none.
        since: when it was first published, RFC 3339.
    """

    offer_id: str
    offer: OccasionOffer
    shards: int
    since: str


def _problems(offer: OccasionOffer) -> Iterator[str]:
    is_segment, is_festival = offer.occasion is OfferOccasion.SEGMENT, offer.occasion is OfferOccasion.FESTIVAL
    if not (offer.templates or offer.points):
        yield "say what is given: coupons, by_interest, or points"
    if (offer.occasion in IN_SEGMENT) != (offer.segment_id is not None):
        yield "name a segment_id for the occasions segment and festival, and for no other"
    if is_festival != ((offer.festival is None) != (offer.on is None)):
        yield "name a festival, or the day it is on, for the occasion festival, and for no other"
    if offer.again_after_days and not is_segment:
        yield "again_after_days is for the occasion segment"
    if (offer.greeting or offer.days_ahead is not None) and offer.occasion not in SWEPT:
        yield "days_ahead and greeting are for birthdays, anniversaries and festivals"
    if offer.who.names_family and offer.occasion is not OfferOccasion.FAMILY_BIRTHDAY:
        yield "relations and ages are for the occasion family_birthday"
