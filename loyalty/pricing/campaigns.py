"""Discount campaigns: money off without a coupon, for tiers, birthdays or all (requirements A11, B1). Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AwareDatetime, Field, PrivateAttr, model_validator

from loyalty.coupons.terms import Discount, Scope
from loyalty.parts import Code, Part
from loyalty.pricing.basket import Line
from loyalty.pricing.sheet import goods_of

Title = Annotated[str, Field(min_length=1, max_length=64)]


class Campaign(Part):
    """A discount campaign: 20% off everywhere, 10% off named brands, for some tiers or all.

    Attributes:
        percent: 20 means 20% off (八折).
        tiers: whom it is for; empty: every member.
        birthday: `month` or `day`: only in the member's birthday month, or on the birthday, as the mall's calendar has
            it; one born on 29 February has it on the 28th in other years. An unknown birthday gets nothing.
        starts: its first instant, written `from`; `until` is the first instant it is over.
    """

    name_zh: Title
    name_en: Title
    percent: Annotated[int, Field(strict=True, ge=1, le=90)]
    scope: Scope = Scope()
    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    birthday: Literal["month", "day"] | None = None
    starts: Annotated[AwareDatetime, Field(alias="from")]
    until: AwareDatetime
    _campaign_id: str = PrivateAttr("")

    @property
    def campaign_id(self) -> str:
        """Return the id it was drafted under, which receipts name; no part of what marketers write."""
        return self._campaign_id

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.until <= self.starts:
            raise ValueError("until must lie after from")
        return self


class Buyer(NamedTuple):
    """A member as campaigns see one.

    Attributes:
        tier: the code of the tier held before the purchase.
        born: `mmdd`; None where it is unknown or no campaign asks.
    """

    tier: str
    born: str | None = None


class Visit(NamedTuple):
    """When and where somebody buys; `day` is the mall-local date of `at`."""

    at: datetime
    day: date
    tenant: str


def for_member(campaigns: Iterable[Campaign], buyer: Buyer, visit: Visit) -> tuple[Discount, ...]:
    """Return the discounts of the campaigns that are for a member, at the tenant, at the time of purchase."""
    return tuple(
        Discount(code=campaign.campaign_id, percent=campaign.percent, scope=campaign.scope)
        for campaign in campaigns
        if _runs(campaign, visit) and _is_for(campaign, buyer, visit.day)
    )


def asking_birthday(campaigns: Iterable[Campaign], visit: Visit, lines: Sequence[Line]) -> tuple[Campaign, ...]:
    """Return the campaigns that the member's birthday decides on, whoever it is.

    Args:
        lines: those that may be reduced at all (requirements K7).
    """
    return tuple(
        campaign
        for campaign in campaigns
        if campaign.birthday and _runs(campaign, visit) and any(map(goods_of(campaign.scope), lines))
    )


def lacking_birthday(
    campaigns: Iterable[Campaign], buyer: Buyer, visit: Visit, lines: Sequence[Line]
) -> tuple[Campaign, ...]:
    """Return the campaigns that might be for a member whose birthday is unknown."""
    if buyer.born is not None:
        return ()
    asking = asking_birthday(campaigns, visit, lines)
    return tuple(campaign for campaign in asking if not campaign.tiers or buyer.tier in campaign.tiers)


def _runs(campaign: Campaign, visit: Visit) -> bool:
    tenants = campaign.scope.tenants
    return campaign.starts <= visit.at < campaign.until and (not tenants or visit.tenant in tenants)


def _is_for(campaign: Campaign, buyer: Buyer, day: date) -> bool:
    if campaign.tiers and buyer.tier not in campaign.tiers:
        return False
    if campaign.birthday is None:
        return True
    from loyalty.birthdays import is_birthday  # a cold start must not wait for what is not running

    return is_birthday(campaign.birthday, buyer.born, day)


def identified(campaign_id: str, definition: Any) -> Campaign:
    """Return the campaign of an offer, under the offer's id."""
    campaign = Campaign.model_validate(definition)
    campaign._campaign_id = campaign_id
    return campaign
