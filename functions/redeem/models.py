"""What is sent to redeem points, and what comes back."""

from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field, model_validator

from functions.redeem.order import Order, OrderState
from functions.redeem.reward import PointId
from functions.redeem.reward_models import EXAMPLE_ID, RewardIdField
from loyalty.coupons import codes
from loyalty.entries import Entry
from loyalty.fields import SessionField, SomePointsField
from loyalty.http import Answer, Body
from loyalty.surveys.at_once import SurveyOffer

RedemptionKind = Annotated[Literal["cash"], Field(description="`cash`: money off, at the mall's published rate.")]
RedemptionId = Annotated[str, Path(), Field(pattern=r"^[A-Za-z0-9_-]{1,512}$")]

_REWARD_WISH: dict[str, Any] = {"reward_id": EXAMPLE_ID, "pick_up_point": "service-desk"}
_ORDER: dict[str, Any] = {
    "redemption_id": "9xQm3TzR",
    "reward_id": EXAMPLE_ID,
    "name": "真丝围巾",
    "kind": "gift",
    "state": "reserved",
    "points": 2000,
    "purse": "points",
    "cash_fen": 9900,
    "units": None,
    "pick_up_point": "service-desk",
    "coupon_code": None,
    "ordered_at": "2026-11-02T10:20:00.000Z",
    "handed_over_at": None,
    "currency": "CNY",
}


class OwnRedemptionRequest(Body):
    """What a member redeems: points for money off, or a reward at one of its pick-up points."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REWARD_WISH]})

    kind: RedemptionKind = "cash"
    points: SomePointsField | None = None
    reward_id: RewardIdField | None = None
    pick_up_point: Annotated[PointId | None, Field(description="Where, of a reward that has pick-up points.")] = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if (self.points is None) == (self.reward_id is None):
            raise ValueError("name points, or a reward_id")
        if self.reward_id is not None and "kind" in self.model_fields_set:
            raise ValueError("the reward says its kind itself")
        if self.reward_id is None and self.pick_up_point is not None:
            raise ValueError("pick_up_point goes with a reward_id")
        return self


class RedemptionRequest(OwnRedemptionRequest):
    """What is redeemed at a till, the member being present."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"points": 1000, "member_session": "bV81Y0RxOFprUDJ3.c2lnbmVk"}]}
    )

    member_session: SessionField


class RedemptionAnswer(Answer):
    """A redemption as recorded; `value_fen` is the money off it is worth."""

    redemption_id: str
    entry_id: str
    kind: str
    points_spent: int
    value_fen: int
    balance: int
    tier: str
    at: str
    currency: Literal["CNY"] = "CNY"
    survey: Annotated[SurveyOffer | None, Field(description="What to ask the member now.")] = None


class RewardRedemptionAnswer(RedemptionAnswer):
    """A redeemed reward: `cash_fen` is due when it is handed over, `coupon_code` is what a voucher gave."""

    reward_id: str
    state: OrderState
    purse: str
    cash_fen: int
    pick_up_point: str | None = None
    coupon_code: str | None = None


class OrderAnswer(Answer):
    """A redeemed reward and where it stands now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ORDER]})

    redemption_id: str
    reward_id: str
    name: str
    kind: str
    state: OrderState
    points: int
    purse: str
    cash_fen: int
    units: int | None
    pick_up_point: str | None
    coupon_code: str | None
    ordered_at: str
    handed_over_at: str | None
    currency: Literal["CNY"] = "CNY"


class OrdersAnswer(Answer):
    """A page of orders, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ORDER], "next": None}]})

    items: tuple[OrderAnswer, ...]
    next: str | None = None


class UndoneAnswer(Answer):
    """What undoing a redemption gave back; points past their expiry lapse again."""

    redemption_id: str
    entry_id: str
    points_given_back: int
    points_lapsed: int
    balance: int
    tier: str


def redemption_answer(entry: Entry, survey: SurveyOffer | None) -> RedemptionAnswer:
    """Return a recorded redemption as its caller sees it, whenever it is asked for."""
    common = {
        "redemption_id": entry.entry_id,
        "entry_id": entry.entry_id,
        "kind": entry.facts["kind"],
        "at": entry.cause.at,
        "survey": survey,
        **entry.answer,
    }
    if "reward_id" not in entry.facts:
        return RedemptionAnswer(**common)
    facts = entry.facts
    return RewardRedemptionAnswer(
        **common,
        reward_id=facts["reward_id"],
        purse=facts["purse"],
        cash_fen=facts["cash_fen"],
        pick_up_point=facts.get("point"),
        coupon_code=codes.shown(facts["code"]) if "code" in facts else None,
    )


def order_answer(order: Order, language: str) -> OrderAnswer:
    """Return an order as it stands, in the caller's language."""
    return OrderAnswer(
        redemption_id=order.redemption_id,
        reward_id=order.reward,
        name=order.name_en if language == "en" else order.name_zh,
        kind=order.reward_kind,
        state=order.state,
        points=order.points,
        purse=order.purse,
        cash_fen=order.cash_fen,
        units=order.units,
        pick_up_point=order.point,
        coupon_code=codes.shown(order.code) if order.code else None,
        ordered_at=order.ordered_at,
        handed_over_at=order.handed_over_at,
    )


def undone_answer(entry: Entry, redemption_id: str) -> UndoneAnswer:
    """Return what undoing a redemption gave back."""
    return UndoneAnswer(redemption_id=redemption_id, entry_id=entry.entry_id, **entry.answer)
