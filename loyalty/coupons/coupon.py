"""One coupon: its states and every change of them, as pure functions that refuse with a reason (requirements C2).

    issued ──lock──> held for a till ──redeem──> redeemed ──return──> issued again, if its terms say so
      │  ▲              │ rolled back, or its time is over
      │  └──────────────┘
      ├──give──> held for a friend ──take──> issued, to the friend
      ├──day after the last──> expired
      └──staff, with a reason──> voided

A hold is a promise with an end, not a state: once its time is over it holds nobody back, and nothing needs to be
written for that. Every change makes one new version and says what was done (`did`), which is what events are made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from loyalty.clock import date_of, iso
from loyalty.coupons import refusals
from loyalty.coupons.terms import Terms
from loyalty.types import Day, MemberId, Origin, TenantId


class CouponState(StrEnum):
    """Where a coupon stands."""

    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    VOIDED = "voided"


class Did(StrEnum):
    """The last thing that happened to a coupon; each means one event."""

    SENT = "sent"
    CLAIMED = "claimed"
    SEEN = "seen"
    LOCKED = "locked"
    RELEASED = "released"
    REDEEMED = "redeemed"
    RETURNED = "returned"
    GIVEN = "given"
    TAKEN = "taken"
    EXPIRED = "expired"
    VOIDED = "voided"


class Way(StrEnum):
    """How a member came to a coupon; one for an occasion is told of by the gift it belongs to (ADR 1041)."""

    CLAIM = "claim"
    CODE = "code"
    PUSH = "push"
    EVENT = "event"
    OCCASION = "occasion"
    REWARD = "reward"
    GIFT = "gift"


class HoldKind(StrEnum):
    """For whom a coupon is held."""

    TILL = "till"
    FRIEND = "friend"


class Hold(NamedTuple):
    """A coupon kept back until an instant (RFC 3339): `by` is the till's receipt, or the digest of a gift's code."""

    kind: HoldKind
    by: str
    until: str


class Use(NamedTuple):
    """Where a coupon was redeemed: `off` is what it took off, in fen; `alone`: at a desk, without a purchase."""

    tenant_id: str
    receipt_no: str
    at: str
    off: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something to a coupon, when and why; kept with the version it makes.

    Attributes:
        at: when it happened, RFC 3339; `recorded_at` is when we wrote it.
        actor: `member`, `till:<tenant>`, `staff:<login>`, `schedule`, `event`.
        tier: the member's tier at that moment, where it is known.
        note: a reason in words, of staff.
    """

    at: str
    recorded_at: str
    actor: str
    origin: Origin
    correlation_id: str
    tier: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """One coupon in a member's wallet, at one version.

    Attributes:
        code: its key, what a till scans; normalized.
        valid_from, valid_until: first and last mall-local day it can be used.
        channel: where it was issued: app, counter, mini_program ...; `way` is how.
        category: the marketers' own label, for figures.
        act: what made this version; `did` names it.
        unit_cost: what one costs the mall when redeemed, in fen, where money off does not say it.
        undone: the use that this very version took back.
    """

    code: str
    template_id: str
    member_id: MemberId
    terms: Terms
    name_zh: str
    name_en: str
    valid_from: Day
    valid_until: Day
    way: Way
    issued_at: str
    act: Act
    did: Did
    state: CouponState = CouponState.ISSUED
    version: int = 1
    category: str = "general"
    channel: str | None = None
    tier: str | None = None
    unit_cost: int = 0
    hold: Hold | None = None
    use: Use | None = None
    undone: Use | None = None
    seen_at: str | None = None

    def held(self, now: datetime) -> Hold | None:
        """Return the hold that is in force at an instant, if any."""
        return self.hold if self.hold and self.hold.until > iso(now) else None

    def day_for(self, reference: str, today: Day, now: datetime) -> Day:
        """Return the day a receipt uses it on: its last one, if the receipt has held it since before midnight."""
        hold = self.held(now)
        kept = hold is not None and (hold.kind, hold.by) == (HoldKind.TILL, reference)
        return min(today, self.valid_until) if kept else today

    def _next(self, did: Did, act: Act, **changes: Any) -> "Coupon":
        return replace(self, did=did, act=act, version=self.version + 1, **{"undone": None, **changes})


def till_reference(tenant_id: TenantId, receipt_no: str) -> str:
    """Return the name of a till's receipt, as holds and uses know it."""
    return f"{tenant_id}/{receipt_no}"


def require_usable(coupon: Coupon, member_id: MemberId, tenant_id: TenantId, today: Day) -> None:
    """Refuse a coupon that this member cannot use at this tenant on this day, whatever is in the basket.

    Raises:
        UnknownCouponError: if it is somebody else's: the caller cannot tell.
        CouponUsedError, CouponExpiredError, CouponVoidedError, CouponNotYetValidError, CouponElsewhereError.
    """
    if coupon.member_id != member_id:
        raise refusals.UnknownCouponError
    require_open(coupon, today)
    if coupon.valid_from > today:
        raise refusals.CouponNotYetValidError(valid_from=date_of(coupon.valid_from).isoformat())
    if coupon.terms.scope.tenants and tenant_id not in coupon.terms.scope.tenants:
        raise refusals.CouponElsewhereError(tenants=list(coupon.terms.scope.tenants))


