"""A mall at noon with two members who agree to everything; its providers are moto's."""

import json
from typing import Any

import pytest

from functions.notices import on_count, on_event, on_page, on_receipt, staff
from functions.notices.channels import outcome
from loyalty import attempts, dynamo, sweeps
from tests.functions.notices.office import ANNA, BEN, Mall

SETTINGS = {
    "names": {"zh": "极光广场", "en": "Aurora Plaza"},
    "channels": ["sms", "email"],
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "marketing_a_week": 2,
    "member_url": "https://members.example",
    "email_from": "members@aurora.example",
    "email_events": None,
}


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """The mall; time passes only when a test says so."""
    outcome.CLIENTS.clear()
    url = str(dynamo.service("sqs").create_queue(QueueName="pages")["QueueUrl"])
    dynamo.service("sesv2").create_email_identity(EmailIdentity="members@aurora.example")
    monkeypatch.setenv("NOTICES_PAGES_QUEUE_URL", url)
    monkeypatch.setenv("NOTICES", json.dumps(SETTINGS))
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    mall = Mall(url)
    for module in (on_event, on_page, on_receipt, on_count, staff, sweeps):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    mall.member(ANNA, marketing=True)
    mall.member(BEN, marketing=True)
    return mall
