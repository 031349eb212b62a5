"""The segments' office: who works there, the lake they ask, the queue of their jobs, and what the tables say then."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from functions.outbox.segments import of_membership_row
from functions.segments import members_desk, on_job, rfm_desk, staff, work_desk
from loyalty import dynamo
from loyalty.dynamo import Item
from tests.lake.engine import Engine
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

MARKETER = staff_caller("marketer", login="mei")
OPERATOR = staff_caller("operator", login="olga")
AUDITOR = staff_caller("auditor", login="ada")
TODAY = date(2026, 11, 22)
MOST_MESSAGES = 400
BOUGHT = {"about": "visits", "at_least": 1}
SPENT_MUCH = {"about": "spend", "at_least": 1_000_00}


class KilledError(BaseException):
    """The process is gone: no handler of errors sees it."""


@dataclass
class Run(Context):
    """An invocation with plenty of time."""

    seconds: Callable[[], float] = lambda: 600.0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds() * 1000)


@dataclass
class Lake:
    """What happened in the mall, as rows of the lake and in the engine that answers."""

    engine: Engine
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, **row: Any) -> None:
        """Add a row of an event of its own."""
        made = {"event_id": f"event-{sum(map(len, self.rows.values())):05d}", **row}
        self.rows[table].append(made)
        self.engine.put(table, [made])

    def member(self, member_id: str, day: date = TODAY - timedelta(days=400)) -> None:
        """Somebody enrolled."""
        told = {"status": "active", "channel": "app", "member_kind": "person"}
        self.add("members", member_id=member_id, what="enrolled", at=_at(day), seq=0, **_when(day), **told)

    def profiled(self, member_id: str, profiling: str, day: date = TODAY) -> None:
        """Somebody said something about profiling."""
        seq = len(self.rows["members"])
        self.add(
            "members", member_id=member_id, what="profiled", at=_at(day), seq=seq, profiling=profiling, **_when(day)
        )

    def bought(self, member_id: str, fen: int = 100_00, day: date = TODAY) -> None:
        """Somebody bought something."""
        bought = {"tenant_id": "noodles", "channel": "till", "gross": fen, "paid": fen, "points": fen // 100}
        self.add("receipts", member_id=member_id, receipt_no="1", is_first=0, pieces=1, **_when(day), **bought)


def send(
    route: str,
    body: object = None,
    caller: Mapping[str, Any] = MARKETER,
    key: str = "",
    query: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """Send a request to the function that serves it."""
    headers = {"idempotency-key": key} if key else {}
    event = http_event(route, body=body, caller=caller, headers=headers, query=query)
    return call(_serving(route), event)


def made(key: str = "key-1", **definition: Any) -> str:
    """Make a segment and return its id."""
    wish = {"name_zh": "买过", **(definition or {"condition": BOUGHT})}
    answer = send("POST /segments", wish, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["segment_id"])


def begun(key: str = "refresh-1", as_of: date | None = None) -> str:
    """Begin a refresh and return its id."""
    answer = send("POST /segments/refreshes", {"as_of": as_of.isoformat()} if as_of else {}, key=key)
    assert answer.status == 202, answer.body
    return str(answer.body["refresh_id"])


def refreshed(key: str = "refresh-1", as_of: date | None = None) -> Any:
    """Refresh all segments and return what the status route says."""
    refresh_id = begun(key, as_of)
    pump()
    told = status(refresh_id)
    assert told["state"] == "done", told
    return told


def status(refresh_id: str) -> Any:
    """Return what the status route says of a refresh."""
    return send(f"GET /segments/refreshes/{refresh_id}", caller=AUDITOR).body


def pump(most: int = MOST_MESSAGES) -> int:
    """Handle the queue's messages until none is left; failed ones come again. Returns how many were handled."""
    sqs, url = dynamo.service("sqs"), queue_url()
    for handled in range(most):
        found = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0).get("Messages", [])
        if not found:
            return handled
        record = {"messageId": found[0]["MessageId"], "body": found[0]["Body"]}
        if not on_job.handler({"Records": [record]}, Run())["batchItemFailures"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    raise AssertionError("the queue never runs empty")


def queue_url() -> str:
    """Return the address of the jobs' queue."""
    return str(dynamo.service("sqs").get_queue_url(QueueName="jobs")["QueueUrl"])


def everything(table: str = "campaigns") -> list[Item]:
    """Return every row of a table, in order of their keys."""
    pages = dynamo.client().get_paginator("scan").paginate(TableName=table)
    return sorted((dynamo.from_item(item) for page in pages for item in page["Items"]), key=json.dumps)


def members_in(segment_id: str) -> list[str]:
    """Return who is in a segment by the rows that campaigns look at."""
    return sorted(row["kind"] for row in everything() if row["campaign_id"] == f"members/{segment_id}")


def told() -> list[tuple[str, str, str]]:
    """Return the events that the rows mean, each once: what happened, to whom, in which segment."""
    events = [event for row in everything() for event in of_membership_row(row, "aurora")]
    return sorted((event.type, event.subject, event.data.segment_id) for event in events)  # type: ignore[attr-defined]


def decided(member_id: str, *, granted: bool) -> None:
    """Let a member say whether they may be profiled, as their consent's row holds it."""
    said = {"profiling": {"granted": granted, "at": "2026-11-22T03:00:00.000Z"}}
    row = dynamo.to_item({"member_id": member_id, "kind": "consent", **said})
    dynamo.client().put_item(TableName="members", Item=row)


def _serving(route: str) -> Any:
    path = route.split(" ")[1]
    if path.endswith("/members") or path.startswith("/members/"):
        return members_desk.handler
    if path == "/segments/rfm":
        return rfm_desk.handler
    if "/refreshes" in path or "/previews" in path:
        return work_desk.handler
    return staff.handler


def _when(day: date) -> dict[str, Any]:
    return {"biz_date": day, "biz_hour": 12}


def _at(day: date) -> str:
    return f"{day.isoformat()}T04:00:00.000Z"
