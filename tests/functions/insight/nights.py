"""The nights of insight as tests meet them: a lake that answers, a queue that is worked off, and the desks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from functions.insight import baskets_desk, on_job, predictions_desk, work_desk
from loyalty import dynamo
from tests.functions.segments.office import Lake, Run
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

MARKETER = staff_caller("marketer", login="mei")
AUDITOR = staff_caller("auditor", login="ada")
TODAY = date(2026, 11, 21)
MOST_MESSAGES = 200


def receipt(lake: Lake, number: int, items: Mapping[str, str], day: date = TODAY, member: str = "member-anna") -> None:
    """Somebody bought items, each of a category, on one receipt."""
    place = {"tenant_id": "shoes", "receipt_no": f"R-{number}", "channel": "till", "biz_date": day, "biz_hour": 12}
    fen = 1000 * len(items)
    bought = {"is_first": 0, "gross": fen, "paid": fen, "points": 0, "pieces": len(items)}
    told = {"event_id": f"receipt-{number}", "member_id": member, **place}
    lake.add("receipts", **{**told, **bought})
    for line_no, (sku, category) in enumerate(items.items(), 1):
        lake.add("lines", **told, line_no=line_no, sku=sku, category=category, quantity=1, amount=1000, net=1000)


def ask(route: str, query: Mapping[str, str] | None = None, **more: Any) -> HttpAnswer:
    """Ask one of the desks."""
    return call(_serving(route), http_event(route, query=query, **{"caller": AUDITOR, **more}))


def table(route: str) -> str:
    """Ask one of the desks for a table."""
    return str(_serving(route)(http_event(route, caller=AUDITOR, query={"format": "csv"}), Context())["body"])


def begun(key: str = "night-1", as_of: date | None = None) -> str:
    """Begin a refresh and return its id."""
    body = {"as_of": as_of.isoformat()} if as_of else {}
    answer = ask("POST /insight/refreshes", caller=MARKETER, body=body, headers={"idempotency-key": key})
    assert answer.status == 202, answer.body
    return str(answer.body["refresh_id"])


def refreshed(key: str = "night-1", as_of: date | None = None) -> Any:
    """Refresh insight and return what the status route says."""
    refresh_id = begun(key, as_of)
    pump()
    return ask(f"GET /insight/refreshes/{refresh_id}").body


def pump() -> None:
    """Handle the queue's messages until none is left; failed ones come again."""
    sqs = dynamo.service("sqs")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    for _ in range(MOST_MESSAGES):
        found = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0).get("Messages", [])
        if not found:
            return
        record = {"messageId": found[0]["MessageId"], "body": found[0]["Body"]}
        if not on_job.handler({"Records": [record]}, Run())["batchItemFailures"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    raise AssertionError("the queue never runs empty")


def _serving(route: str) -> Any:
    if "refreshes" in route:
        return work_desk.handler
    return baskets_desk.handler if "baskets" in route or "bundles" in route else predictions_desk.handler
