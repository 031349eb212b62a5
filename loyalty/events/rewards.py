"""What became of a redeemed reward, version 1 each (requirements P7; the rules of the catalogue apply).

The points are told by `PointsRedeemed` and `PointsRefunded` of the same `redemption_id` (there `entry_id`); these
events tell of the thing. An order is no movement of the account: `member_seq` is 0, `order_seq` orders its events.
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import FenAmount, Part, PointsAmount, Word


class RewardData(Part):
    """What every event of an order tells: which one, of what reward, where it is handed over."""

    redemption_id: Annotated[str, Field(description="Which order; the entry that spent the points has the same id.")]
    order_seq: Annotated[int, Field(strict=True, ge=1, description="The order's version: 1, 2, 3 ... gapless.")]
    reward_id: Annotated[Word, Field(description="The reward it is for.")]
    reward_kind: Annotated[Word, Field(description="Open vocabulary: gift, service, voucher, donation, ...")]
    points: Annotated[PointsAmount, Field(description="What it cost in points.")]
    purse: Annotated[Word, Field(description="From which purse. Open vocabulary: points, courtesy.")]
    cash: Annotated[FenAmount, Field(description="What was to be paid beside the points, in fen.")] = 0
    units: Annotated[int | None, Field(strict=True, description="How much of it: hours of parking, visits.")] = None
    pick_up_point: Annotated[Word | None, Field(description="Where it is handed over.")] = None
    coupon_ref: Annotated[Word | None, Field(description="The coupon it gave, as the coupon's events name it.")] = None


class RewardReserved(Event):
    """A member redeemed points for a reward that waits to be handed over or used."""

    type: Literal["RewardReserved"] = "RewardReserved"
    dataschema: str = schema_url("RewardReserved", 1)
    data: RewardData


class RewardHandedOver(Event):
    """A reward was handed over or used; at once, without `RewardReserved`, if there is nothing to wait for."""

    type: Literal["RewardHandedOver"] = "RewardHandedOver"
    dataschema: str = schema_url("RewardHandedOver", 1)
    data: RewardData


class RewardCancelled(Event):
    """A reward was given up: points and stock went back."""

    type: Literal["RewardCancelled"] = "RewardCancelled"
    dataschema: str = schema_url("RewardCancelled", 1)
    data: RewardData


REWARD_EVENTS: tuple[type[Event], ...] = (RewardReserved, RewardHandedOver, RewardCancelled)
