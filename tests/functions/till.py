"""A till, its tenant and its members, as the handler tests of the points core use them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from functions.earn.api import handler as earn
from functions.redeem.api import handler as redeem
from loyalty import account_store, dynamo, sessions
from loyalty.accounts import Account, open_account
from loyalty.buckets import BucketKey, Leg
from loyalty.clock import day_of, local_day, utc_now
from loyalty.sessions import Session
from loyalty.types import MemberId, Purse, Status, TenantId
from tests.support import PROGRAMME, TABLES, HttpAnswer, call, http_event, till_caller

ANNA, BEN = "member-anna", "member-ben"
ZONE = "Asia/Shanghai"
WRITE = "before-call.dynamodb.TransactWriteItems"
WRITTEN = "after-call.dynamodb.TransactWriteItems"


def tenant(tenant_id: str = "shoes", **terms: Any) -> None:
    """Register a tenant."""
    row = {"tenant_id": tenant_id, "kind": "tenant", "status": "active", **terms}
    dynamo.client().put_item(TableName="tenants", Item=dynamo.to_item(row))


def member(member_id: str = ANNA, *held: tuple[str, int], status: Status = Status.ACTIVE) -> None:
    """Open an account that holds points by bucket."""
    account = open_account(MemberId(member_id), status, PROGRAMME, local_day(utc_now(), ZONE))
    account = account.moved(Leg(Purse.POINTS, BucketKey(key), points) for key, points in held)
    row = account_store.to_row(account, PROGRAMME)
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(row))


def account_of(member_id: str = ANNA) -> Account:
    """Return an account as it is stored."""
    found = account_store.read(MemberId(member_id), consistent=True)
    assert found is not None
    return found


def bucket(days: int = 300) -> str:
    """The bucket of points that lapse so many days from now."""
    return day_of((utc_now() + timedelta(days=days)).date())


def session(member_id: str = ANNA, tenant_id: str = "shoes", minutes: float = 15) -> str:
    """A member session that is over so many minutes from now."""
    return sessions.issue(Session(MemberId(member_id), TenantId(tenant_id), utc_now() + timedelta(minutes=minutes)))


def receipt(number: str = "R-1", *lines: tuple[str, str, int], points: int = 0, **changes: Any) -> dict[str, Any]:
    """A purchase request for (sku, category, fen) lines; without `member_session`, Anna earns by her id."""
    goods = lines or (("S-1", "shoes", 59_900),)
    gross = sum(amount for _, _, amount in goods)
    body: dict[str, Any] = {
        "receipt_no": number,
        "purchased_at": utc_now().isoformat(),  # a minute ago may have been yesterday
        "lines": [
            {"sku": sku, "category": category, "quantity": 1, "amount": amount} for sku, category, amount in goods
        ],
        "gross": gross,
        "points": points,
        "paid": gross - points,
    }
    if not {"member_session", "phone"} & changes.keys():
        body["member_id"] = ANNA
    return {**body, **changes}


def post(route: str, body: object, tenant_id: str = "shoes", **headers: str) -> HttpAnswer:
    """Send a till's POST to the function that serves it."""
    serving = redeem if route.startswith("/redemptions") else earn
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(serving, http_event(f"POST {route}", body=body, caller=till_caller(tenant_id), headers=named))


def fetch(route: str, tenant_id: str = "shoes", query: Mapping[str, str] | None = None, **context: str) -> HttpAnswer:
    """Send a till's GET."""
    caller = {"lambda": {**till_caller(tenant_id)["lambda"], **context}}
    return call(earn, http_event(f"GET {route}", caller=caller, query=query))


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {name: sorted(map(str, dynamo.client().scan(TableName=name)["Items"])) for name in TABLES}


def ledger_rows() -> list[dict[str, Any]]:
    """Every row of the ledger."""
    return [dynamo.from_item(item) for item in dynamo.client().scan(TableName="ledger")["Items"]]


def ledger_sum(member_id: str = ANNA) -> int:
    """What a member's entries add up to."""
    rows = [row for row in ledger_rows() if row.get("member_id") == member_id]
    assert sorted(row["account_version"] for row in rows) == list(range(1, len(rows) + 1))
    return sum(points for row in rows for purse, _, points in row["legs"] if purse == "points")


@contextmanager
def once(moment: str, happening: Any) -> Iterator[list[int]]:
    """Let something happen at the first call of a kind only; yields how often calls were made."""
    calls: list[int] = []

    def hook(**given: Any) -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            happening(**given)

    events = dynamo.client().meta.events
    events.register(moment, hook)
    try:
        yield calls
    finally:
        events.unregister(moment, hook)
