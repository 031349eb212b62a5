"""The OpenAPI document: true to the handlers, true to the gateway, and complete enough to make clients from."""

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis.core.result import Ok

from docs.callers import callers
from docs.examples import NoExampleError, example_of
from docs.generate import OPENAPI, openapi_text
from docs.openapi import LIBRARY_MODELS, SECURITY, document, modules_with_routes, operations
from infra.capabilities import all_functions
from infra.specs import Caller

FOUND = document()
OPERATIONS = dict(operations(FOUND))
PROBLEM = "application/problem+json"
JSON = "application/json"
HTML = "text/html"
PAGES = {"GET /s/{token}", "POST /s/{token}"}
"""Routes that answer a browser, refusals included."""
ESTIMATES = {
    "AdditionAnswer",
    "BasketRule",
    "Bundle",
    "ChoiceFigures",
    "DimensionFigures",
    "MemberPredictionAnswer",
    "PredictionBucket",
    "PredictionsAnswer",
    "ReceiptAlert",
    "RecommendationFigures",
    "RecommendedCategory",
    "ResponseFigures",
    "RiskItem",
    "SentimentFigures",
    "TextAnalysis",
    "TopicFigures",
    "ValueModel",
}
"""What says how sure something is; everything else counts whole points, fen, pieces."""


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference within the document."""
    while "$ref" in part:
        found: Any = FOUND
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def media(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield everything an operation takes or answers that has a body, with its content type."""
    yield from operation.get("requestBody", {}).get("content", {}).items()
    for answer in operation["responses"].values():
        yield from resolved(answer).get("content", {}).items()


def mistakes(value: object, schema: dict[str, Any]) -> list[str]:
    whole = {**schema, "components": FOUND["components"]}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def test_the_committed_document_is_what_the_code_says() -> None:
    assert OPENAPI.read_text(encoding="utf-8") == openapi_text(), "run `make generate`"


def test_who_must_send_a_key_is_told_what_happens_without() -> None:
    for name, operation in OPERATIONS.items():
        keys = [one for one in operation.get("parameters", ()) if one["name"].lower() == "idempotency-key"]
        if keys and keys[0].get("required"):
            assert "idempotency_key_required" in str(operation["responses"].get("400")), name


def test_every_route_of_the_gateway_is_described_and_no_other() -> None:
    assert set(OPERATIONS) == set(callers())


def test_every_function_answers_exactly_the_routes_it_is_sent() -> None:
    sent = {
        function.handler.removesuffix(".handler"): {route.key for route in function.routes}
        for function in all_functions()
        if function.routes
    }
    answered = {
        module: {
            f"{method.upper()} {path}"
            for path, by_method in importlib.import_module(module).app.get_openapi_schema().paths.items()
            for method in ("get", "post", "put", "patch", "delete")
            if getattr(by_method, method)
        }
        for module in modules_with_routes()
    }
    assert answered == sent


def test_security_is_what_the_gateway_asks_for() -> None:
    assert {route: operation["security"] for route, operation in OPERATIONS.items()} == {
        route: SECURITY[caller] for route, caller in callers().items()
    }
    schemes = FOUND["components"]["securitySchemes"]
    assert {name for caller in Caller for one in SECURITY[caller] for name in one} == set(schemes)


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-zA-Z]+", name)] == []


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_operation_says_what_it_does_and_how_it_refuses(route: str) -> None:
    operation = OPERATIONS[route]
    codes = set(operation["responses"])
    assert operation["tags"]
    # The library makes a summary of method and path for who wrote none.
    assert operation["summary"]
    assert operation["summary"] != route
    assert [code for code in codes if code.startswith("2")]
    assert {"429", "500"} <= codes
    if operation["security"]:
        assert {"400", "401", "403"} <= codes
    if "{" in route and route.startswith("GET "):
        assert "404" in codes


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_refusal_is_a_problem_with_an_example_of_each_code(route: str) -> None:
    for code, answer in OPERATIONS[route]["responses"].items():
        content = resolved(answer).get("content", {})
        if code >= "400":
            assert set(content) <= {PROBLEM, JSON} | ({HTML} if route in PAGES else set())
            assert JSON not in content or content[JSON]["schema"]["$ref"].endswith("/GatewayMessage")
        if PROBLEM in content:
            examples = [resolved(example)["value"] for example in content[PROBLEM]["examples"].values()]
            assert {example["status"] for example in examples} == {int(code)}
            assert {example["code"] for example in examples} == set(content[PROBLEM]["examples"])


@pytest.mark.parametrize("route", OPERATIONS)
def test_everything_taken_and_answered_has_an_example_that_fits(route: str) -> None:
    operation = OPERATIONS[route]
    found = []
    for parameter in operation.get("parameters", ()):
        found += mistakes(parameter["example"], parameter["schema"])
    for kind, content in media(operation):
        assert content["examples"], kind
        for example in content["examples"].values():
            found += mistakes(resolved(example)["value"], content["schema"])
    assert found == []


def test_an_example_that_does_not_fit_is_noticed() -> None:
    assert mistakes({"tenant_id": 7}, {"$ref": "#/components/schemas/TenantRequest"})


def test_a_field_without_an_example_stops_the_generator() -> None:
    schemas = {"Model": {"type": "object", "properties": {"unheard_of": {"type": "string"}}}}
    with pytest.raises(NoExampleError, match=r"Model\.unheard_of"):
        example_of({"$ref": "#/components/schemas/Model"}, schemas, "")


def test_what_the_library_would_answer_is_not_promised() -> None:
    text = json.dumps(FOUND)
    assert [name for name in LIBRARY_MODELS if name in text] == []


def test_every_reference_leads_somewhere_and_every_model_is_used() -> None:
    referred = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(FOUND)))
    components = {f"components/{kind}/{name}" for kind, named in FOUND["components"].items() for name in named}
    assert referred - components == set()
    assert {name for name in components - referred if not name.startswith("components/securitySchemes")} == set()


def test_amounts_are_whole_numbers() -> None:
    schemas = FOUND["components"]["schemas"]
    fractions = [name for name, schema in schemas.items() if '"type": "number"' in json.dumps(schema)]
    assert set(fractions) <= ESTIMATES


def test_other_tools_can_read_it() -> None:
    read = schemathesis.openapi.from_dict(json.loads(json.dumps(FOUND))).get_all_operations()
    good = [one.ok() for one in read if isinstance(one, Ok)]
    assert {f"{operation.method.upper()} {operation.path}" for operation in good} == set(OPERATIONS)
