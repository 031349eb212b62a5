"""What members find in the inboxes of the local cloud, and how what is due is sent at ten o'clock tomorrow.

The mall's clock may stand in its quiet hours when tests run.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from local.demo.api import fetch
from tests.e2e.mall import Mall


def notices_swept(mall: Mall) -> Mapping[str, Any]:
    """Sweep what is due at ten o'clock tomorrow, the mall's time."""
    tomorrow = (datetime.now(UTC) + timedelta(hours=8)).date() + timedelta(days=1)
    wish = {"as_of": f"{tomorrow}T10:00:00+08:00"}
    answer = mall.aws("lambda").invoke(FunctionName=mall.stack.function("notices-hourly"), Payload=json.dumps(wish))
    found: Mapping[str, Any] = json.loads(answer["Payload"].read())
    assert "messages" in found, found
    return found


def letters(mall: Mall, address: str) -> list[Mapping[str, Any]]:
    """The e-mails to an address."""
    inbox = fetch(f"{mall.stack.endpoint_url}/_ministack/ses/messages")
    return [one for sent in inbox["messages"].values() for one in sent if address in one["To"]]


def texts(mall: Mall, phone: str, about: str) -> list[str]:
    """The text messages to a number that speak of something."""
    inbox = fetch(f"{mall.stack.endpoint_url}/_ministack/sns/sms-messages")
    return [one["Message"] for one in inbox["sms_messages"].get(phone, []) if about in one["Message"]]
