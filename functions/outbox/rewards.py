"""From an order's row to the event it means. Pure, like `conversion`.

Every version of an order is one thing that happened to it, so it is one event. The table's other rows (rewards, their
stock and its movements, figures) mean nothing.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from loyalty.coupons.codes import reference
from loyalty.dynamo import Item
from loyalty.events import rewards as r
from loyalty.events.envelope import Event, event_id

ORDER = "order"


class Order(BaseModel):
    """What an order's row says that its events tell; the row belongs to `functions/redeem` and says more."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    reward_id: Annotated[str, Field(pattern=r"^order/.+$")]
    member_id: str
    reward: str
    reward_kind: str
    state: str
    version: int
    points: int
    purse: str
    at: str
    recorded_at: str
    origin: str
    correlation_id: str = ""
    cash_fen: int = 0
    units: int | None = None
    point: str | None = None
    code: str | None = None

    @property
    def redemption_id(self) -> str:
        """The entry that spent the points."""
        return self.reward_id.removeprefix("order/")


_EVENTS: dict[str, type[Event]] = {
    "reserved": r.RewardReserved,
    "handed_over": r.RewardHandedOver,
    "done": r.RewardHandedOver,
    "cancelled": r.RewardCancelled,
}


def of_reward_row(row: Item, mall: str) -> list[Event]:
    """Return the event of a version of an order; none for the table's other rows.

    Raises:
        LookupError, ValueError: if it is no row of ours.
    """
    if row["kind"] != ORDER:
        return []
    order = Order.model_validate(row)
    event = _EVENTS[order.state]
    envelope = {
        "id": event_id((order.reward_id, ORDER), order.version, event.__name__),
        "source": f"/malls/{mall}/rewards",
        "time": order.at,
        "subject": order.member_id,
        "mall": mall,
        "member_seq": 0,
        "correlationid": order.correlation_id or None,
        "origin": order.origin,
        "recordedat": order.recorded_at,
    }
    return [event.model_validate({**envelope, "data": _told(order)})]


def _told(order: Order) -> r.RewardData:
    return r.RewardData(
        redemption_id=order.redemption_id,
        order_seq=order.version,
        reward_id=order.reward,
        reward_kind=order.reward_kind,
        points=order.points,
        purse=order.purse,
        cash=order.cash_fen,
        units=order.units,
        pick_up_point=order.point,
        coupon_ref=reference(order.code) if order.code else None,
    )
