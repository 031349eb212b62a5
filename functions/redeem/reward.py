"""What points can be redeemed for, as marketers define it, and to whom it is offered (requirements P6, P7, A2). Pure.

A reward is the `definition` of an offer (`loyalty.catalogue`), whose life it shares. Its stock lies at its pick-up
points (a tenant, or the service desk), or in one place where nobody hands it over; without a quantity it has none.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from functions.redeem import errors
from loyalty.catalogue import Offer, OfferState
from loyalty.clock import iso, quarter_of
from loyalty.fields import MAX_FEN, MAX_POINTS
from loyalty.parts import Code, Part
from loyalty.types import Day, Purse

NAME = "reward"
"""The catalogue's name for rewards."""
SERVICE_DESK = "service-desk"
MOST_POINTS_OF_PICK_UP = 10
"""More would make the reading of a reward's stock unbounded."""
MOST_UNITS = 10_000_000

Title = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=500)]
PointId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Money = Annotated[int, Field(strict=True, ge=0, le=MAX_FEN)]


class RewardKind(StrEnum):
    """What a member gets (requirements P6)."""

    GIFT = "gift"
    SERVICE = "service"
    EXPERIENCE = "experience"
    LOUNGE = "lounge"
    PARKING = "parking"
    DONATION = "donation"
    VOUCHER = "voucher"
    CASH = "cash"


AT_ONCE = frozenset({RewardKind.DONATION, RewardKind.VOUCHER, RewardKind.CASH})
"""Kinds that are complete when they are redeemed: nothing is handed over later."""


