"""A canary's phone, name, address and relative are in no log, event, row or file of the lake along offers and notices.

Not even for a moment: what is looked at is everything that was ever written, and every answer a provider gave.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.lake.rows import rows_of
from functions.lifecycle import on_page as lifecycle_on_page
from functions.lifecycle import staff as lifecycle_staff
from functions.outbox.conversion import of_ledger
from functions.outbox.notices import of_notice_row
from loyalty import dynamo, sweeps
from loyalty.dynamo import from_item
from tests.functions.lifecycle import office as offers
from tests.functions.members.test_confidentiality import said as said
from tests.functions.notices.office import ANNA, LETTER, Mall, letters, messages, texts
from tests.functions.notices.test_faults import provider, refusal
from tests.functions.notices.test_receipts import of_email, of_sms

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
PHONE, NAME, EMAIL = "+8613812345679", "司马金丝雀", "canary.notices@example.com"
CHILD, BIRTHDAY, RELATIVE = "金丝雀宝", "2019-12-21", "cccccccccccccccc"
CANARIES = (PHONE, PHONE.removeprefix("+86"), NAME, EMAIL, CHILD, BIRTHDAY)
GIFT: dict[str, Any] = {"name_zh": "生日礼", "name_en": "Gift", "occasion": "birthday", "points": 5, "greeting": True}
TOYS = {**GIFT, "occasion": "family_birthday", "days_ahead": 0, "who": {"relations": ["child"], "oldest": 12}}
SAID: dict[str, Any] = {
    "purpose": "service",
    "channels": ["sms", "email"],
    "sms": {"zh": "{name}，生日快乐。"},
    "email": {**LETTER, "text_zh": "{name}，生日快乐。"},
}


@pytest.fixture
def written(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every row that is written from here on, but those of members."""
    found = list[dict[str, Any]]()
    client = dynamo.client()
    real = client._make_api_call

    def call(operation: str, request: dict[str, Any]) -> Any:
        parts = [part["Put"] for part in request.get("TransactItems", ()) if "Put" in part]
        puts = [request, *parts] if "Item" in request else parts
        found.extend(from_item(put["Item"]) for put in puts if put["TableName"] != "members")
        if operation == "UpdateItem":
            found.append(from_item(request.get("ExpressionAttributeValues", {})))
        return real(operation, request)

    monkeypatch.setattr(client, "_make_api_call", call)
    return found


@pytest.fixture
def office(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> offers.Mall:
    """The same mall, where offers are made; the canary is a member with a birthday and a child."""
    made = offers.Mall(str(dynamo.service("sqs").create_queue(QueueName="lifecycle")["QueueUrl"]))
    monkeypatch.setenv("LIFECYCLE_PAGES_QUEUE_URL", made.pages)
    for module in (lifecycle_on_page, lifecycle_staff, sweeps):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    made.member(ANNA, born="1221")
    made.relative(RELATIVE, BIRTHDAY, ANNA, call_name=CHILD)
    mall.profile(ANNA, name=NAME, phone=PHONE, email=EMAIL)
    made.now = mall.now = datetime(2026, 12, 21, 1, tzinfo=UTC)
    return made


def told_by(office: offers.Mall, mall: Mall) -> list[dict[str, Any]]:
    """Let the day's sweep run, and notices hear of what it brings; return the events of the offers."""
    office.day()
    events = [event for event in offers.events() if event["type"] in {"OccasionGiven", "OccasionCame"}]
    for n, event in enumerate(events):
        assert mall.hear({"messageId": f"m-{n}", "body": json.dumps({"detail": event})}) == []
    return events


def providers_talk(mall: Mall) -> None:
    """Let providers tell of the canary in every way, clear and unclear."""
    for message in messages():
        mall.receive(
            of_sms(message, arrived=False, answer=f"Invalid phone number {PHONE}"),
            of_email(message, "Bounce", bounce={"bounceType": "Permanent", "bouncedRecipients": [EMAIL, NAME]}),
        )
    mall.receive(
        {"originationNumber": PHONE, "messageBody": f"R {NAME}"},
        {"originationNumber": PHONE, "messageBody": f"{CHILD} 退订"},
        {"originationNumber": PHONE, "messageBody": "退订"},
        {"mail": {"destination": [EMAIL]}},
        {"what": PHONE, "is": NAME},
    )


def test_nothing_along_offers_and_notices_knows_the_canary(
    mall: Mall,
    office: offers.Mall,
    written: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    said: Callable[[], str],
) -> None:
    for one in (GIFT, TOYS):
        office.publish(one)
    for occasion in ("OccasionGiven", "OccasionCame"):
        mall.publish({**SAID, "name_zh": occasion, "occasion": occasion})
    events = told_by(office, mall)
    answers = (
        _about_the_canary("InvalidParameter"),
        _about_the_canary("Throttling"),
        ReadTimeoutError(endpoint_url=f"https://x/{PHONE}"),
        ValueError(PHONE, NAME),
    )
    with provider(monkeypatch, *answers):
        mall.work()
        mall.sweep(hours=1)
    providers_talk(mall)
    events += [event.model_dump(mode="json") for row in written for event in _meant(row)]
    lake = [row for event in events for row in rows_of(event, "Asia/Shanghai")]
    assert {"OccasionGiven", "OccasionCame", "PointsEarned", "NoticeSent", "NoticeFailed"} <= {
        event["type"] for event in events
    }
    assert len(letters()) + len(texts()) >= 1
    everything = json.dumps([written, events, [repr(row) for row in lake]], ensure_ascii=False) + said()
    assert "message not sent" in everything
    assert [canary for canary in CANARIES if canary in everything] == []
    assert RELATIVE not in f"{events}{lake}"  # nor, beyond the rows themselves, which relative's day it was


def _about_the_canary(code: str) -> ClientError:
    """Return a refusal whose words say whom it is about, as providers' do."""
    error = refusal(code)
    error.response["Error"]["Message"] = f"{PHONE} {EMAIL} {NAME}"
    return ClientError(error.response, f"Publish to {PHONE}")


def _meant(row: dict[str, Any]) -> list[Any]:
    if row.get("kind") == "message":
        return of_notice_row(row, "aurora")
    return of_ledger(row, "aurora") if "movement" in row else []
