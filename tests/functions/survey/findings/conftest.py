"""An office at noon: members with accounts, a queue for jobs, pauses that take no time."""

from typing import Any

import pytest

from functions.survey import findings_desk, on_answer
from functions.survey.findings import telling
from loyalty import attempts, dynamo
from tests.functions.survey.findings.office import ANNA, BEN, CHEN, Office


@pytest.fixture
def office(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office opens."""
    office = Office()
    for module in (on_answer, findings_desk, telling):
        monkeypatch.setattr(module, "utc_now", lambda: office.now)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    queue = dynamo.service("sqs").create_queue(QueueName="jobs")
    monkeypatch.setenv("JOBS_QUEUE_URL", queue["QueueUrl"])
    for member_id in (ANNA, BEN, CHEN):
        office.member(member_id)
    return office
