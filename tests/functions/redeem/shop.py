"""A mall's rewards as the tests of redemption use them: defined by staff, stocked, redeemed, handed over."""

from typing import Any

from functions.redeem.handovers import handler as handovers
from functions.redeem.me import handler as me
from functions.redeem.rewards import handler as rewards
from functions.redeem.stock_desk import handler as stock_desk
from loyalty import dynamo
from tests.functions.till import ANNA, bucket, member, post, session
from tests.support import HttpAnswer, call, http_event, member_caller, staff_caller, till_caller

LOGIN = "login-1"
SCARF: dict[str, Any] = {
    "name_zh": "真丝围巾",
    "name_en": "Silk scarf",
    "kind": "gift",
    "points": 300,
    "pick_up_points": ["service-desk", "shoes"],
    "unit_cost_fen": 12_000,
}
LOUNGE: dict[str, Any] = {"name_zh": "贵宾室", "name_en": "Lounge", "kind": "lounge", "points": 200, "units": 1}
DONATION: dict[str, Any] = {"name_zh": "公益", "name_en": "Green points", "kind": "donation", "points": 100}
DOUBLE: dict[str, Any] = {"name_zh": "双倍", "name_en": "Double", "kind": "cash", "points": 500, "value_fen": 1000}


def sign_in(login: str = LOGIN, member_id: str = ANNA) -> None:
    """Let a login stand for a member."""
    row = {"member_id": f"login/{login}", "kind": "lookup", "target": member_id}
    dynamo.client().put_item(TableName="members", Item=dynamo.to_item(row))


def rich(points: int = 1000) -> None:
    """Give Anna points of two expiries."""
    member(ANNA, (bucket(60), points * 3 // 10), (bucket(200), points - points * 3 // 10))


def staff(
    route: str,
    body: object = None,
    group: str = "marketer",
    key: str | None = None,
    login: str | None = None,
    query: dict[str, str] | None = None,
) -> HttpAnswer:
    """Send a request by staff to the function that serves it."""
    on_stock = any(part in route for part in ("/stock", "/figures", "/exports", "/jobs"))
    headers = {"idempotency-key": key} if key else {}
    caller = staff_caller(group, login=login or f"{group}-1")
    event = http_event(route, body=body, caller=caller, headers=headers, query=query)
    return call(stock_desk if on_stock else rewards, event)


def draft(definition: dict[str, Any], key: str = "draft-1") -> str:
    """Draft a reward and return its id."""
    answer = staff("POST /rewards", definition, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["reward_id"])


def publish(definition: dict[str, Any], key: str = "draft-1") -> str:
    """Draft, approve and publish a reward; return its id."""
    reward_id = draft(definition, key)
    assert staff(f"POST /rewards/{reward_id}/approvals", group="approver").status == 201
    published = staff(f"POST /rewards/{reward_id}/publications")
    assert published.status == 201, published.body
    return reward_id


def stock_in(reward_id: str, units: int, point: str | None = "service-desk", key: str = "in-1") -> HttpAnswer:
    """Book goods that came in."""
    body = {"kind": "stock_in", "units": units} | ({"point": point} if point else {})
    return staff(f"POST /rewards/{reward_id}/stock/movements", body, "operator", key)


def count(reward_id: str, counted: int, point: str | None = "service-desk", key: str = "count-1") -> HttpAnswer:
    """Book a count."""
    body = {"kind": "stock_take", "counted": counted} | ({"point": point} if point else {})
    return staff(f"POST /rewards/{reward_id}/stock/movements", body, "operator", key)


def own(route: str, body: object = None, key: str | None = None, login: str = LOGIN, **more: Any) -> HttpAnswer:
    """Send a member's request."""
    headers = ({"idempotency-key": key} if key else {}) | more.pop("headers", {})
    return call(me, http_event(route, body=body, caller=member_caller(login), headers=headers, **more))


def order(reward_id: str, point: str | None = "service-desk", key: str = "key-1", login: str = LOGIN) -> HttpAnswer:
    """Redeem a reward in the app."""
    body = {"reward_id": reward_id} | ({"pick_up_point": point} if point else {})
    return own("POST /me/redemptions", body, key, login)


def order_at_till(reward_id: str, point: str | None = "shoes", key: str = "key-1", **changes: Any) -> HttpAnswer:
    """Redeem a reward at a till."""
    body = {"reward_id": reward_id, "member_session": session()} | ({"pick_up_point": point} if point else {})
    return post("/redemptions", {**body, **changes}, idempotency_key=key)


def cancel(redemption_id: str, login: str = LOGIN) -> HttpAnswer:
    """Cancel an order in the app."""
    return own(f"POST /me/redemptions/{redemption_id}/cancellations", login=login)


def hand_over(
    redemption_id: str, tenant_id: str | None = None, key: str | None = "hand-1", group: str = "operator"
) -> HttpAnswer:
    """Hand an order over, at a tenant's till or at the service desk."""
    caller = till_caller(tenant_id) if tenant_id else staff_caller(group)
    headers = {"idempotency-key": key} if key else {}
    return call(handovers, http_event(f"POST /redemptions/{redemption_id}/handovers", caller=caller, headers=headers))


def rows(prefix: str) -> list[dict[str, Any]]:
    """Return the rows of the rewards table whose key begins so."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="rewards")["Items"]]
    return [row for row in found if row["reward_id"].startswith(prefix)]


def figures(reward_id: str) -> dict[str, Any]:
    """Return a reward's figures."""
    return dict(staff(f"GET /rewards/{reward_id}/figures").body)


def left(reward_id: str) -> dict[str | None, int | None]:
    """Return what is left at each place."""
    items = staff(f"GET /rewards/{reward_id}/stock").body["items"]
    return {item["pick_up_point"]: item["left"] for item in items}
