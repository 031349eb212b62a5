"""Pages of messages that are due, for the senders; a page that is lost is made again by the hourly sweep."""

import json
from collections.abc import Iterable
from datetime import datetime

from functions.notices.messages import outgoing
from functions.notices.messages.message import Message
from loyalty.clock import iso
from loyalty.dynamo import service
from loyalty.settings import setting


def hand_on(written: Iterable[Message], now: datetime) -> None:
    """Put what is due now of the messages just written on a page."""
    keys = [
        outgoing.message_key(one.message_id)["notice_id"] for one in written if one.due_at and one.due_at <= iso(now)
    ]
    if keys:
        body = json.dumps({"as_of": iso(now), "messages": keys})
        service("sqs").send_message(QueueUrl=setting("NOTICES_PAGES_QUEUE_URL"), MessageBody=body)
