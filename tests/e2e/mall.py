"""The demo mall as tests act in it: tenants with tills, members with verified phones, receipts at a till."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from threading import Event
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from local.clients import client
from local.demo.api import Answer, Api, fetch
from local.stack import Stack, StaffUser, TillKey

WAIT_SECONDS = 30
POLL_SECONDS = 0.1
OFFER_IDS = ("template_id", "campaign_id", "reward_id", "survey_id", "offer_id")


class Mall:
    """Acts through the public API only; `aws` is for looking, as an operator would."""

    def __init__(self, stack: Stack) -> None:
        self.api = Api(stack)
        self.run = uuid.uuid4().hex[:8]
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
        tenant_id = f"{name}-{self.run}"
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

    def staff(self, name: str, *groups: str) -> str:
        """Hire somebody who is in several groups; returns who to call as."""
        cognito, person = self.aws("cognito-idp"), {"UserPoolId": self.stack.user_pool_id, "Username": name}
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(**person, MessageAction="SUPPRESS")
        user = StaffUser(name, f"E2e-{new_key()}")
        cognito.admin_set_user_password(**person, Password=user.password, Permanent=True)
        for group in groups:
            cognito.admin_add_user_to_group(**person, GroupName=group)
        self.api.stack = replace(self.stack, staff={**self.stack.staff, name: user})
        return name

    def draft(self, path: str, definition: Mapping[str, Any]) -> str:
        """Have the marketer draft an offer; returns its id."""
        titled = "title_zh" in definition
        named = definition if titled else {"name_zh": "端到端", "name_en": f"E2E {self.run}", **definition}
        drafted = self.api.expect(201, "marketer", "POST", path, named, key=new_key())
        return str(next(drafted[name] for name in OFFER_IDS if name in drafted))

    def publish(self, path: str, definition: Mapping[str, Any]) -> str:
        """Have an offer drafted, approved by another person, and published; returns its id."""
        offer_id = self.draft(path, definition)
        self.api.expect(201, "approver", "POST", f"{path}/{offer_id}/approvals", {"version": 1})
        self.api.expect(201, "marketer", "POST", f"{path}/{offer_id}/publications", {})
        return offer_id

    def template(self, terms: Mapping[str, Any], **wish: Any) -> str:
        """Publish a coupon template, by default one that members claim and use within a month; returns its id."""
        wish = {"claimable": True, "validity": {"days_after_issue": 30}} | wish
        return self.publish("/coupon-templates", {"terms": terms, **wish})

    def claim(self, who: str, template_id: str) -> str:
        """Claim a coupon on offer in the app; returns its code."""
        wish = {"template_id": template_id}
        return str(self.api.expect(201, who, "POST", "/me/coupons", wish, key=new_key())["code"])

    def enter(self, who: str, code: str) -> Answer:
        """Enter a code in the app."""
        return self.api.call(who, "POST", "/me/coupons", {"code": code})

    def coupons(self, who: str, template_id: str, shelf: str = "open") -> list[Mapping[str, Any]]:
        """A member's coupons of one template."""
        found = self.api.expect(200, who, "GET", f"/me/coupons?limit=100&state={shelf}")["items"]
        return [one for one in found if one["template_id"] == template_id]

    def held_by(self, member_id: str, template_id: str) -> list[Mapping[str, Any]]:
        """The open coupons of one template that the service desk finds a member has."""
        found = self.api.expect(200, "operator", "GET", f"/members/{member_id}/coupons?limit=100")["items"]
        return [one for one in found if one["template_id"] == template_id]

    def lock(self, till: str, code: str, session: str, receipt_no: str) -> Answer:
        """Hold a coupon for a receipt."""
        body = {"member_session": session, "receipt_no": receipt_no}
        return self.api.call(till, "POST", f"/coupons/{code}/locks", body)

    def job(self, who: str, path: str, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
        """Start work that outlasts a request and await its end; returns the job and the lines of its file."""
        status_url = self.api.expect(202, who, "POST", path, body, key=new_key())["status_url"]

        def ended() -> Mapping[str, Any] | None:
            job = self.api.expect(200, who, "GET", status_url)
            return job if job["state"] in {"done", "failed"} else None

        job = wait_until(ended, f"the end of {path}")
        return job, str(fetch(job["download_url"])["text"]).splitlines()

    def headers(self, who: str, method: str, path: str, body: Mapping[str, Any]) -> Mapping[str, str]:
        """Send a request for the headers of its answer."""
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {self.api._token(who)}"}
        request = Request(self.stack.api_url + path, data=json.dumps(body).encode(), headers=sent, method=method)
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
                return dict(answer.headers)
        except HTTPError as refused:
            return dict(refused.headers)

    def buy(self, till: str, amount: int, **wish: Any) -> Answer:
        """Send a receipt of one line."""
        return self.api.call(till, "POST", "/purchases", receipt(amount, **wish))

    def points(self, who: str) -> Mapping[str, Any]:
        """A member's account."""
        return self.api.expect(200, who, "GET", "/me/points")

    def entries(self, who: str) -> list[Mapping[str, Any]]:
        """A member's whole statement, page after page."""
        return self.pages(who, "/me/points/entries", limit=3)

    def pages(self, who: str, path: str, limit: int = 20) -> list[Mapping[str, Any]]:
        """Everything a list holds, page after page."""
        found: list[Mapping[str, Any]] = []
        following = ""
        while True:
            page = self.api.expect(200, who, "GET", f"{path}?limit={limit}{following}")
            found += page["items"]
            if not page["next"]:
                return found
            following = f"&cursor={quote(page['next'], safe='')}"


def receipt(amount: int, *, points: int = 0, value: int | None = None, **fields: Any) -> dict[str, Any]:
    """A receipt of one line; `value` is what the points are worth in fen (the demo mall: 1 point, 1 fen)."""
    return {
        "receipt_no": f"T-{uuid.uuid4().hex[:12]}",
        "purchased_at": datetime.now(UTC).isoformat(),
        "lines": [line("S1", amount)],
        "gross": amount,
        "coupons": [],
        "points": points,
        "paid": amount - (points if value is None else value),
        **fields,
    }


def line(sku: str, amount: int) -> dict[str, Any]:
    """One line of a basket."""
    return {"sku": sku, "category": "shoes", "quantity": 1, "amount": amount}


def answered(answer: Answer) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status, str(answer.body.get("code"))


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
