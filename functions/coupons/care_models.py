"""What the service desk sees of a member's coupons, and sends to take one back."""

from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field

from loyalty.clock import date_of
from loyalty.coupons import codes
from loyalty.coupons.coupon import Coupon, CouponState, Way
from loyalty.coupons.store import Shelf
from loyalty.coupons.terms import Terms
from loyalty.fields import MemberIdField
from loyalty.http import Answer, Body

_CODE = "7KQ2M5V8X1C4B6N0"
CodePath = Annotated[
    str,
    Path(
        pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,39}$",
        description="The coupon's code, as people type it.",
        examples=[_CODE],
    ),
]
MemberIdPath = Annotated[MemberIdField, Path(description="The member's random id.")]
ShelfQuery = Annotated[Shelf, Query(description="`open`: can be used, today or later; `over`: used, expired, voided.")]

_TERMS = Terms.model_validate({"kind": "amount_off", "threshold_fen": 50000, "off_fen": 5000}).model_dump(mode="json")
_COUPON: dict[str, Any] = {
    "code": codes.shown(_CODE),
    "template_id": "5f0c3e9a1b7d42e8a6c40b13",
    "name_zh": "满500减50",
    "name_en": "50 off 500",
    "state": "voided",
    "way": "push",
    "terms": _TERMS,
    "valid_from": "2026-11-02",
    "valid_until": "2026-12-31",
    "issued_at": "2026-11-02T01:30:00.000Z",
    "changed_at": "2026-11-03T08:00:00.000Z",
    "held_until": None,
    "tenant_id": None,
    "receipt_no": None,
    "off_fen": None,
    "note": "发放错误",
}


class VoidRequest(Body):
    """Why a coupon is taken back; name no person in it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "发放错误"}]})

    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class HeldCouponAnswer(Answer):
    """A member's coupon as it stands; `note` is the reason staff gave for the last change."""

    model_config = ConfigDict(json_schema_extra={"examples": [_COUPON]})

    code: str
    template_id: str
    name_zh: str
    name_en: str
    state: CouponState
    way: Way
    terms: Terms
    valid_from: str
    valid_until: str
    issued_at: str
    changed_at: str
    held_until: str | None
    tenant_id: str | None
    receipt_no: str | None
    off_fen: int | None
    note: str | None

    @classmethod
    def of(cls, coupon: Coupon) -> Self:
        """Return a coupon as the desk sees it."""
        use = coupon.use
        return cls(
            code=codes.shown(coupon.code),
            template_id=coupon.template_id,
            name_zh=coupon.name_zh,
            name_en=coupon.name_en,
            state=coupon.state,
            way=coupon.way,
            terms=coupon.terms,
            valid_from=date_of(coupon.valid_from).isoformat(),
            valid_until=date_of(coupon.valid_until).isoformat(),
            issued_at=coupon.issued_at,
            changed_at=coupon.act.at,
            held_until=coupon.hold.until if coupon.hold else None,
            tenant_id=use.tenant_id if use else None,
            receipt_no=use.receipt_no if use else None,
            off_fen=use.off if use else None,
            note=coupon.act.note,
        )


class HeldCouponsAnswer(Answer):
    """A page of a member's coupons: open ones by their last day, those that are over newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_COUPON], "next": None}]})

    items: tuple[HeldCouponAnswer, ...]
    next: str | None = None
