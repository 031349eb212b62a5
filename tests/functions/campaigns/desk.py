"""The campaigns desk: who works there, how they send requests, what a table holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from functions.campaigns import lists_desk, me, simulations, staff
from loyalty import account_store, dynamo
from loyalty.accounts import open_account
from loyalty.catalogue import Offer, OfferState
from loyalty.coupons import issue
from loyalty.dynamo import Item
from loyalty.earning import running
from loyalty.earning.rule import Rule
from loyalty.remembering import forget_everything
from loyalty.types import Day, MemberId, Status
from tests.support import PROGRAMME, HttpAnswer, call, http_event, staff_caller

MARKETER = staff_caller("marketer", login="mei")
APPROVER = staff_caller("approver", login="an")
OPERATOR = staff_caller("operator", login="olga")
AUDITOR = staff_caller("auditor", login="ada")
NOW = datetime(2026, 12, 15, 4, 0, tzinfo=UTC)
"""Noon of a Tuesday in the mall."""

CAMPAIGN: dict[str, Any] = {
    "name_zh": "全场双倍积分",
    "name_en": "Double points",
    "from": "2026-12-01T00:00:00+08:00",
    "until": "2028-01-01T00:00:00+08:00",
    "effects": [{"kind": "multiply", "factor": "2"}],
}
"""Anybody gets twice the points, at `NOW` and for a year."""
BUDGET: dict[str, Any] = {"unit": "points", "amount": 100_000}
TEMPLATE: dict[str, Any] = {
    "name_zh": "满500减50",
    "name_en": "50 off 500",
    "terms": {"kind": "amount_off", "threshold_fen": 50_000, "off_fen": 5_000},
    "validity": {"until": "2098-12-31"},
}


def _serving(path: str) -> Any:
    if path.startswith("/member-lists"):
        return lists_desk.handler
    if path == "/me/campaigns":
        return me.handler
    return simulations.handler if path == "/campaigns/simulations" else staff.handler


def send(
    route: str,
    body: object = None,
    caller: Mapping[str, Any] = MARKETER,
    key: str = "",
    query: Mapping[str, str] | None = None,
    language: str = "zh",
) -> HttpAnswer:
    """Send a request to the function that serves it."""
    headers = {"accept-language": language} | ({"idempotency-key": key} if key else {})
    event = http_event(route, body=body, caller=caller, headers=headers, query=query)
    return call(_serving(route.split(" ")[1]), event)


def enrol(member_id: str, status: Status = Status.ACTIVE, **changes: Any) -> None:
    """Give a member an account."""
    account = replace(open_account(MemberId(member_id), status, PROGRAMME, Day("260101")), **changes)
    row = account_store.to_row(account, PROGRAMME)
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(row))


def everything() -> list[Item]:
    """Return every row of the campaigns table, in order of their keys."""
    pages = dynamo.client().get_paginator("scan").paginate(TableName="campaigns")
    rows = [dynamo.from_item(item) for page in pages for item in page["Items"]]
    return sorted(rows, key=lambda row: (row["campaign_id"], row["kind"]))


def partition(name: str) -> list[str]:
    """Return the sort keys of one partition of the campaigns table."""
    return [row["kind"] for row in everything() if row["campaign_id"] == name]


def naming(**names: Any) -> dict[str, Any]:
    """Conditions that name something, with a coupon given for it."""
    conditions = {name: value for name, value in names.items() if name != "template"}
    gift = {"points": 50, "templates": [names["template"]] if "template" in names else []}
    limits = {"limits": {"awards": 9}} if "template" in names else {}
    return {"conditions": conditions, "effects": [{"kind": "add", "gift": gift}], **limits}


def draft(key: str = "key-1", **changes: Any) -> str:
    """Draft a campaign and return its id."""
    answer = send("POST /campaigns", CAMPAIGN | changes, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["campaign_id"])


def step(campaign_id: str, name: str, caller: Mapping[str, Any] | None = None) -> HttpAnswer:
    """Take a step in a campaign's life, as the one who may."""
    by = caller or (APPROVER if name == "approvals" else MARKETER)
    return send(f"POST /campaigns/{campaign_id}/{name}", caller=by)


def approved(key: str = "key-1", **changes: Any) -> str:
    """Draft a campaign, have it approved, and return its id."""
    campaign_id = draft(key, **changes)
    assert step(campaign_id, "approvals").status == 201
    return campaign_id


def published(key: str = "key-1", **changes: Any) -> str:
    """Bring a campaign to publication and return its id."""
    campaign_id = approved(key, **changes)
    answer = step(campaign_id, "publications")
    assert answer.status == 201, answer.body
    return campaign_id


def put_template(state: OfferState = OfferState.PUBLISHED, template_id: str = "c" * 24, **changes: Any) -> str:
    """Write a coupon template in a state and return its id."""
    offer = Offer(template_id, TEMPLATE | changes, "mei", state)
    dynamo.client().transact_write_items(TransactItems=list(issue.templates().put_if_absent(offer)))
    return template_id


def put_tenant(tenant_id: str, status: str = "active") -> str:
    """Register a tenant and return its id."""
    row = {"tenant_id": tenant_id, "kind": "tenant", "status": status}
    dynamo.client().put_item(TableName="tenants", Item=dynamo.to_item(row))
    return tenant_id


def running_rules() -> dict[str, Rule]:
    """Return the rules the checkout would read now, by id."""
    forget_everything()
    return {rule.campaign_id: rule for rule in running.rules()}
