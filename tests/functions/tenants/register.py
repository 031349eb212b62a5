"""The register as an operator works on it."""

from typing import Any

from functions.tenants import api
from tests.support import HttpAnswer, call, http_event, staff_caller

OPERATOR = staff_caller("operator")
NOODLES: dict[str, Any] = {
    "tenant_id": "noodle-bar",
    "name_zh": "老街面馆",
    "name_en": "Old Street Noodles",
    "categories": ["dining"],
    "receipt_scope": "day",
    "points_per_yuan": "1.50",
    "ratios": {"tea": "2"},
}


def ask(route: str, body: object = None, key: str | None = None, **more: Any) -> HttpAnswer:
    headers = {"Idempotency-Key": key} if key else {}
    event = http_event(route, body=body, caller=more.pop("caller", OPERATOR), headers=headers, **more)
    return call(api.handler, event)


def registered(**changes: Any) -> HttpAnswer:
    return ask("POST /tenants", {**NOODLES, **changes})


def issued(key: str = "first", body: object = None) -> HttpAnswer:
    return ask("POST /tenants/noodle-bar/keys", body, key)
