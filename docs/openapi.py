"""Makes one OpenAPI 3.1 document of all handlers: what they declare, who may call them, and what the gateway adds."""

import importlib
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from docs.callers import GROUPS, callers
from docs.examples import example_of
from infra.specs import UNASKED, Caller
from loyalty.http import PROBLEM, UnexpectedError, answers

ROOT = Path(__file__).parents[1]
JSON = "application/json"
REFERENCE = "#/components/schemas/"
LIBRARY_MODELS = frozenset({"HTTPValidationError", "ValidationError", "ResponseValidationError"})
"""What the library would answer to malformed requests; `loyalty.http` answers with a problem instead."""

INFO = {
    "title": "Mall loyalty",
    "version": "1",
    "description": "Membership and loyalty of one mall. Money is in fen, points are whole numbers, instants are "
    "RFC 3339. Refusals are problem documents (RFC 9457) with a stable `code`; only the gateway's own 401, 403 and 429 "
    "are not.",
}
TOKENS = {
    "member": "A member's access token of the mall's issuer; of a user pool, with `aws.cognito.signin.user.admin`.",
    "staff": "An access token of staff; the claim of groups decides what they may do (`x-groups`).",
    "till": "An access token by client credentials with the scope `mall/till`; the tenant is read from its client.",
}
SECURITY: dict[Caller, list[dict[str, list[str]]]] = {
    Caller.ANYONE: [],
    Caller.LINK: [],
    Caller.PROVIDER: [],
    Caller.MEMBER: [{"member": []}],
    Caller.STAFF: [{"staff": []}],
    Caller.TILL: [{"till": []}],
    Caller.DESK: [{"till": []}, {"staff": []}],
}
GATEWAY_MESSAGE = {
    "type": "object",
    "description": "The gateway's own refusal.",
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
}
HEADERS: dict[str, dict[str, Any]] = {
    "Location": {"description": "Where it can be read or followed.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true` where an earlier request had done it.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}},
    "Link": {"description": 'The next page, `rel="next"` (RFC 8288).', "schema": {"type": "string"}},
}
HEADERS_OF = {
    "201": ("Location", "Idempotent-Replayed"),
    "202": ("Location",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}

Document = dict[str, Any]


def document() -> Document:
    """Return the document; the same code always gives the same one."""
    paths: dict[str, Document] = {}
    schemas: dict[str, Document] = {}
    for module in modules_with_routes():
        part = _rewritten(_declared(module), schemas, module)
        schemas |= part["components"]["schemas"]
        for path, operations in part["paths"].items():
            paths.setdefault(path, {}).update(operations)
    who = callers()
    for path, operations in paths.items():
        for method, operation in operations.items():
            _complete(operation, f"{method.upper()} {path}", who, schemas)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/", "description": "The mall's own address; every path is relative to it."}],
        "tags": [{"name": tag} for tag in sorted(_tags(paths))],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": _schemes(),
            "headers": HEADERS,
            "responses": {"Defect": _defect()},
            "examples": _shared_problems(paths),
            "schemas": dict(sorted((schemas | {"GatewayMessage": GATEWAY_MESSAGE}).items())),
        },
    }


def modules_with_routes() -> list[str]:
    """Return the dotted names of all modules under `functions` that declare routes."""
    files = sorted((ROOT / "functions").glob("*/*.py"))
    found = [path for path in files if re.search(r"^app\b.*= ", path.read_text(), re.MULTILINE)]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found]


def operations(found: Document) -> Iterator[tuple[str, Document]]:
    """Yield each operation of a document under its route's key, such as `GET /program`."""
    for path, by_method in found["paths"].items():
        yield from ((f"{method.upper()} {path}", operation) for method, operation in by_method.items())


def _declared(module: str) -> Document:
    app = importlib.import_module(module).app
    declared: Document = app.get_openapi_schema().model_dump(mode="json", by_alias=True, exclude_none=True)
    for name in LIBRARY_MODELS:
        declared["components"]["schemas"].pop(name, None)
    for _, operation in operations(declared):
        answered = operation["responses"].items()
        operation["responses"] = {code: answer for code, answer in answered if not _is_the_librarys(answer)}
    whole: Document = _whole_numbers(declared)
    return whole


def _is_the_librarys(answer: Document) -> bool:
    reference = answer.get("content", {}).get(JSON, {}).get("schema", {}).get("$ref", "")
    return reference.removeprefix(REFERENCE) in LIBRARY_MODELS