def require_open(coupon: Coupon, today: Day) -> None:
    """Refuse a coupon whose life is over.

    Raises:
        CouponUsedError, CouponExpiredError, CouponVoidedError.
    """
    match coupon.state:
        case CouponState.REDEEMED:
            raise refusals.CouponUsedError(used_at=coupon.use.at if coupon.use else "")
        case CouponState.VOIDED:
            raise refusals.CouponVoidedError
        case CouponState.EXPIRED:
            raise refusals.CouponExpiredError(valid_until=date_of(coupon.valid_until).isoformat())
    if coupon.valid_until < today:
        raise refusals.CouponExpiredError(valid_until=date_of(coupon.valid_until).isoformat())


def require_free(coupon: Coupon, reference: str, now: datetime) -> None:
    """Refuse a coupon that is held for another receipt or for a friend.

    Raises:
        CouponHeldError: with the instant until when.
    """
    hold = coupon.held(now)
    if hold and (hold.kind, hold.by) != (HoldKind.TILL, reference):
        raise refusals.CouponHeldError(held_for=hold.kind.value, held_until=hold.until)


def locked(coupon: Coupon, reference: str, until: datetime, act: Act) -> Coupon:
    """Hold a coupon for a till's receipt until an instant."""
    return coupon._next(Did.LOCKED, act, hold=Hold(HoldKind.TILL, reference, iso(until)))


def released(coupon: Coupon, act: Act) -> Coupon:
    """Let go of a hold."""
    return coupon._next(Did.RELEASED, act, hold=None)


def redeemed(coupon: Coupon, use: Use, act: Act) -> Coupon:
    """Redeem a coupon: once."""
    return coupon._next(Did.REDEEMED, act, state=CouponState.REDEEMED, use=use, hold=None)


def returned(coupon: Coupon, act: Act) -> Coupon:
    """Bring a redeemed coupon back; past its last day the sweep lets it lapse."""
    return coupon._next(Did.RETURNED, act, state=CouponState.ISSUED, use=None, undone=coupon.use)


def seen(coupon: Coupon, act: Act) -> Coupon:
    """Note that the member has looked at it for the first time."""
    return coupon._next(Did.SEEN, act, seen_at=act.at)


def given(coupon: Coupon, gift: str, until: datetime, act: Act) -> Coupon:
    """Hold a coupon for whoever brings the gift's code.

    Raises:
        CouponNotGiftableError: if the template does not allow it.
    """
    if not coupon.terms.giftable:
        raise refusals.CouponNotGiftableError
    return coupon._next(Did.GIVEN, act, hold=Hold(HoldKind.FRIEND, gift, iso(until)))


def taken(coupon: Coupon, friend: MemberId, act: Act) -> Coupon:
    """Hand a coupon to the friend who brought the gift's code."""
    return coupon._next(Did.TAKEN, act, member_id=friend, way=Way.GIFT, hold=None, seen_at=None)


def expired(coupon: Coupon, act: Act) -> Coupon:
    """Let a coupon lapse."""
    return coupon._next(Did.EXPIRED, act, state=CouponState.EXPIRED, hold=None)


def voided(coupon: Coupon, act: Act) -> Coupon:
    """Take a coupon out of the world; `act.note` says why."""
    return coupon._next(Did.VOIDED, act, state=CouponState.VOIDED, hold=None)


_AS_THEY_ARE = ("template_id", "member_id", "name_zh", "name_en", "valid_from", "valid_until", "issued_at", "version",
                "category", "channel", "tier", "seen_at")  # fmt: skip
"""Attributes that a row holds under their own names and without a form of its own; absent ones have their default."""
_OF_THE_ACT = ("at", "recorded_at", "actor", "correlation_id", "note")


def to_row(coupon: Coupon) -> dict[str, Any]:
    """Return the coupon's attributes as plain values, without its keys and indexes (see `loyalty.coupons.store`)."""
    return {
        **{name: getattr(coupon, name) for name in _AS_THEY_ARE},
        **{name: getattr(coupon.act, name) for name in _OF_THE_ACT},
        "terms": coupon.terms.model_dump(mode="json", exclude_defaults=True),
        "way": coupon.way,
        "did": coupon.did,
        "state": coupon.state,
        "unit_cost": coupon.unit_cost or None,
        "hold": list(coupon.hold) if coupon.hold else None,
        "use": list(coupon.use) if coupon.use else None,
        "undone": list(coupon.undone) if coupon.undone else None,
        "origin": coupon.act.origin,
        "tier_now": coupon.act.tier,
    }


def from_row(row: Mapping[str, Any]) -> Coupon:
    """Return the coupon a stored row (or a stream's image of it) holds."""
    hold, use, undone = row.get("hold"), row.get("use"), row.get("undone")
    act = {name: row[name] for name in _OF_THE_ACT if name in row}
    return Coupon(
        **{name: row[name] for name in _AS_THEY_ARE if name in row},
        code=row["coupon_id"],
        terms=Terms.model_validate(row["terms"]),
        way=Way(row["way"]),
        act=Act(**act, origin=Origin(row["origin"]), tier=row.get("tier_now")),
        did=Did(row["did"]),
        state=CouponState(row["state"]),
        unit_cost=row.get("unit_cost") or 0,
        hold=Hold(HoldKind(hold[0]), *hold[1:]) if hold else None,
        use=Use(*use) if use else None,
        undone=Use(*undone) if undone else None,
    )
