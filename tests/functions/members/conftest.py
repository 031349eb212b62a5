"""A mall to enrol in: its clock stands still, its text messages can be read."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from functions.members import api, desk, family_api
from loyalty import account_store, dynamo
from loyalty.accounts import Account
from loyalty.phones import normalized
from loyalty.types import MemberId
from tests.support import HttpAnswer, call, http_event, member_caller, staff_caller, till_caller

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


@dataclass
class Mall:
    """The routes of members and desk, as their callers use them."""

    now: datetime = NOON
    till: dict[str, Any] = field(default_factory=lambda: till_caller("shoes"))
    staff: dict[str, Any] = field(default_factory=lambda: staff_caller("operator"))

    def member(self, login: str, route: str, body: object = None, **further: Any) -> HttpAnswer:
        """Call a route of `/me`."""
        return call(api.handler, http_event(route, body=body, caller=member_caller(login), **further))

    def desk(
        self, caller: dict[str, Any], route: str, body: object = None, key: str = "", **further: Any
    ) -> HttpAnswer:
        """Call a route of tills or staff."""
        headers = {"idempotency-key": key} if key else {}
        return call(desk.handler, http_event(route, body=body, caller=caller, headers=headers, **further))

    def family(self, login: str, route: str, body: object = None, key: str = "", language: str = "zh") -> HttpAnswer:
        """Call a route of the family."""
        headers = {"accept-language": language, **({"idempotency-key": key} if key else {})}
        return call(family_api.handler, http_event(route, body=body, caller=member_caller(login), headers=headers))

    def code_for(self, login: str, phone: str) -> str:
        """Ask for a phone code, and read it from the phone."""
        answer = self.member(login, "POST /me/phone-codes", {"phone": phone})
        assert answer.status == 202, answer.body
        return self.inbox(normalized(phone))[-1].split("验证码 ")[1][:6]

    @staticmethod
    def inbox(phone: str) -> list[str]:
        """The text messages a phone received."""
        sent = sns_backends[DEFAULT_ACCOUNT_ID]["ap-southeast-1"].sms_messages.values()
        return [text for number, text in sent if number == phone]

    def enrol(self, login: str, phone: str, **changes: Any) -> HttpAnswer:
        """Enrol in the app, with a code of one's own unless one is given."""
        changes.setdefault("phone_code", None)
        changes["phone_code"] = changes["phone_code"] or self.code_for(login, phone)
        return self.member(login, "POST /me", application(phone, **changes))

    def enrol_at_till(self, phone: str, key: str = "", **changes: Any) -> HttpAnswer:
        """Enrol at the counter with what a cashier asks for."""
        body = {"name": "李雷", "phone": phone, **changes}
        return self.desk(self.till, "POST /members", body, key=key or f"key-{phone}")

    def later(self, **time: int) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def application(phone: str, **changes: Any) -> dict[str, Any]:
    """What somebody in the app sends to enrol."""
    body = {
        "name": "王小明",
        "phone": phone,
        "birthday": "1990-05-01",
        "terms_version": "2026-01",
        "channel": "app",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


def account_of(member_id: str) -> Account:
    """The member's account."""
    account = account_store.read(MemberId(member_id), consistent=True)
    assert account is not None
    return account


def rows_of(table: str) -> list[dict[str, Any]]:
    """Every row of a table, in a stable order."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName=table)["Items"]]
    return sorted(found, key=repr)


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall at noon, whose pauses take no time."""
    mall = Mall()
    for module in (api, desk, family_api):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    return mall
