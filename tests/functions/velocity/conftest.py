"""A mall whose tenants have limits: tills ring, alarms are raised, operators release; its clock stands still."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.control import alarms_desk, on_receipt
from functions.tenants import api as tenants_api
from loyalty import attempts, dynamo
from loyalty.clock import iso
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

HANDLER: Any = on_receipt.handler
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
NOODLES, SHOES = "noodle-bar", "shoes"


@dataclass
class Mall:
    """The tenants' register, and the consumer of receipts."""

    now: datetime = NOON
    sent: int = 0
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def tenants(self, route: str, body: object = None, login: str = "olga", group: str = "operator") -> HttpAnswer:
        """Call the register."""
        return call(tenants_api.handler, http_event(route, body=body, caller=staff_caller(group, login=login)))

    def tenant(self, tenant_id: str = NOODLES, **limits: int) -> None:
        """Register a tenant."""
        body = {"tenant_id": tenant_id, "name_zh": "店", "name_en": "Shop", "limits": limits or None}
        assert self.tenants("POST /tenants", body).status == 201

    def is_held(self, tenant_id: str = NOODLES) -> bool:
        """Whether a tenant's own row says that it is held: what the checkout reads."""
        row = dynamo.get("tenants", {"tenant_id": tenant_id, "kind": "tenant"}, consistent=True)
        return bool(row and row.get("held"))

    def message(self, points: int = 10, tenant_id: str = NOODLES, till: str | None = None, **changes: Any) -> str:
        """Put a receipt's event on the queue; return the message's id."""
        self.sent += 1
        receipt = {"tenant_id": tenant_id, "receipt_no": f"R-{self.sent}", **({"till": till} if till else {})}
        detail = {
            "id": f"event-{self.sent}",
            "type": "PointsEarned",
            "origin": "till",
            "recordedat": iso(self.now),
            "correlationid": f"trace-{self.sent}",
            "data": {"points": points, "receipt": receipt},
            **changes,
        }
        message_id = f"m{self.sent}"
        self.messages[message_id] = {"messageId": message_id, "body": json.dumps({"detail": detail})}
        return message_id

    def hear(self, *message_ids: str) -> list[str]:
        """Deliver messages in one batch; return those that must come again."""
        answer = HANDLER({"Records": [self.messages[one] for one in message_ids]}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def ring(self, times: int = 1, **receipt: Any) -> list[str]:
        """Record receipts, each in a batch of its own; return their messages."""
        made = [self.message(**receipt) for _ in range(times)]
        for one in made:
            assert self.hear(one) == []
        return made

    def alarms(self, group: str = "operator", **query: str) -> Sequence[dict[str, Any]]:
        """The alarms as staff read them."""
        answer = call(alarms_desk.handler, http_event("GET /velocity-alarms", caller=staff_caller(group), query=query))
        assert answer.status == 200, answer.body
        return list(answer.body["items"])


def figures() -> dict[str, int]:
    """What all rows of figures count together."""
    sums: dict[str, int] = {}
    for item in dynamo.client().scan(TableName="control")["Items"]:
        row = dynamo.from_item(item)
        if row["kind"] == "figures":
            for name, number in row.items():
                if name not in {"control_id", "kind", "ttl"}:
                    sums[name] = sums.get(name, 0) + number
    return sums


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall at noon; pauses take no time."""
    mall = Mall()
    for module in (on_receipt, tenants_api):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    return mall
