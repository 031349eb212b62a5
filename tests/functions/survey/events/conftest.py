"""A mall at noon whose events reach the surveys as the bus and its queues deliver them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.survey import on_event, on_page
from functions.survey.inviting import schedules
from loyalty import account_store, attempts, dynamo, sweeps
from loyalty.accounts import open_account
from loyalty.catalogue import OfferState
from loyalty.clock import iso, local_day
from loyalty.remembering import forget_everything
from loyalty.surveys import running, settings
from loyalty.types import MemberId, Status
from tests.functions.members.faults import calls_through
from tests.functions.survey.published import invitations
from tests.support import PROGRAMME, Context

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
ANNA, BEN = "member-anna", "member-ben"
SAMPLES = Path(__file__).parents[4] / "events" / "samples"
REDEEMED, COUPON, HANDED_OVER = (
    "PointsRedeemed.redemption",
    "CouponRedeemed.with_a_receipt",
    "RewardHandedOver.at_the_desk",
)


@dataclass
class Mall:
    """A mall whose clock stands still; times of events are `ago`, before it."""

    now: datetime = NOON

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def member(self, name: str, status: Status = Status.ACTIVE) -> None:
        """Open an account."""
        account = open_account(MemberId(name), status, PROGRAMME, local_day(self.now, "Asia/Shanghai"))
        put(account_store.to_row(account, PROGRAMME), "accounts")

    def event(self, sample: str = REDEEMED, who: str = ANNA, ago: float = 1, **changes: Any) -> dict[str, Any]:
        """An event like one of the samples, so many minutes ago; `data` are changes of its data."""
        detail = json.loads((SAMPLES / f"{sample}.json").read_text())["detail"]
        data = detail["data"] | changes.pop("data", {})
        at = iso(self.now - timedelta(minutes=ago))
        return {**detail, "subject": who, "time": at, "recordedat": at, **changes, "data": data}

    def hear(self, *messages: dict[str, Any]) -> list[str]:
        """Deliver messages in one batch; return those that come back."""
        answer = on_event.handler({"Records": list(messages)}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def happens(self, sample: str = REDEEMED, **changes: Any) -> list[str]:
        """Deliver one event."""
        return self.hear(message(self.event(sample, **changes)))


def message(detail: Mapping[str, Any], message_id: str = "m1") -> dict[str, Any]:
    """An event as the bus's rule puts it into the queue."""
    body = {"version": "0", "detail-type": detail.get("type"), "source": "loyalty", "detail": detail}
    return {"messageId": message_id, "body": json.dumps(body, ensure_ascii=False)}


def put(row: Mapping[str, Any], table: str = "surveys") -> None:
    """Write a row."""
    dynamo.client().put_item(TableName=table, Item=dynamo.to_item(row))


def stands(state: OfferState, survey_id: str = "survey-1") -> None:
    """Bring a survey into another state."""
    where = running.catalogue()
    offer = where.read(survey_id, consistent=True)
    assert offer is not None
    after = replace(offer, state=state, version=offer.version + 1)
    dynamo.client().transact_write_items(TransactItems=list(where.put_if_unchanged(after)))


def set_rules(**rules: Any) -> None:
    """Change the mall's settings."""
    put({**settings.KEY, **rules})
    forget_everything()


def everything() -> list[dict[str, Any]]:
    """Every row of the surveys table."""
    items = dynamo.client().scan(TableName="surveys")["Items"]
    return sorted((dynamo.from_item(item) for item in items), key=lambda row: (row["survey_id"], row["kind"]))


def journal() -> list[dict[str, Any]]:
    """Every row of the journal."""
    return [row for row in everything() if row["survey_id"].startswith("heard/")]


def asked() -> list[tuple[str, str]]:
    """Who was asked which survey."""
    return sorted((one.member_id, one.series_id) for one in invitations())


@contextmanager
def operations() -> Iterator[list[str]]:
    """Yields the names of the calls to DynamoDB, as they are made."""
    made: list[str] = []

    def noted(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        made.append(operation)
        return call()

    with calls_through(noted):
        yield made


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall at noon with two members; pauses take no time."""
    mall = Mall()
    for module in (on_event, on_page, sweeps):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    mall.member(ANNA)
    mall.member(BEN)
    return mall


@pytest.fixture
def queue(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> str:
    """The pages' queue; no survey has a schedule of its own."""
    url = str(dynamo.service("sqs").create_queue(QueueName="pages")["QueueUrl"])
    monkeypatch.setenv("SURVEYS_PAGES_QUEUE_URL", url)
    monkeypatch.setattr(schedules, "start", lambda _now: 0)
    return url
