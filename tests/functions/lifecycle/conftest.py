"""The mall at noon, with two members and coupons to give."""

from typing import Any

import pytest

from functions.coupons import on_event as coupons_on_event
from functions.lifecycle import on_event, on_page, staff
from loyalty import attempts, dynamo, sweeps
from tests.functions.lifecycle.office import ANNA, BEN, Mall


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """The mall; time passes only when a test says so."""
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    url = str(dynamo.service("sqs").create_queue(QueueName="pages")["QueueUrl"])
    monkeypatch.setenv("LIFECYCLE_PAGES_QUEUE_URL", url)
    monkeypatch.setenv("FUTURE_SWEEPS", "true")
    mall = Mall(url)
    for module in (on_event, on_page, staff, sweeps, coupons_on_event):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    mall.member(ANNA, born="1221")
    mall.member(BEN, born="0229")
    for template_id in ("T1", "T2", "T3"):
        mall.template(template_id)
    return mall
