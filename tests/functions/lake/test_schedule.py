"""The night's work: a message for every table, taken table by table, going on where time was over."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.lake import daily, on_compaction
from loyalty.dynamo import service
from loyalty.lake.tables import TABLES
from tests.functions.lake.conftest import Lake
from tests.support import Context

DAILY: Any = daily.handler
WORKER: Any = on_compaction.handler
DAY = date(2026, 11, 21)


class Run(Context):
    """A run with a quarter of an hour left."""

    seconds = 900

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return self.seconds * 1000


@pytest.fixture
def queue(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> str:
    """The queue of compactions, at a moment of 22 November in UTC that is the 23rd in the mall."""
    url = str(service("sqs").create_queue(QueueName="compactions")["QueueUrl"])
    monkeypatch.setenv("COMPACTIONS_QUEUE_URL", url)
    for module in (daily, on_compaction):
        monkeypatch.setattr(module, "utc_now", lambda: datetime(2026, 11, 22, 20, 45, tzinfo=UTC))
    return url


def messages(url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while batch := service("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in batch]
    return found


def work(table: str, seconds: int = 900) -> None:
    run = Run()
    run.seconds = seconds
    body = json.dumps({"table": table, "as_of": "2026-11-22"})
    assert WORKER({"Records": [{"messageId": "m", "body": body}]}, run) == {"batchItemFailures": []}


def test_a_night_stands_on_a_utc_day_and_looks_at_every_table(queue: str) -> None:
    assert DAILY({}, Context()) == {"as_of": "2026-11-22", "tables": len(TABLES)}
    assert messages(queue) == [{"table": table.name, "as_of": "2026-11-22"} for table in TABLES]


def test_a_missed_month_is_caught_up_by_naming_a_day(queue: str) -> None:
    assert DAILY({"as_of": "2026-06-09"}, Context())["as_of"] == "2026-06-09"
    assert {message["as_of"] for message in messages(queue)} == {"2026-06-09"}
    with pytest.raises(ValueError, match="isoformat"):
        DAILY({"as_of": "June"}, Context())


def test_a_tables_message_compacts_its_past_days_and_leaves_today_alone(queue: str, lake: Lake) -> None:
    lake.put(DAY, "ada")
    lake.put(DAY, "bea")
    today = [lake.put(date(2026, 11, 22), "cyd"), lake.put(date(2026, 11, 22), "dot")]
    work("segments")
    assert len(lake.keys("segments/v1/day=2026-11-21/compacted-")) == 1
    assert lake.keys("segments/v1/day=2026-11-22/") == today
    assert messages(queue) == []


def test_what_is_left_when_time_is_over_goes_on_in_a_new_run(queue: str, lake: Lake) -> None:
    lake.put(DAY, "ada")
    lake.put(DAY, "bea")
    work("segments", seconds=30)
    assert messages(queue) == [{"table": "segments", "as_of": "2026-11-22"}]
