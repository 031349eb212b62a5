"""A programme with benefits, members on its tiers, and requests to claim what they bring."""

from dataclasses import replace
from typing import Any

from functions.tiers.desk import handler as desk
from functions.tiers.me import handler as me
from functions.tiers.till import handler as till
from loyalty import account_store, dynamo
from loyalty.accounts import Account
from loyalty.tiers import Rung
from tests.functions.till import ANNA, account_of, bucket, member, session
from tests.support import HttpAnswer, call, http_event, member_caller, staff_caller, till_caller
from tests.unit.ledger.ladders import WITH_BENEFITS


def stands(tier: str, *held: tuple[str, int], member_id: str = ANNA, **changes: Any) -> None:
    """Open a member's account on a tier whose year is far from over."""
    member(member_id, *held)
    put(replace(account_of(member_id), rung=Rung(tier, account_of(member_id).rung.since, bucket(300)), **changes))  # type: ignore[arg-type]


def put(account: Account) -> None:
    """Store an account as it is."""
    row = account_store.to_row(account, WITH_BENEFITS)
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(row))


def use(code: str = "parking", key: str = "key-1", tenant_id: str = "shoes", **changes: Any) -> HttpAnswer:
    """Use an entitlement at a till."""
    body = {"member_session": session(tenant_id=tenant_id), **changes}
    event = http_event(
        f"POST /entitlements/{code}/uses", body=body, caller=till_caller(tenant_id), headers={"idempotency-key": key}
    )
    return call(till, event)


def undo(use_id: str, code: str = "parking", tenant_id: str = "shoes") -> HttpAnswer:
    """Undo a use at a till."""
    return call(till, http_event(f"POST /entitlements/{code}/uses/{use_id}/refunds", caller=till_caller(tenant_id)))


def at_desk(
    path: str = "", key: str = "key-1", member_id: str = ANNA, *groups: str, method: str = "POST"
) -> HttpAnswer:
    """Ask the service desk about a member's entitlements."""
    headers = {"idempotency-key": key}
    route = f"{method} /members/{member_id}/entitlements{path}"
    return call(desk, http_event(route, caller=staff_caller(*(groups or ("operator",))), headers=headers))


def mine(language: str = "zh", login: str = "login-1") -> HttpAnswer:
    """Look at one's own entitlements."""
    headers = {"accept-language": language}
    return call(me, http_event("GET /me/entitlements", caller=member_caller(login), headers=headers))


def left(code: str = "parking") -> int | None:
    """How much of an entitlement the member sees left."""
    return next((one["remaining"] for one in mine().body["entitlements"] if one["code"] == code), None)