def _whole_numbers(part: Any) -> Any:
    """Write limits of whole numbers as whole numbers: the library keeps them as floats."""
    match part:
        case dict():
            return {key: _whole_numbers(value) for key, value in part.items()}
        case list():
            return [_whole_numbers(value) for value in part]
        case float() if part.is_integer():
            return int(part)
    return part


def _rewritten(part: Document, taken: Mapping[str, Document], module: str) -> Document:
    """Rename the models whose name another capability uses for something else."""
    own = part["components"]["schemas"]
    prefix = module.split(".")[1].capitalize()
    names = {name: prefix + name for name, schema in own.items() if name in taken and taken[name] != schema}
    renamed: Document = _renamed(part, {REFERENCE + old: REFERENCE + new for old, new in names.items()})
    schemas = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {names.get(name, name): schema for name, schema in schemas.items()}
    return renamed


def _renamed(part: Any, references: Mapping[str, str]) -> Any:
    match part:
        case dict():
            return {key: _renamed(value, references) for key, value in part.items()}
        case list():
            return [_renamed(value, references) for value in part]
        case str():
            return references.get(part, part)
    return part


def _complete(operation: Document, route: str, who: Mapping[str, Caller], schemas: Mapping[str, Document]) -> None:
    caller = who[route]
    operation["security"] = SECURITY[caller]
    if route in GROUPS:
        operation["x-groups"] = [str(group) for group in GROUPS[route]]
    for parameter in operation.get("parameters", ()):
        _complete_parameter(parameter, schemas)
    _give_examples(operation.get("requestBody", {}), schemas)
    operation["responses"].pop("500", None)
    for code, answer in operation["responses"].items():
        if code == "204":
            answer.pop("content", None)
        _give_examples(answer, schemas)
        _name_headers(code, answer)
    operation["responses"] = _with_the_gateways(operation["responses"], caller)


def _complete_parameter(parameter: Document, schemas: Mapping[str, Document]) -> None:
    if parameter["in"] == "header":
        parameter["name"] = "-".join(word.capitalize() for word in parameter["name"].split("-"))
    if "examples" not in parameter:
        parameter["example"] = example_of(parameter["schema"], schemas, parameter["name"])


def _give_examples(part: Document, schemas: Mapping[str, Document]) -> None:
    for media in part.get("content", {}).values():
        if "schema" in media and "examples" not in media:
            media["examples"] = {"example": {"value": example_of(media["schema"], schemas, "")}}


def _name_headers(code: str, answer: Document) -> None:
    names = HEADERS_OF.get(code, ())
    if code == "200" and "next" in str(answer.get("content", {}).get(JSON, {}).get("examples", "")):
        names = ("Link",)
    if names:
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _with_the_gateways(responses: Document, caller: Caller) -> Document:
    """Add what the gateway answers before a handler is asked, and our own defects."""
    codes = ("429",) if caller in UNASKED else ("401", "403", "429")
    for code in codes:
        answer = responses.setdefault(code, {"description": HTTPStatus(int(code)).phrase})
        answer["description"] += "; without `code`: the gateway's own answer"
        answer.setdefault("content", {})[JSON] = {
            "schema": {"$ref": f"{REFERENCE}GatewayMessage"},
            "examples": {"gateway": {"value": {"message": HTTPStatus(int(code)).phrase}}},
        }
    responses["500"] = {"$ref": "#/components/responses/Defect"}
    return dict(sorted(responses.items()))


def _defect() -> Document:
    declared: Document = answers(200, None, "", UnexpectedError)[500]
    declared["content"][PROBLEM].pop("model")
    return {
        **declared,
        "content": {PROBLEM: {"schema": {"$ref": f"{REFERENCE}Problem"}, **declared["content"][PROBLEM]}},
    }


def _shared_problems(paths: Mapping[str, Document]) -> Document:
    """Move the examples of problems that many operations share to one place, and return them."""
    shared: Document = {}
    for _, operation in operations({"paths": paths}):
        for answer in operation["responses"].values():
            examples = answer.get("content", {}).get(PROBLEM, {}).get("examples", {})
            for code, example in examples.items():
                if shared.setdefault(code, example) == example:
                    examples[code] = {"$ref": f"#/components/examples/{code}"}
    return dict(sorted(shared.items()))


def _schemes() -> Document:
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {name: {**bearer, "description": description} for name, description in TOKENS.items()}


def _tags(paths: Mapping[str, Document]) -> set[str]:
    return {tag for _, operation in operations({"paths": paths}) for tag in operation.get("tags", ())}
