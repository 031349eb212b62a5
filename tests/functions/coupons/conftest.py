"""A mall that offers coupons: its clock stands still, members sign in, tills ring."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.coupons import me, on_event, on_page, till
from loyalty import account_store, attempts, catalogue, dynamo, sessions, stock, sweeps
from loyalty.accounts import open_account
from loyalty.catalogue import OfferState
from loyalty.clock import local_day
from loyalty.coupons import codes, issue, store
from loyalty.coupons.coupon import Coupon
from loyalty.coupons.template import Template
from loyalty.sessions import Session
from loyalty.tiers import Rung
from loyalty.types import Day, MemberId, Status, TenantId
from tests.functions import till as tills
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through
from tests.support import PROGRAMME, HttpAnswer, call, http_event, member_caller, till_caller

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
ANNA, BEN = "member-anna", "member-ben"
FIFTY_OFF: dict[str, Any] = {"kind": "amount_off", "off_fen": 50_00, "threshold_fen": 500_00}
PARKING: dict[str, Any] = {
    "kind": "parking",
    "benefit_zh": "停车 2 小时",
    "benefit_en": "Parking for 2 hours",
    "units": 2,
}


def definition(**changes: Any) -> dict[str, Any]:
    """A template's definition: fifty off five hundred, good for thirty days."""
    body: dict[str, Any] = {
        "name_zh": "满500减50",
        "name_en": "50 off 500",
        "terms": FIFTY_OFF,
        "validity": {"days_after_issue": 30},
        "claimable": True,
        **changes,
    }
    return Template.model_validate(body).model_dump(mode="json", by_alias=True, exclude_defaults=True)


@dataclass
class Mall:
    """The routes of members and tills, as their callers use them."""

    now: datetime = NOON

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def offer(self, template_id: str = "T1", state: OfferState = OfferState.PUBLISHED, **changes: Any) -> None:
        """Put a template on offer, with its stock and its word."""
        body = definition(**changes)
        template = Template.model_validate(body)
        shards = stock.shards_for(template.quantity) if template.quantity else None
        offer = replace(catalogue.drafted(template_id, body, "maker", "2026-11-01T00:00:00.000Z"), state=state)
        parts = issue.templates().put_if_absent(replace(offer, facts={"shards": shards}))
        if template.quantity and shards:
            parts += tuple(stock.opened(issue.place(template_id, shards), template.quantity))
        dynamo.client().transact_write_items(TransactItems=list(parts))
        if template.reserved:
            self.unclaimed(template.reserved, template_id, shared=True)

    def step(self, state: OfferState, template_id: str = "T1") -> None:
        """Bring a template into another state."""
        where = issue.templates()
        offer = where.read(template_id, consistent=True)
        assert offer is not None
        after = replace(offer, state=state, version=offer.version + 1)
        dynamo.client().transact_write_items(TransactItems=list(where.put_if_unchanged(after)))

    @staticmethod
    def unclaimed(code: str, template_id: str = "T1", **facts: Any) -> None:
        """Write the row of a code that nobody claimed yet."""
        put({**store.key(code, store.CODE), "template_id": template_id, **facts})

    def member(self, name: str = ANNA, tier: str = "regular", status: Status = Status.ACTIVE) -> None:
        """Open an account, and let its member sign in by their own name."""
        day = local_day(self.now, "Asia/Shanghai")
        account = replace(open_account(MemberId(name), status, PROGRAMME, day), rung=Rung(tier, day, Day("271231")))
        dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(account_store.to_row(account, PROGRAMME)))
        put({"member_id": f"login/{name}", "kind": "lookup", "target": name}, "members")

    def send(self, route: str, body: object = None, who: str = ANNA, key: str = "", **more: Any) -> HttpAnswer:
        """Call a member's route."""
        headers = {"idempotency-key": key} if key else {}
        headers |= more.pop("headers", {})
        return call(me.handler, http_event(route, body=body, caller=member_caller(who), headers=headers, **more))

    def claim(self, who: str = ANNA, key: str = "key-1", template_id: str = "T1", **more: Any) -> HttpAnswer:
        """Claim a coupon on offer."""
        return self.send("POST /me/coupons", {"template_id": template_id}, who, key, **more)

    def enter(self, code: str, who: str = ANNA) -> HttpAnswer:
        """Claim what a code stands for."""
        return self.send("POST /me/coupons", {"code": code}, who)

    def coupon(self, who: str = ANNA, **terms: Any) -> str:
        """Bring a coupon of a template of its own into a wallet; return its code."""
        template_id = f"T-{len(rows('definition')) + 1}"
        self.offer(template_id, terms=terms or FIFTY_OFF)
        answer = self.claim(who, f"key-{template_id}", template_id)
        assert answer.status == 201, answer.body
        return codes.normalized(answer.body["code"])

    def session(self, who: str = ANNA, tenant_id: str = "shoes", minutes: float = 15) -> str:
        """A member session that is over so many minutes from now."""
        end = self.now + timedelta(minutes=minutes)
        return sessions.issue(Session(MemberId(who), TenantId(tenant_id), end))

    def ring(
        self, route: str, receipt_no: str = "R-1", tenant_id: str = "shoes", body: Mapping[str, Any] | None = None
    ) -> HttpAnswer:
        """Call a till's route."""
        sent = {"receipt_no": receipt_no, **(body or {})}
        return call(till.handler, http_event(f"POST {route}", body=sent, caller=till_caller(tenant_id)))

    def at_till(
        self, code: str, what: str, receipt_no: str = "R-1", tenant_id: str = "shoes", **more: Any
    ) -> HttpAnswer:
        """Lock or redeem a coupon of the member who stands at the till, Anna unless told otherwise."""
        session = more.get("session") or self.session(more.get("who", ANNA), tenant_id)
        return self.ring(f"/coupons/{code}/{what}", receipt_no, tenant_id, {"member_session": session})

    def lock(self, code: str, receipt_no: str = "R-1", tenant_id: str = "shoes", **more: Any) -> HttpAnswer:
        """Hold a coupon for a receipt."""
        return self.at_till(code, "locks", receipt_no, tenant_id, **more)

    def redeem(self, code: str, receipt_no: str = "R-1", tenant_id: str = "shoes", **more: Any) -> HttpAnswer:
        """Redeem a coupon without a purchase."""
        return self.at_till(code, "redemptions", receipt_no, tenant_id, **more)

    def roll_back(self, code: str, receipt_no: str = "R-1", tenant_id: str = "shoes") -> HttpAnswer:
        """Undo what a receipt did to a coupon."""
        return self.ring(f"/coupons/{code}/rollbacks", receipt_no, tenant_id)