class CountedPer(StrEnum):
    """The mall-local period in which a member's limit counts."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def of(self, day: Day) -> str:
        """Return the period of a day: `2611`, `26Q4`, `26`; no two kinds of period share a name."""
        match self:
            case CountedPer.MONTH:
                return day[:4]
            case CountedPer.QUARTER:
                return quarter_of(day)
            case CountedPer.YEAR:
                return day[:2]


class Reward(Part):
    """One reward.

    Attributes:
        points: what one costs, from the purse named.
        cash_fen: money due when it is handed over, beside the points (points plus cash), in fen.
        value_fen: `cash`: what it takes off, in fen; double value for some days is a reward with a window.
        template_id: `voucher`: the coupon template one coupon is issued of.
        units: hours or visits it stands for; none: it has no such measure.
        tiers: codes of the tiers it is for; none: all.
        starts, until: from when and until when it can be redeemed; written `from`.
        per_member: how many one member may redeem; none: as many as they like.
        per: in which mall-local period `per_member` counts, such as a voucher each quarter; none: for ever.
        pick_up_points: where it is handed over, each with stock of its own: tenants, or `service-desk`.
        quantity: how many there are in all, where it has no pick-up points; none: as many as wanted.
        unit_cost_fen: what one costs the mall, in fen.
    """

    name_zh: Title
    name_en: Title
    description_zh: Text = ""
    description_en: Text = ""
    kind: RewardKind
    points: Annotated[int, Field(strict=True, ge=1, le=MAX_POINTS)]
    purse: Literal["points", "courtesy"] = "points"
    cash_fen: Money = 0
    value_fen: Money = 0
    template_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    units: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    tiers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    starts: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: AwareDatetime | None = None
    per_member: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    per: CountedPer | None = None
    pick_up_points: Annotated[tuple[PointId, ...], Field(max_length=MOST_POINTS_OF_PICK_UP)] = ()
    quantity: Annotated[int, Field(strict=True, ge=1, le=MOST_UNITS)] | None = None
    unit_cost_fen: Money = 0

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.template_id is not None) != (self.kind is RewardKind.VOUCHER):
            raise ValueError("template_id goes with a voucher, and with nothing else")
        if (self.value_fen > 0) != (self.kind is RewardKind.CASH):
            raise ValueError("value_fen goes with cash, and with nothing else")
        if self.at_once and (self.pick_up_points or self.cash_fen):
            raise ValueError(f"{self.kind} is complete at once: no pick_up_points, no cash_fen")
        if self.kind is RewardKind.GIFT and not self.pick_up_points:
            raise ValueError("a gift needs pick_up_points")
        return self

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.pick_up_points and self.quantity is not None:
            raise ValueError("with pick_up_points the stock is booked at each of them: no quantity")
        if len(set(self.pick_up_points)) < len(self.pick_up_points):
            raise ValueError("pick_up_points names one twice")
        if self.per and self.per_member is None:
            raise ValueError("per says in which period per_member counts: it needs one")
        if self.starts and self.until and self.until <= self.starts:
            raise ValueError("until must lie after from")
        return self

    @property
    def at_once(self) -> bool:
        """Whether it is complete when it is redeemed."""
        return self.kind in AT_ONCE

    @property
    def limited(self) -> bool:
        """Whether it can be sold out."""
        return bool(self.pick_up_points) or self.quantity is not None

    @property
    def paid_from(self) -> Purse:
        """The purse its points are taken from."""
        return Purse(self.purse)

    def counted_in(self, day: Day) -> str:
        """Return the period in which one more counts for a member; empty: for ever."""
        return self.per.of(day) if self.per else ""

    def places(self) -> tuple[str | None, ...]:
        """Return where its stock lies: its pick-up points, or the one place without a name."""
        return self.pick_up_points or (None,)


def reward_of(definition: Mapping[str, Any]) -> Reward:
    """Return the reward a stored definition holds."""
    return Reward.model_validate(definition)


def definition_of(reward: Reward) -> dict[str, Any]:
    """Return a reward as it is stored and compared: JSON-ready, without what is left at its default."""
    return reward.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def offered(offer: Offer | None, now: datetime) -> Reward:
    """Return the reward an offer holds, if it can be redeemed now.

    Raises:
        RewardNotFoundError: if there is none, or members have never seen it.
        RewardPausedError, NotYetOfferedError, NoLongerOfferedError: with the instant, where there is one.
    """
    if offer is None or offer.state in {OfferState.DRAFT, OfferState.APPROVED} or not was_published(offer):
        raise errors.RewardNotFoundError
    reward = reward_of(offer.definition)
    if offer.state is OfferState.ENDED or (reward.until and now >= reward.until):
        raise errors.NoLongerOfferedError(**({"until": iso(reward.until)} if reward.until else {}))
    if offer.state is OfferState.PAUSED:
        raise errors.RewardPausedError
    if reward.starts and now < reward.starts:
        raise errors.NotYetOfferedError(starts=iso(reward.starts))
    return reward


def is_offered(offer: Offer, tier: str, now: datetime) -> bool:
    """Tell whether members of a tier can redeem an offer's reward now, as long as there is any."""
    if offer.state is not OfferState.PUBLISHED:
        return False
    reward = reward_of(offer.definition)
    running = (reward.starts is None or reward.starts <= now) and (reward.until is None or now < reward.until)
    return running and (not reward.tiers or tier in reward.tiers)


def was_published(offer: Offer) -> bool:
    """Tell whether members may have seen an offer."""
    return any(state == OfferState.PUBLISHED for state, _, _ in offer.history)


def require_for(reward: Reward, tier: str, taken: int, point: str | None) -> None:
    """Refuse who may not have this reward, or not there.

    Args:
        taken: how many of it the member has redeemed, in the period that counts.
        point: the pick-up point asked for.

    Raises:
        TierOnlyError, MemberLimitError, PickUpPointError: with what is allowed.
    """
    if reward.tiers and tier not in reward.tiers:
        raise errors.TierOnlyError(tiers=list(reward.tiers))
    if reward.per_member is not None and taken >= reward.per_member:
        raise errors.MemberLimitError(per_member=reward.per_member, **({"per": reward.per.value} if reward.per else {}))
    if point not in reward.places():
        raise errors.PickUpPointError(pick_up_points=list(reward.pick_up_points))
