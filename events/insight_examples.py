"""Rows of the insight table that mean events, as the product writes them."""

from datetime import UTC, date, datetime, timedelta

from events.examples import MEMBER
from functions.insight.activity.actions import Action, ActionKind, Sender, batch_key, row_of
from functions.insight.alerts.keeping import row_of as alert_row
from functions.insight.nights.night import Made
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
_FALL = {
    "group_kind": "tier",
    "group": "gold",
    "basis": "year_before",
    "first_week": "2026-10-26",
    "last_week": "2026-11-09",
    "weeks": [
        {"week": "2026-10-26", "receipts": 412, "average_fen": 31_240, "typical_fen": 21_700, "expected_fen": 26_050},
        {"week": "2026-11-02", "receipts": 398, "average_fen": 30_110, "typical_fen": 21_150, "expected_fen": 26_300},
        {"week": "2026-11-09", "receipts": 455, "average_fen": 32_480, "typical_fen": 22_020, "expected_fen": 27_900},
    ],
    "fall_per_mille": 191,
    "threshold_per_mille": 100,
    "p_value": "2.4e-05",
    "weeks_before": 12,
}
_REFRESH = Made(date(2026, 11, 21), "2026-11-20T21:45:03.112Z", "4f1d2c3b5a69788796a5b4c3d2e1f002", _TRACE)

FELL: Item = from_item(to_item(alert_row(_FALL, _REFRESH)))
INSIGHT_ROWS: dict[str, Item] = {"browsed_in_the_app": BROWSED, "gold_members_spend_less": FELL}
