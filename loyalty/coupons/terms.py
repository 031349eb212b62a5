"""What a coupon promises, as data: its kind, where it counts, what it may be combined with (requirements C1, C4).

Marketers write terms in a template; every coupon issued carries a copy, so what was promised is what is redeemed,
whatever becomes of the template (ADR 0601). A discount campaign has the same scope and needs no coupon (A11).
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from loyalty.fields import MAX_FEN
from loyalty.parts import Code, Part

MOST_NAMED = 40
"""How many tenants, categories, brands or items a scope may name: with more, a coupon outgrows one write unit."""

Name = Annotated[str, Field(min_length=1, max_length=64)]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_NAMED)]
TenantNames = Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")], ...],
                        Field(max_length=MOST_NAMED)]  # fmt: skip
Fen = Annotated[int, Field(strict=True, ge=1, le=MAX_FEN)]
Pieces = Annotated[int, Field(strict=True, ge=1, le=100)]


class Kind(StrEnum):
    """What a coupon does (requirements C1)."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    BUY_GET = "buy_get"
    SPECIAL_PRICE = "special_price"
    GIFT = "gift"
    SAMPLE = "sample"
    PARKING = "parking"
    SERVICE = "service"
    ENTRY = "entry"


MONEY = frozenset({Kind.AMOUNT_OFF, Kind.PERCENT_OFF, Kind.BUY_GET, Kind.SPECIAL_PRICE})
"""Kinds that change what a basket costs; the others are redeemed with a basket or without one."""


class Scope(Part):
    """Which goods count; an empty list means all. A line counts if it fits every list that is not empty.

    Attributes:
        tenants: who may redeem it (requirement of the malls: only the tenants a coupon names).
        skus: item numbers at the tenant.
    """

    tenants: TenantNames = ()
    categories: Names = ()
    brands: Names = ()
    skus: Names = ()


class Combines(StrEnum):
    """Which other coupons may stand beside this one on a receipt."""

    NONE = "none"
    OTHER_GROUPS = "other_groups"
    ALL = "all"


class Stacking(Part):
    """What a coupon may be combined with; two coupons go together only if both allow the other.

    Attributes:
        group: coupons of one group exclude each other unless both combine with `all`.
        per_receipt: how many coupons of this template one receipt takes.
        with_discounts: whether goods it covers also get the tier's discount and discount campaigns.
        with_points: whether points may pay for a part of the same receipt.
    """

    group: Code = "general"
    combines: Combines = Combines.OTHER_GROUPS
    per_receipt: Annotated[int, Field(strict=True, ge=1, le=10)] = 1
    with_discounts: bool = True
    with_points: bool = True


class Terms(Part):
    """What a coupon does.

    Attributes:
        threshold_fen: what the goods in scope must come to, after automatic discounts and before any coupon; for
            `special_price`, what the other goods of the receipt must come to. 0: no threshold.
        off_fen: `amount_off`: this much off the goods in scope, never more than they cost.
        percent: `percent_off`: 20 means 20% off (八折); `max_off_fen` caps it.
        buy, get, sets: `buy_get`: of every `buy` + `get` pieces in scope the `get` cheapest are free, `sets` times.
        price_fen, pieces: `special_price`: at most so many pieces in scope at this price each: an add-on, or the
            goods of a 99-yuan zone.
        benefit_zh, benefit_en, units: the other kinds: what is handed over and how much of it (hours of parking).
        giftable: whether the holder may give it to a friend.
        comes_back: whether it returns to the wallet when the goods it was used for are returned.
    """

    kind: Kind
    scope: Scope = Scope()
    stacking: Stacking = Stacking()
    threshold_fen: Annotated[int, Field(strict=True, ge=0, le=MAX_FEN)] = 0
    off_fen: Fen | None = None
    percent: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    max_off_fen: Fen | None = None
    buy: Pieces | None = None
    get: Pieces | None = None
    sets: Pieces | None = None
    price_fen: Annotated[int, Field(strict=True, ge=0, le=MAX_FEN)] | None = None
    pieces: Pieces | None = None
    benefit_zh: Annotated[str, Field(max_length=64)] = ""
    benefit_en: Annotated[str, Field(max_length=64)] = ""
    units: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    giftable: bool = False
    comes_back: bool = True

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        needed = set(_NEEDED.get(self.kind, ("benefit_zh",)))
        allowed = needed | set(_ALLOWED.get(self.kind, ("benefit_en", "units")))
        given = {name for name in _ALL if getattr(self, name) not in (None, "")}
        if missing := sorted(needed - given):
            raise ValueError(f"{self.kind} needs {', '.join(missing)}")
        if foreign := sorted(given - allowed):
            raise ValueError(f"{self.kind} has no {', '.join(foreign)}")
        return self

    @property
    def is_money(self) -> bool:
        """Whether it changes what a basket costs."""
        return self.kind in MONEY


_NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.AMOUNT_OFF: ("off_fen",),
    Kind.PERCENT_OFF: ("percent",),
    Kind.BUY_GET: ("buy", "get", "sets"),
    Kind.SPECIAL_PRICE: ("price_fen", "pieces"),
}
_ALLOWED: dict[Kind, tuple[str, ...]] = {
    Kind.AMOUNT_OFF: (),
    Kind.PERCENT_OFF: ("max_off_fen",),
    Kind.BUY_GET: (),
    Kind.SPECIAL_PRICE: (),
}
_ALL = ("off_fen", "percent", "max_off_fen", "buy", "get", "sets", "price_fen", "pieces", "benefit_zh", "benefit_en",
        "units")  # fmt: skip


class Discount(Part):
    """A discount that needs no coupon: a tier's, or a campaign's (requirements T3, A11). Every line gets the best one.

    Attributes:
        code: what the receipt names as the reason: `tier`, or the campaign's id.
        percent: 20 means 20% off.
    """

    code: Annotated[str, Field(min_length=1, max_length=64)]
    percent: Annotated[int, Field(strict=True, ge=1, le=100)]
    scope: Scope = Scope()
