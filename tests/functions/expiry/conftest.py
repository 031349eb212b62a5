"""A tenant with a till and one member; the workers' queue."""

from typing import Any

import pytest

from loyalty import attempts, dynamo
from tests.functions.till import member, tenant


@pytest.fixture
def mall(cloud: Any) -> Any:
    tenant()
    member()
    return cloud


@pytest.fixture(autouse=True)
def queue(mall: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    sqs = dynamo.service("sqs")
    url = str(sqs.create_queue(QueueName="expiry")["QueueUrl"])
    monkeypatch.setenv("EXPIRY_QUEUE_URL", url)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    return url
