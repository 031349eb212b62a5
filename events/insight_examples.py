"""Rows of the insight table that mean events, as the product writes them."""

from datetime import UTC, datetime, timedelta

from events.examples import MEMBER
from functions.insight.activity.actions import Action, ActionKind, Sender, batch_key, row_of
from loyalty.dynamo import Item, from_item, to_item

_NOW = datetime(2026, 11, 21, 10, 20, tzinfo=UTC)
_TEMPLATE = "5f0c3e9a1b7d42e8a6c40b13"
_ACTIONS = (
    Action("seen", ActionKind.COUPON, _TEMPLATE, _NOW - timedelta(seconds=40)),
    Action("clicked", ActionKind.COUPON, _TEMPLATE, _NOW - timedelta(seconds=35)),
    Action("seen", ActionKind.CATEGORY, "dining", _NOW - timedelta(seconds=5)),
)
_TRACE = "1-69203b01-5d6c2f1e0a9b8c7d6e5f4a3b"

BROWSED: Item = from_item(
    to_item(
        row_of(
            batch_key(MEMBER, "app", _ACTIONS),
            Sender(MEMBER, "app", "gold", _TRACE, _NOW),
            _ACTIONS,
        )
    )
)
INSIGHT_ROWS: dict[str, Item] = {"browsed_in_the_app": BROWSED}
