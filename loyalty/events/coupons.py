"""What happened to a coupon, version 1 each (requirements C2; the rules of the catalogue apply).

A coupon's code opens what it is good for, so no event carries it: `coupon_ref` is a digest that tells coupons apart
and leads back to none. A coupon is no movement of the account: `member_seq` is 0, `coupon_seq` orders its events.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import FenAmount, Instant, Part, Word

HeldUntil = Annotated[Instant, Field(description="When the hold ends by itself.")]


class CouponData(Part):
    """What every event of a coupon tells: which one, of what kind, how it came to the member."""

    coupon_ref: Annotated[Word, Field(description="Which coupon; never its code.")]
    coupon_seq: Annotated[int, Field(strict=True, ge=1, description="The coupon's version: 1, 2, 3 ... gapless.")]
    template_id: Annotated[Word, Field(description="The template it was issued from.")]
    kind: Annotated[Word, Field(description="Open vocabulary: amount_off, percent_off, buy_get, gift, ...")]
    way: Annotated[Word, Field(description="How it was come by. Open vocabulary: claim, code, push, event, ...")]
    category: Annotated[Word, Field(description="The marketers' own label.")]
    channel: Annotated[Word | None, Field(description="Where it was issued: app, counter, ...")] = None
    tier: Annotated[Word | None, Field(description="The member's tier at that moment, else when issued.")] = None
    valid_until: Annotated[date, Field(description="The last mall-local day it can be used.")]
    unit_cost: Annotated[FenAmount, Field(description="What redeeming it costs beside money off, in fen.")] = 0


class CouponLockedData(CouponData):
    """A coupon that a till keeps back."""

    tenant_id: Annotated[Word, Field(description="The tenant whose till it is.")]
    held_until: HeldUntil


class CouponRedeemedData(CouponData):
    """A coupon that was used."""

    tenant_id: Annotated[Word, Field(description="The tenant at whose till it was used.")]
    receipt_no: Annotated[str, Field(description="The receipt it was used on, at that tenant.")]
    off: Annotated[FenAmount, Field(description="What it took off in fen; 0 for gifts and services.")]


class CouponReturnedData(CouponData):
    """A coupon whose use was taken back."""

    tenant_id: Annotated[Word, Field(description="The tenant at whose till it had been used.")]
    receipt_no: Annotated[str, Field(description="The receipt it had been used on, at that tenant.")]
    off: Annotated[FenAmount, Field(description="What it had taken off in fen.")]


class CouponGivenData(CouponData):
    """A coupon that is on its way to a friend."""

    held_until: HeldUntil


class CouponSent(Event):
    """A coupon was put into a member's wallet: pushed, by an event, for a reward."""

    type: Literal["CouponSent"] = "CouponSent"
    dataschema: str = schema_url("CouponSent", 1)
    data: CouponData


class CouponSeen(Event):
    """A member looked at a coupon for the first time."""

    type: Literal["CouponSeen"] = "CouponSeen"
    dataschema: str = schema_url("CouponSeen", 1)
    data: CouponData


class CouponClaimed(Event):
    """A member took a coupon, by choice or by a code."""

    type: Literal["CouponClaimed"] = "CouponClaimed"
    dataschema: str = schema_url("CouponClaimed", 1)
    data: CouponData


class CouponLocked(Event):
    """A till holds a coupon while the customer pays."""

    type: Literal["CouponLocked"] = "CouponLocked"
    dataschema: str = schema_url("CouponLocked", 1)
    data: CouponLockedData


class CouponReleased(Event):
    """A hold on a coupon was let go: rolled back by the till, or a gift withdrawn."""

    type: Literal["CouponReleased"] = "CouponReleased"
    dataschema: str = schema_url("CouponReleased", 1)
    data: CouponData


class CouponRedeemed(Event):
    """A coupon was used."""

    type: Literal["CouponRedeemed"] = "CouponRedeemed"
    dataschema: str = schema_url("CouponRedeemed", 1)
    data: CouponRedeemedData


class CouponReturned(Event):
    """A used coupon is back in the wallet, because the goods came back."""

    type: Literal["CouponReturned"] = "CouponReturned"
    dataschema: str = schema_url("CouponReturned", 1)
    data: CouponReturnedData


class CouponGiven(Event):
    """A member made a gift of a coupon; it waits for the friend."""

    type: Literal["CouponGiven"] = "CouponGiven"
    dataschema: str = schema_url("CouponGiven", 1)
    data: CouponGivenData


class CouponTaken(Event):
    """A friend took the gift: the subject holds the coupon now."""

    type: Literal["CouponTaken"] = "CouponTaken"
    dataschema: str = schema_url("CouponTaken", 1)
    data: CouponData


class CouponExpired(Event):
    """A coupon lapsed unused."""

    type: Literal["CouponExpired"] = "CouponExpired"
    dataschema: str = schema_url("CouponExpired", 1)
    data: CouponData


class CouponVoided(Event):
    """Staff took a coupon out of the world."""

    type: Literal["CouponVoided"] = "CouponVoided"
    dataschema: str = schema_url("CouponVoided", 1)
    data: CouponData


COUPON_EVENTS: tuple[type[Event], ...] = (
    CouponSent,
    CouponSeen,
    CouponClaimed,
    CouponLocked,
    CouponReleased,
    CouponRedeemed,
    CouponReturned,
    CouponGiven,
    CouponTaken,
    CouponExpired,
    CouponVoided,
)
