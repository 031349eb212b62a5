"""Builders that tests share: the tables, a programme, events as the HTTP API's gateway sends them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty.programme import Programme

PEPPER = "p" * 64

PROGRAMME = Programme.model_validate(
    {
        "enrolment": {"terms_version": "2026-01", "minimum_age": 18},
        "tiers": {
            "ladder": [
                {"code": "regular", "name_zh": "普卡", "name_en": "Regular", "spend_yuan": 0},
                {"code": "silver", "name_zh": "银卡", "name_en": "Silver", "spend_yuan": 3000},
                {"code": "gold", "name_zh": "金卡", "name_en": "Gold", "spend_yuan": 10000, "multiplier": "1.2"},
            ]
        },
    }
)

TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "accounts": (("member_id", "S"),),
    "ledger": (("source", "S"), ("movement", "S")),
    "members": (("member_id", "S"), ("kind", "S")),
    "tenants": (("tenant_id", "S"), ("kind", "S")),
    "program": (("name", "S"), ("version", "N")),
    "imports": (("import_id", "S"),),
    "coupons": (("coupon_id", "S"), ("kind", "S")),
    "rewards": (("reward_id", "S"), ("kind", "S")),
    "surveys": (("survey_id", "S"), ("kind", "S")),
    "campaigns": (("campaign_id", "S"), ("kind", "S")),
    "control": (("control_id", "S"), ("kind", "S")),
    "audit": (("shelf", "S"), ("placed", "S")),
    "books": (("book_id", "S"), ("kind", "S")),
    "leaderboard": (("board", "S"), ("member_id", "S")),
    "segments": (("segment_id", "S"), ("kind", "S")),
    "insight": (("insight_id", "S"), ("kind", "S")),
    "notices": (("notice_id", "S"), ("kind", "S")),
    "offers": (("occasion_id", "S"), ("kind", "S")),
}
"""The key attributes of every table, hash first."""

STATEMENT = ["at", "recorded_at", "purse", "legs", "answer", "reasons", "actor", "origin", "kind"]
ALL, KEYS_ONLY = {"ProjectionType": "ALL"}, {"ProjectionType": "KEYS_ONLY"}
INDEXES: dict[str, tuple[tuple[str, tuple[tuple[str, str], ...], dict[str, Any]], ...]] = {
    "accounts": (("due", (("due_shard", "N"), ("due_on", "S")), KEYS_ONLY),),
    "ledger": (
        (
            "by_member",
            (("member_id", "S"), ("account_version", "N")),
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": STATEMENT},
        ),
    ),
    "members": (("by_birthday", (("born_on", "S"), ("member_id", "S")), KEYS_ONLY),),
    "coupons": (
        ("by_member", (("member_id", "S"), ("placed", "S")), ALL),
        ("by_template", (("shelf", "S"), ("coupon_id", "S")), KEYS_ONLY),
        ("due", (("due_shard", "N"), ("due_on", "S")), KEYS_ONLY),
    ),
    "rewards": (
        ("by_member", (("member_id", "S"), ("placed", "S")), ALL),
        ("by_reward", (("shelf", "S"), ("placed", "S")), ALL),
    ),
    "surveys": (
        ("by_member", (("member_id", "S"), ("placed", "S")), ALL),
        ("by_shelf", (("shelf", "S"), ("placed", "S")), ALL),
        ("due", (("due_shard", "N"), ("due_on", "S")), KEYS_ONLY),
    ),
    "control": (
        ("by_member", (("member_id", "S"), ("placed", "S")), ALL),
        ("by_shelf", (("shelf", "S"), ("placed", "S")), ALL),
    ),
    "leaderboard": (("by_score", (("board", "S"), ("score", "N")), KEYS_ONLY),),
    "notices": (
        ("due", (("due_shard", "N"), ("due_on", "S")), KEYS_ONLY),
        ("by_member", (("member_id", "S"), ("planned_at", "S")), KEYS_ONLY),
    ),
    "offers": (
        (
            "by_day",
            (("day_on", "S"), ("occasion_id", "S")),
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["joined"]},
        ),
    ),
}


def create_tables(client: Any) -> None:
    """Create every table of the data stack with its indexes."""
    for name, keys in TABLES.items():
        indexes = INDEXES.get(name, ())
        indexed = [key for _, index_keys, _ in indexes for key in index_keys]
        found = [
            {"IndexName": index, "KeySchema": _schema(index_keys), "Projection": projection}
            for index, index_keys, projection in indexes
        ]
        client.create_table(
            TableName=name,
            KeySchema=_schema(keys),
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": kind} for key, kind in dict([*keys, *indexed]).items()
            ],
            BillingMode="PAY_PER_REQUEST",
            **({"GlobalSecondaryIndexes": found} if found else {}),
        )


def _schema(keys: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for (key, _), kind in zip(keys, ("HASH", "RANGE"), strict=False)]


@dataclass
class Context:
    """What Lambda tells a function about its invocation."""

    function_name: str = "test"
    function_version: str = "1"
    invoked_function_arn: str = "arn:aws:lambda:ap-southeast-1:123456789012:function:test"
    memory_limit_in_mb: int = 512
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return 10_000


@dataclass(frozen=True)
class HttpAnswer:
    """A function's answer to the gateway."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The stable code of a problem document."""
        return str(self.body["code"])


def member_caller(login: str, **claims: str) -> dict[str, Any]:
    """The authorizer part of a signed-in member's request."""
    return {"jwt": {"claims": {"sub": login, **claims}, "scopes": ["aws.cognito.signin.user.admin"]}}


def staff_caller(*groups: str, login: str = "staff-1") -> dict[str, Any]:
    """The authorizer part of a request by staff."""
    return {"jwt": {"claims": {"sub": login, "cognito:groups": f"[{' '.join(groups)}]"}}}


def till_caller(tenant_id: str) -> dict[str, Any]:
    """The authorizer part of a till's request."""
    return {"lambda": {"tenant_id": tenant_id, "client_id": f"client-of-{tenant_id}"}}


def http_event(
    route: str,
    *,
    body: object = None,
    caller: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A request as the HTTP API sends it (payload format 2.0).

    Args:
        route: method and concrete path, `GET /members/m1`.
        body: sent as JSON; text is sent as it is.
        caller: the authorizer part, from one of the builders above.
    """
    method, path = route.split(" ", 1)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": dict(caller or {}),
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"},
            "requestId": "request-1",
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": 1_790_000_000_000,
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = dict(query)
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return event


def call(handler: Any, event: Mapping[str, Any]) -> HttpAnswer:
    """Invoke a handler with a request and return its answer, the body parsed."""
    answer = handler(dict(event), Context())
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers.setdefault(name.lower(), values[0])
    return HttpAnswer(answer["statusCode"], headers, json.loads(answer["body"]) if answer.get("body") else None)