def put(row: Mapping[str, Any], table: str = "coupons") -> None:
    """Write a row."""
    dynamo.client().put_item(TableName=table, Item=dynamo.to_item(row))


def rows(kind: str, table: str = "coupons") -> list[dict[str, Any]]:
    """Every row of a kind."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName=table)["Items"]]
    return [row for row in found if row["kind"] == kind and not row.get("coupon_id", "").startswith("list/")]


def stored(code: str) -> Coupon:
    """A coupon as it is stored."""
    coupon = store.coupon_of(dynamo.get("coupons", store.key(code), consistent=True))
    assert coupon is not None
    return coupon


def left(template_id: str = "T1") -> int:
    """How many coupons of a template are left."""
    keys = [row for row in rows("stock") if row["coupon_id"].startswith(f"stock/template/{template_id}/")]
    return sum(row["left"] for row in keys)


def had(who: str = ANNA, template_id: str = "T1") -> int:
    """How many coupons of a template are counted for a member."""
    row = dynamo.get("coupons", store.count_key(template_id, MemberId(who)), consistent=True)
    return row["taken"] if row else 0


@contextmanager
def operations() -> Iterator[list[str]]:
    """Yields the names of the calls to DynamoDB, as they are made."""
    made: list[str] = []

    def noted(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        made.append(operation)
        return call()

    with calls_through(noted):
        yield made


def broken(number: int, fault: Fault, request: Callable[[], HttpAnswer]) -> HttpAnswer | None:
    """Send a request whose n-th call goes wrong; None where its process ended."""
    with broken_call(number, fault), suppress(KilledError):
        return request()
    return None


everything = tills.everything


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall at noon with two members; pauses take no time, and nothing is remembered from another test."""
    mall = Mall()
    for module in (me, till, on_event, sweeps, on_page):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    mall.member(ANNA)
    mall.member(BEN)
    return mall
