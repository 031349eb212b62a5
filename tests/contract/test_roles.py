"""Roles x routes, asked of every handler: the requests are the examples of the OpenAPI document."""

import importlib
from typing import Any

import pytest

from docs.callers import GROUPS, callers
from docs.generate import ROLES
from docs.openapi import document, operations
from docs.roles import matrix
from infra.capabilities import all_functions
from infra.specs import UNASKED, Caller
from loyalty.auth import Group
from tests.support import HttpAnswer, call, http_event, member_caller, staff_caller, till_caller

OPERATIONS = dict(operations(document()))
HANDLERS = {route.key: function.handler for function in all_functions() for route in function.routes}
CALLERS = callers()
JSON_ROUTES = [route for route in OPERATIONS if not route.endswith("/s/{token}")]
"""All but the page that browsers see."""
PROTECTED = [route for route, caller in CALLERS.items() if caller not in UNASKED]
OF_STAFF = [route for route, caller in CALLERS.items() if caller in {Caller.STAFF, Caller.DESK}]
AT_THE_DESK = {"lambda": {"login": "staff-1", "groups": "operator"}}
ALLOWED: dict[Caller, dict[str, Any]] = {
    Caller.ANYONE: {},
    Caller.LINK: {},
    Caller.PROVIDER: {},
    Caller.MEMBER: member_caller("login-1"),
    Caller.TILL: till_caller("noodle-bar"),
    Caller.DESK: AT_THE_DESK,
}


@pytest.fixture(autouse=True)
def _settings(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPORTS_BUCKET", "imports")
    monkeypatch.setenv("USER_POOL_ID", "ap-southeast-1_Pool")


def ask(route: str, caller: dict[str, Any]) -> HttpAnswer:
    """Send the route's own example."""
    operation = OPERATIONS[route]
    method, path = route.split(" ")
    headers, query = {}, {}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", parameter["example"])
        if parameter["in"] == "header":
            headers[parameter["name"]] = parameter["example"]
        if parameter["in"] == "query" and parameter.get("required"):
            query[parameter["name"]] = parameter["example"]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body = next(iter(content["examples"].values()))["value"] if content else None
    module, _, name = HANDLERS[route].rpartition(".")
    event = http_event(f"{method} {path}", body=body, caller=caller, headers=headers, query=query)
    return call(getattr(importlib.import_module(module), name), event)


def is_forbidden(answer: HttpAnswer) -> bool:
    return answer.status == 403 and answer.code == "forbidden"


def test_the_committed_matrix_is_what_the_table_says() -> None:
    assert ROLES.read_text(encoding="utf-8") == matrix(), "run `make generate`"


def test_the_table_names_exactly_the_routes_of_staff() -> None:
    assert set(GROUPS) == set(OF_STAFF)


@pytest.mark.parametrize("route", OF_STAFF)
def test_a_handler_lets_through_the_groups_of_the_matrix_and_no_other(route: str) -> None:
    passed = {group for group in Group if not is_forbidden(ask(route, staff_caller(group)))}

    assert passed == set(GROUPS[route])


@pytest.mark.parametrize("route", PROTECTED)
def test_a_handler_trusts_no_gateway_that_lets_everybody_through(route: str) -> None:
    strangers = [{}] if CALLERS[route] is Caller.MEMBER else [{}, member_caller("login-1"), staff_caller("poker")]

    assert [(route, caller) for caller in strangers if ask(route, caller).status not in {401, 403}] == []


@pytest.mark.parametrize("route", JSON_ROUTES)
def test_every_example_is_a_request_the_handler_can_read(route: str) -> None:
    caller = ALLOWED.get(CALLERS[route]) or (staff_caller(GROUPS[route][0]) if route in GROUPS else {})

    answer = ask(route, caller)

    assert answer.status not in {400, 401, 403}, answer.body
