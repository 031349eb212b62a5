"""An alert on the deployed mall: the row that a night writes becomes an event, a draft and its segment."""

from datetime import UTC, datetime, timedelta

from functions.insight.alerts.keeping import row_of
from functions.insight.nights.night import Made
from loyalty.dynamo import Item, to_item
from tests.e2e.mall import Mall, wait_until

FELL = [{"receipts": 412, "average_fen": 31_240, "typical_fen": 21_700, "expected_fen": 26_050}] * 3


def fall(category: str) -> Item:
    """Three weeks of a category in which receipts were a sixth below what was to be expected."""
    today = datetime.now(UTC).date()
    newest = today - timedelta(days=7 + today.weekday())
    weeks = [(newest - timedelta(weeks=ago)).isoformat() for ago in (2, 1, 0)]
    return {
        "group_kind": "category",
        "group": category,
        "basis": "year_before",
        "first_week": weeks[0],
        "last_week": weeks[-1],
        "weeks": [{"week": week, **one} for week, one in zip(weeks, FELL, strict=True)],
        "fall_per_mille": 167,
        "threshold_per_mille": 100,
        "p_value": "0.00012",
        "weeks_before": 49,
    }


def test_a_fall_brings_a_draft_that_another_person_approves_and_its_segment(mall: Mall) -> None:
    now = datetime.now(UTC)
    made = Made(as_of=now.date(), made_at=now.isoformat(), refresh_id="e2e", trace="e2e")
    row = row_of(fall(f"e2e-{mall.run}"), made)
    table = mall.stack.resources["insight_table_name"]
    mall.aws("dynamodb").put_item(TableName=table, Item=to_item(row))
    listed = mall.api.expect(200, "auditor", "GET", "/insight/alerts")["items"]
    assert row["alert_id"] in {one["alert_id"] for one in listed}
    path = f"/campaigns/{row['campaign_id']}"
    wait_until(lambda: mall.api.call("marketer", "GET", path).status == 200, "the draft")
    segment = f"/segments/{row['segment_id']}"
    wait_until(lambda: mall.api.call("marketer", "GET", segment).status == 200, "its segment")
    draft = mall.api.expect(200, "marketer", "GET", path)
    assert draft["state"] == "draft"
    assert draft["definition"]["conditions"]["lists"] == [row["segment_id"]]
    approved = mall.api.expect(201, "approver", "POST", f"{path}/approvals", {"version": draft["version"]})
    assert approved["state"] == "approved"
