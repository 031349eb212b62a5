"""A mall whose staff control memberships: operators ask, approvers decide, members appeal; its clock stands still."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.control import decisions_desk, desk, me
from loyalty import account_store, attempts, dynamo
from loyalty.accounts import Account, open_account
from loyalty.buckets import BucketKey
from loyalty.clock import local_day
from loyalty.types import MemberId, Purse, Status
from tests.support import PROGRAMME, HttpAnswer, call, http_event, member_caller, staff_caller

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
ANNA, BEN = "member-anna", "member-ben"
OLGA, OTTO, ADA, ALAN, AMY = "operator-olga", "operator-otto", "approver-ada", "approver-alan", "approver-amy"
WORDS = "Frau Schmidt rief an"
"""What somebody wrote: it must be found nowhere but with the request."""
BECAUSE = {"reason_code": "false_receipts", "text": WORDS}
SOON, LATER, WAITING = BucketKey("261130"), BucketKey("270630"), BucketKey("270831/261201")
"""Buckets: one that lapses soon, one later, one that is not open yet."""


@dataclass
class Mall:
    """The routes of staff and members, as their callers use them."""

    now: datetime = NOON

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def member(self, name: str = ANNA, status: Status = Status.ACTIVE, **changes: Any) -> None:
        """Open an account, and let its member sign in by their own name."""
        account = open_account(MemberId(name), status, PROGRAMME, local_day(self.now, "Asia/Shanghai"))
        row = account_store.to_row(replace(account, **changes), PROGRAMME)
        dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(row))
        login = {"member_id": f"login/{name}", "kind": "lookup", "target": name}
        dynamo.client().put_item(TableName="members", Item=dynamo.to_item(login))

    def holds(self, name: str = ANNA, purse: Purse = Purse.POINTS, **changes: Any) -> None:
        """Open an account with 100 points that lapse soon, 200 that lapse later and 50 that are not open yet."""
        self.member(name, buckets={purse: {SOON: 100, LATER: 200, WAITING: 50}}, **changes)

    def ask(
        self, what: str, who: str = OLGA, key: str = "key-1", member: str = ANNA, group: str = "operator", **body: Any
    ) -> HttpAnswer:
        """Ask for something about a member."""
        event = http_event(
            f"POST /members/{member}/{what}",
            body={**BECAUSE, **body},
            caller=staff_caller(group, login=who),
            headers={"idempotency-key": key},
        )
        return call(desk.handler, event)

    def asked(self, what: str, **more: Any) -> str:
        """Ask for something that may be asked for; return the request's id."""
        answer = self.ask(what, **{"key": f"{what}/{self.now.timestamp()}", **more})
        assert answer.status == 201, answer.body
        return str(answer.body["request_id"])

    def look(self, route: str, who: str = OLGA, group: str = "operator", **query: str) -> HttpAnswer:
        """Read what was asked for."""
        return call(desk.handler, http_event(f"GET {route}", caller=staff_caller(group, login=who), query=query))

    def decide(
        self, request_id: str, what: str = "approvals", who: str = ADA, group: str = "approver", **body: Any
    ) -> HttpAnswer:
        """Decide a request, or an appeal."""
        route = f"POST /control-requests/{request_id}/{what}"
        event = http_event(route, body={"version": 1, **body}, caller=staff_caller(group, login=who))
        return call(decisions_desk.handler, event)

    def done(self, what: str, **more: Any) -> str:
        """Ask for something and approve it; return the request's id."""
        request_id = self.asked(what, **more)
        answer = self.decide(request_id)
        assert answer.status == 201, answer.body
        return request_id

    def mine(self, who: str = ANNA, **headers: str) -> list[dict[str, Any]]:
        """What a member reads about decisions."""
        event = http_event("GET /me/control-decisions", caller=member_caller(who), headers=headers)
        answer = call(me.handler, event)
        assert answer.status == 200, answer.body
        return list(answer.body["items"])

    def appeal(self, request_id: str, text: str = "It was me", who: str = ANNA) -> HttpAnswer:
        """Appeal a decision."""
        route = f"POST /me/control-decisions/{request_id}/appeals"
        return call(me.handler, http_event(route, body={"text": text}, caller=member_caller(who)))


def account(name: str = ANNA) -> Account:
    """An account as it is stored."""
    found = account_store.read(MemberId(name), consistent=True)
    assert found is not None
    return found


def rows(table: str) -> list[dict[str, Any]]:
    """Every row of a table."""
    return [dynamo.from_item(item) for item in dynamo.client().scan(TableName=table)["Items"]]


def request_row(request_id: str) -> dict[str, Any]:
    """A request as it is stored."""
    found = dynamo.get("control", {"control_id": f"request/{request_id}", "kind": "request"}, consistent=True)
    assert found is not None
    return found


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall at noon; pauses take no time."""
    mall = Mall()
    for module in (desk, decisions_desk, me):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    return mall
