"""What marketers define before a coupon exists: what it promises, to whom, how often, for how long (C1, C3, C5, C7).

A template is the `definition` of an offer (`loyalty.catalogue`), whose life it shares. Campaigns, vouchers for points
and the member's own claims issue coupons of it (`loyalty.coupons.issue`); each coupon carries its terms (ADR 0601).
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from loyalty.coupons import codes
from loyalty.coupons.terms import Terms
from loyalty.fields import MAX_FEN
from loyalty.parts import Code, Part

NAME = "template"
"""The catalogue's name for templates."""
MOST_ISSUED = 10_000_000
MOST_PER_MEMBER = 1000
MOST_DAYS = 3660


def _iso_day(value: object) -> object:
    """Only text is a date here: pydantic would read a bare number as seconds since 1970."""
    if value is None or type(value) is date:
        return value
    if not isinstance(value, str) or len(value) != len("2026-01-01"):
        raise ValueError("write the day as YYYY-MM-DD")
    return value


_EARLIEST, _LATEST = date(2000, 1, 1), date(2098, 12, 31)
IsoDay = Annotated[date, BeforeValidator(_iso_day), Field(ge=_EARLIEST, le=_LATEST, description="ISO date.")]
MonthDay = Annotated[
    str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", description="Month and day, such as `02-29`.")
]
Title = Annotated[str, Field(min_length=1, max_length=64)]


class Validity(Part):
    """When a coupon can be used: mall-local days, first and last included.

    Attributes:
        starts: first day, whenever it was issued; none: the day it is issued. Written `from`.
        until: last day, whenever it was issued.
        days_after_issue: so many days after the day it is issued; 0: that day only. With `until`, the earlier counts.
    """

    starts: Annotated[IsoDay | None, Field(alias="from")] = None
    until: IsoDay | None = None
    days_after_issue: Annotated[int, Field(strict=True, ge=0, le=MOST_DAYS)] | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.until is None and self.days_after_issue is None:
            raise ValueError("say until when it is valid: until, days_after_issue, or both")
        if self.starts and self.until and self.until < self.starts:
            raise ValueError("until lies before from")
        return self


class IssuedOn(Part):
    """The event that issues a coupon to its member by itself, such as the welcome pack's (requirements C5).

    Attributes:
        event: `TierChanged` means a rise; who falls gets nothing for it.
        tier_after: only when the member rises to this tier.
    """

    event: Literal["MemberEnrolled", "TierChanged"]
    tier_after: Code | None = None

    @model_validator(mode="after")
    def _has_a_tier(self) -> Self:
        if self.tier_after and self.event != "TierChanged":
            raise ValueError("only TierChanged has a tier_after")
        return self


def _is_word(value: str) -> str:
    if not codes.is_word(value):
        raise ValueError("a festival code is 4 to 20 capital letters and digits, and no coupon's code")
    return value


class Template(Part):
    """A coupon template.

    Attributes:
        category: the marketers' own label, for figures.
        quantity: how many there are in all; none: as many as wanted.
        per_member: how many one member may get, whichever way; a friend's gift does not count.
        tiers: codes of the tiers it is for; none: all.
        claimable: whether members see and claim it in the app.
        word: a festival code many may use, within the limits (requirements C7).
        unit_cost_fen: what one costs when redeemed, in fen, where money off does not say it.
        funded_by: who pays for it.
    """

    name_zh: Title
    name_en: Title
    category: Code = "general"
    terms: Terms
    validity: Validity
    quantity: Annotated[int, Field(strict=True, ge=1, le=MOST_ISSUED)] | None = None
    per_member: Annotated[int, Field(strict=True, ge=1, le=MOST_PER_MEMBER)] = 1
    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    claimable: bool = False
    word: Annotated[str, AfterValidator(_is_word)] | None = None
    issued_on: IssuedOn | None = None
    unit_cost_fen: Annotated[int, Field(strict=True, ge=0, le=MAX_FEN)] = 0
    funded_by: Literal["mall", "tenant"] = "mall"

    @property
    def reserved(self) -> str | None:
        """The festival code as it is stored: look-alikes read as what people may type for them."""
        return codes.normalized(self.word) if self.word else None
