"""Rows of messages to members, as senders and receipts leave them."""

from events.examples import MEMBER
from loyalty.dynamo import Item

NOTICE = "9f86d081884c7d659a2feaa0c55ad015"
TEMPLATE = "5f0c3e9a1b7d42e8a6c40b27"


def _row(happened: str, version: int, at: str, **more: object) -> Item:
    return {
        "notice_id": f"message/{NOTICE}",
        "kind": "message",
        "message_id": NOTICE,
        "member_id": MEMBER,
        "template_id": TEMPLATE,
        "template_seq": 3,
        "occasion": "PointsExpiring",
        "purpose": "service",
        "cause": "2f1e6a52-6d0b-5b0e-9c3e-0d6b6f1f6a51",
        "version": version,
        "at": at,
        "origin": "schedule",
        "correlation_id": "0b6f6a3e-1111-4222-8333-444455556666",
        "happened": [happened],
        **more,
    }


NOTICE_ROWS: dict[str, Item] = {
    "reminder_sent": _row("NoticeSent", 3, "2026-11-21T00:02:09.000Z", channel="sms"),
    "reminder_arrived": _row("NoticeDelivered", 4, "2026-11-21T00:02:14.000Z", channel="sms"),
    "number_does_not_exist": _row("NoticeFailed", 4, "2026-11-21T00:02:15.000Z", channel="sms", why="bounced"),
    "nobody_knows": _row("NoticeFailed", 3, "2026-11-21T00:17:09.000Z", channel="sms", why="no_answer"),
    "no_consent": _row(
        "NoticeSkipped", 1, "2026-11-21T00:02:07.000Z", purpose="marketing", occasion="CouponSent", why="no_consent"
    ),
}
"""New versions of a message's row, by what happened."""
