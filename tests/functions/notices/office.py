"""A mall that writes to its members: templates, events, the pages' queue, and what the providers took."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from functions.notices import hourly, on_count, on_event, on_page, on_receipt
from functions.notices.messages import outgoing
from functions.notices.messages.message import Message, from_row
from functions.notices.templates import shelf
from functions.notices.templates.template import NoticeTemplate
from loyalty import dynamo, offers
from loyalty.catalogue import Step
from loyalty.clock import iso
from tests.support import Context

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
ANNA, BEN = "anna-000001", "ben-0000001"
PHONES = {ANNA: "+8613800138000", BEN: "+8613900139000"}
EMAILS = {ANNA: "anna@example.com", BEN: "ben@example.com"}
REGION = "ap-southeast-1"
EXPIRING: dict[str, Any] = {
    "name_zh": "到期提醒",
    "occasion": "PointsExpiring",
    "purpose": "service",
    "channels": ["sms"],
    "sms": {"zh": "您有{points}积分将于{until}到期。", "en": "{points} points expire on {until}."},
}
NEWS: dict[str, Any] = {
    "name_zh": "欢迎",
    "occasion": "CouponSent",
    "purpose": "marketing",
    "channels": ["sms"],
    "sms": {"zh": "优惠券已到账，{until}前有效。"},
}
LETTER = {"subject_zh": "优惠券", "text_zh": "优惠券已到账，{until}前有效。"}


class Run(Context):
    """A run with an id of its own, and so many seconds."""

    def __init__(self, run_id: str, seconds: int = 100) -> None:
        super().__init__(aws_request_id=run_id)
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return self.seconds * 1000


class Mall:
    """The mall, at a time that stands."""

    def __init__(self, pages: str) -> None:
        self.now, self.pages, self.runs = NOON, pages, 0

    def member(self, member_id: str, status: str = "active", **consents: bool) -> None:
        """Let somebody be a member, with a phone and an e-mail address."""
        self.write("accounts", {"member_id": member_id, "status": status, "version": 1})
        self.profile(member_id, phone=PHONES[member_id], email=EMAILS[member_id])
        granted = {name: {"granted": granted, "at": iso(self.now)} for name, granted in consents.items()}
        self.write("members", {"member_id": member_id, "kind": "consent", **granted})

    def profile(self, member_id: str, **known: str) -> None:
        """Say what is known of a person."""
        self.write("members", {"member_id": member_id, "kind": "profile", "name": "王小明", **known})

    def write(self, table: str, row: Mapping[str, object]) -> None:
        """Put a row."""
        dynamo.client().put_item(TableName=table, Item=dynamo.to_item(row))

    def publish(self, definition: Mapping[str, Any] = EXPIRING, **changes: Any) -> str:
        """Publish a template, and return its id."""
        template = NoticeTemplate.model_validate({**definition, **changes})
        made = offers.create(shelf.catalogue(), template, "marketer", f"key-{template.name_zh}", self.now).answer
        for step, login in ((Step.APPROVE, "approver"), (Step.PUBLISH, "marketer")):
            offers.step(shelf.catalogue(), made.offer_id, step, login, self.now)
        return made.offer_id

    def step(self, template_id: str, step: Step) -> None:
        """Take a step in a template's life."""
        offers.step(shelf.catalogue(), template_id, step, "marketer", self.now)

    def event(self, kind: str = "PointsExpiring", who: str = ANNA, **changes: Any) -> dict[str, Any]:
        """Return an event as the bus's rule puts it into the queue."""
        detail = {
            "id": "event-1",
            "type": kind,
            "subject": who,
            "origin": "schedule",
            "recordedat": iso(self.now),
            "correlationid": "trace-1",
            "data": DATA[kind],
            **changes,
        }
        return {"messageId": f"m-{detail['id']}-{who}", "body": json.dumps({"detail-type": kind, "detail": detail})}

    def hear(self, *events: dict[str, Any]) -> list[str]:
        """Hear of events; return those that must come again."""
        answer = on_event.handler({"Records": list(events)}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def work(self, seconds: int = 100) -> list[str]:
        """Work off every page in the queue, each in a run of its own; return the pages that must come again."""
        sqs, failed = dynamo.service("sqs"), list[str]()
        while found := sqs.receive_message(QueueUrl=self.pages).get("Messages", []):
            for message in found:
                sqs.delete_message(QueueUrl=self.pages, ReceiptHandle=message["ReceiptHandle"])
                self.runs += 1
                failed += self.page(message["Body"], Run(f"run-{self.runs}", seconds))
        return failed

    def page(self, body: str, run: Run) -> list[str]:
        """Work off one page."""
        answer = on_page.handler({"Records": [{"messageId": "page", "body": body}]}, run)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def happens(self, kind: str = "PointsExpiring", who: str = ANNA, **changes: Any) -> None:
        """Let an event happen, and everything that follows at once."""
        assert self.hear(self.event(kind, who, **changes)) == []
        assert self.work() == []

    def sweep(self, **later: float) -> dict[str, Any]:
        """Let time pass, and the hourly sweep run."""
        self.now += timedelta(**later)
        context: Any = Context()
        found = hourly.handler({}, context)
        assert self.work() == []
        return found

    def receive(self, *told: Mapping[str, Any]) -> list[str]:
        """Let providers tell something; return the positions of what must come again."""
        records = [{"messageId": str(n), "body": json.dumps(one)} for n, one in enumerate(told)]
        answer = on_receipt.handler({"Records": records}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def count(self, *events: Mapping[str, Any]) -> list[str]:
        """Count events of messages; return those that must come again."""
        records = [{"messageId": str(n), "body": json.dumps({"detail": one})} for n, one in enumerate(events)]
        answer = on_count.handler({"Records": records}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


DATA: dict[str, dict[str, Any]] = {
    "PointsExpiring": {
        "points": 1260,
        "lots": [{"expires_on": "2026-12-31"}, {"expires_on": "2026-11-30"}],
    },
    "CouponSent": {"valid_until": "2026-12-31", "template_id": "t"},
    "SegmentEntered": {"segment_id": "at_risk"},
    "MemberErased": {},
    "TierReviewNear": {"until": "2026-12-31", "missing": 86200},
}


def texts() -> list[tuple[str, str]]:
    """Return the text messages that went out: number and text."""
    return [(number, text) for number, text, *_ in sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()]


def letters() -> list[tuple[str, str, str]]:
    """Return the e-mails that went out: address, subject, text."""
    sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    return [(one.destinations["ToAddresses"][0], one.subject, one.body) for one in sent]


def messages() -> list[Message]:
    """Return every message's row, in the order they were planned."""
    items = dynamo.client().scan(TableName=outgoing.table())["Items"]
    rows = [dynamo.from_item(item) for item in items]
    found = [from_row(row) for row in rows if row["kind"] == outgoing.MESSAGE]
    return sorted(found, key=lambda one: (one.planned_at, one.message_id))


def fates() -> list[tuple[str, str | None]]:
    """Return where every message stands, and why."""
    return [(one.state.value, one.why.value if one.why else None) for one in messages()]
