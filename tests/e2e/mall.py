"""The demo mall as tests act in it: tenants with tills, members with verified phones, receipts at a till."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from threading import Event
from time import monotonic
from typing import Any

from local.clients import client
from local.demo.api import Answer, Api, fetch
from local.stack import Stack, TillKey

WAIT_SECONDS = 30
POLL_SECONDS = 0.1


class Mall:
    """Acts through the public API only; `aws` is for looking, as an operator would."""

    def __init__(self, stack: Stack) -> None:
        self.api = Api(stack)
        self._run = uuid.uuid4().hex[:8]
        self._phones = count(13_700_000_000 + uuid.uuid4().int % 90_000_000)

    @property
    def stack(self) -> Stack:
        """What is deployed."""
        return self.api.stack

    def aws(self, service: str) -> Any:
        """A client of the local cloud that may do anything."""
        return client(service, endpoint_url=self.stack.endpoint_url, region=self.stack.region)

    def tenant(self, name: str, **terms: Any) -> str:
        """Register a tenant of this run and give its till a key; returns who to call as."""
        tenant_id = f"{name}-{self._run}"
        body = {"tenant_id": tenant_id, "name_zh": "店", "name_en": name, "categories": ["shoes"]} | terms
        self.api.expect(201, "operator", "POST", "/tenants", {"receipt_scope": "forever", **body}, key=new_key())
        key = self.api.expect(201, "operator", "POST", f"/tenants/{tenant_id}/keys", {}, key=new_key())
        self.api.learn_till(tenant_id, TillKey(key["client_id"], key["client_secret"]))
        return f"till:{tenant_id}"

    def phone(self) -> str:
        """A number nobody has used."""
        return f"+86{next(self._phones)}"

    def member(self, **profile: Any) -> tuple[str, str]:
        """Enrol somebody with a verified phone; returns who to call as and the member's id."""
        phone = self.phone()
        who = f"member:{phone}"
        self.api.expect(202, who, "POST", "/me/phone-codes", {"phone": phone})
        body = {
            "name": "赵一",
            "phone": phone,
            "phone_code": self.code_sent_to(phone),
            "birthday": "1990-02-28",
            "terms_version": "2026-01",
            "channel": "app",
        } | profile
        return who, str(self.api.expect(201, who, "POST", "/me", body)["member_id"])

    def code_sent_to(self, phone: str) -> str:
        """The newest code in the local cloud's inbox for a number."""
        inbox = fetch(f"{self.stack.endpoint_url}/_ministack/sns/sms-messages")
        return str(re.findall(r"\b\d{6}\b", inbox["sms_messages"][phone][-1]["Message"])[-1])

    def session(self, who: str, till: str) -> str:
        """The member shows the code and the till opens a session."""
        code = self.api.expect(200, who, "GET", "/me/code")["code"]
        opened = self.api.expect(201, till, "POST", "/member-sessions", {"member_code": code}, key=new_key())
        return str(opened["member_session"])

    def buy(self, till: str, amount: int, **wish: Any) -> Answer:
        """Send a receipt of one line."""
        return self.api.call(till, "POST", "/purchases", receipt(amount, **wish))

    def points(self, who: str) -> Mapping[str, Any]:
        """A member's account."""
        return self.api.expect(200, who, "GET", "/me/points")

    def entries(self, who: str) -> list[Mapping[str, Any]]:
        """A member's whole statement, page after page."""
        found: list[Mapping[str, Any]] = []
        cursor = ""
        while True:
            page = self.api.expect(200, who, "GET", f"/me/points/entries?limit=3{cursor}")
            found += page["items"]
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"


def receipt(amount: int, *, points: int = 0, value: int | None = None, **fields: Any) -> dict[str, Any]:
    """A receipt of one line; `value` is what the points are worth in fen (the demo mall: 1 point, 1 fen)."""
    return {
        "receipt_no": f"T-{uuid.uuid4().hex[:12]}",
        "purchased_at": datetime.now(UTC).isoformat(),
        "lines": [{"sku": "S1", "category": "shoes", "quantity": 1, "amount": amount}],
        "gross": amount,
        "coupons": [],
        "points": points,
        "paid": amount - (points if value is None else value),
        **fields,
    }


def new_key() -> str:
    """An idempotency key nobody used."""
    return str(uuid.uuid4())


def wait_until[Found](look: Callable[[], Found | None], what: str, seconds: float = WAIT_SECONDS) -> Found:
    """Look again until there is something, for half a minute at most unless told otherwise.

    Raises:
        AssertionError: there was nothing in time.
    """
    until = monotonic() + seconds
    while monotonic() < until:
        if found := look():
            return found
        Event().wait(POLL_SECONDS)  # leaves the processors to what is waited for
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s")
