"""HTTP at the edge: one resolver, one table from error family to status, one problem document (RFC 9457).

An entry point creates its resolver with `api()`, declares its routes with their errors through `answers()`, and
exposes `entry_point(app)` as its Lambda handler. Powertools validates requests and responses against the pydantic
models, and the OpenAPI document is generated from the same declarations.
"""

import base64
import json
import os
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from loyalty import errors
from loyalty.dynamo import is_transient
from loyalty.errors import BusyError, IdempotencyKeyRequiredError, InvalidRequestError, LoyaltyError, NotFoundError
from loyalty.texts import language_of

PROBLEM = "application/problem+json"
STACK_FRAMES = 12
"""How much of a defect's stack is logged, innermost last."""
PROBLEM_TYPE = "https://developers.mall-loyalty.example/problems/"

STATUS: dict[type[LoyaltyError], tuple[int, str]] = {
    errors.InvalidRequestError: (400, "Bad Request"),
    errors.UnauthorizedError: (401, "Unauthorized"),
    errors.ForbiddenError: (403, "Forbidden"),
    errors.NotFoundError: (404, "Not Found"),
    errors.ConflictError: (409, "Conflict"),
    errors.GoneError: (410, "Gone"),
    errors.RuleError: (422, "Unprocessable Content"),
    errors.TooManyError: (429, "Too Many Requests"),
    errors.BusyError: (503, "Service Unavailable"),
}

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Makes the request safe to repeat: same key and body, same answer.",
    ),
]

logger = Logger()
metrics = Metrics()


class Body(BaseModel):
    """A request body: unknown fields are refused, and a mistake never quotes what was sent."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Answer(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


def api() -> APIGatewayHttpResolver:
    """Return a resolver that validates requests and answers every refusal with a problem document."""
    # An answer of ours that breaks its own model is our defect (500), never the caller's mistake.
    app = APIGatewayHttpResolver(enable_validation=True, response_validation_error_http_code=500)
    app.exception_handler(LoyaltyError)(lambda error: problem(app, error))
    app.exception_handler(RequestValidationError)(lambda error: problem(app, _malformed(error)))
    app.not_found()(lambda _error: problem(app, NotFoundError()))
    app.exception_handler(Exception)(lambda error: _failed(app, error))
    return app


def entry_point(app: APIGatewayHttpResolver) -> Callable[[dict[str, Any], LambdaContext], dict[str, Any]]:
    """Return the Lambda handler of a resolver: one structured log line and metrics per request."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        logger.append_keys(trace_id=trace_id(event), route=event.get("routeKey"))
        mistake = unreadable(event)
        answer = _proxied(event, mistake) if mistake else app.resolve(event, context)
        answer["body"] = answer["body"] or ""  # a gateway expects text, also where there is nothing to say
        metrics.add_metric(f"Answers{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
        logger.info("answered", status=answer["statusCode"])
        return answer

    return handler


def trace_id(event: Mapping[str, Any]) -> str:
    """Return the id under which logs, traces and events know this request."""
    trace = os.environ.get("_X_AMZN_TRACE_ID", "")
    root = next((part[5:] for part in trace.split(";") if part.startswith("Root=")), "")
    return root or str(event.get("requestContext", {}).get("requestId", ""))


def language(app: APIGatewayHttpResolver) -> str:
    """Return the language the caller prefers: `zh` or `en`."""
    return language_of(app.current_event.headers.get("accept-language"))


def created(body: BaseModel, location: str, *, replayed: bool = False) -> Response[Any]:
    """Answer 201 with where the new thing is; a repetition is answered alike, and says so."""
    return _stored(201, body, location, replayed)


def accepted(body: BaseModel, location: str, *, replayed: bool = False) -> Response[Any]:
    """Answer 202 with where progress can be followed."""
    return _stored(202, body, location, replayed)


def _stored(status: int, body: BaseModel, location: str, replayed: bool) -> Response[Any]:
    headers: dict[str, str | list[str]] = {"Location": location}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(status_code=status, content_type="application/json", body=body, headers=headers)


def no_content() -> Response[Any]:
    """Answer 204."""
    return Response(status_code=204, body="")


def status_of(error: type[LoyaltyError]) -> tuple[int, str]:
    """Return the status and title of an error's family."""
    return next((STATUS[family] for family in error.__mro__ if family in STATUS), (500, "Internal Server Error"))


def answers(
    status: int, model: type[BaseModel] | UnionType | None, summary: str, *refusals: type[LoyaltyError]
) -> dict[int, Any]:
    """Return the `responses` of a route for the OpenAPI document: what it answers and how it refuses."""
    success: dict[str, Any] = {"description": summary}
    if model:
        success["content"] = {"application/json": {"model": model}}
    documented: dict[int, dict[str, Any]] = {status: success}
    documented_errors: tuple[type[LoyaltyError], ...] = (InvalidRequestError, *refusals)
    for error in documented_errors:
        code, title = status_of(error)
        problems = {"model": Problem, "examples": {}}
        entry = documented.setdefault(code, {"description": title, "content": {PROBLEM: problems}})
        entry["description"] += f"; `{error.code}`: {error.en}"
        entry["content"][PROBLEM]["examples"][error.code] = {"value": _example_of(error)}
    return documented


def _example_of(error: type[LoyaltyError]) -> dict[str, Any]:
    status, title = status_of(error)
    return {
        "type": PROBLEM_TYPE + error.code,
        "title": title,
        "status": status,
        "detail": error.en,
        "code": error.code,
        "trace_id": "1-67891233-abcdef012345678912345678",
    }


class Problem(BaseModel):
    """A problem document (RFC 9457): why a request was refused and what is missing."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    trace_id: str


def problem(app: APIGatewayHttpResolver, error: LoyaltyError) -> Response[str]:
    """Return a refusal as a problem document in the caller's language."""
    answer = _proxied(app.current_event.raw_event, error)
    return Response(status_code=answer["statusCode"], body=answer["body"], headers=answer["headers"])


def unreadable(event: Mapping[str, Any]) -> InvalidRequestError | None:
    """Return what is wrong with a body that is not JSON text at all; None where there is nothing to say."""
    body = event.get("body")
    if not body:
        return None
    content_type = _header(event, "content-type") or "application/json"
    if not content_type.startswith("application/json"):
        return _unreadable_body("unsupported_content_type", "send application/json")
    try:
        json.loads(base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body)
    except (ValueError, RecursionError):
        return _unreadable_body("json_invalid", "the body is not JSON that can be read")
    return None


def _unreadable_body(code: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(errors=[{"pointer": "#", "code": code, "detail": detail}])


def _header(event: Mapping[str, Any], name: str) -> str | None:
    return next((value for key, value in (event.get("headers") or {}).items() if key.lower() == name), None)


def _proxied(event: Mapping[str, Any], error: LoyaltyError) -> dict[str, Any]:
    status, title = status_of(type(error))
    document = {
        "type": PROBLEM_TYPE + error.code,
        "title": title,
        "status": status,
        "detail": error.sentence(language_of(_header(event, "accept-language"))),
        "code": error.code,
        "trace_id": trace_id(event),
        **error.params,
    }
    headers = {"Content-Type": PROBLEM}
    if retry_after := error.params.get("retry_after"):
        headers["Retry-After"] = str(retry_after)
    logger.info("refused", code=error.code, status=status)
    return {"statusCode": status, "headers": headers, "body": json.dumps(document, ensure_ascii=False)}


def _malformed(error: RequestValidationError) -> LoyaltyError:
    found = [_field_error(part) for part in error.errors()]
    if any(part.get("parameter", "").lower() == "idempotency-key" for part in found):
        return IdempotencyKeyRequiredError()
    return InvalidRequestError(errors=found)


def _field_error(part: Mapping[str, Any]) -> dict[str, str]:
    """Say where and what is wrong, never what was sent."""
    place, *path = part["loc"] or ("body",)
    where = "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)
    pointer = {"pointer": f"#/{where}" if where else "#"} if place == "body" else {"parameter": where}
    return {**pointer, "code": part["type"], "detail": part["msg"].removeprefix("Value error, ")}


class UnexpectedError(LoyaltyError):
    """A defect of ours: nothing about it is told but where to look."""

    code = "internal_error"
    zh = "系统内部错误，请凭 trace_id 联系我们。"
    en = "An internal error; tell us the trace_id."


def _failed(app: APIGatewayHttpResolver, error: Exception) -> Response[str]:
    """Tell a caller to repeat what met a throttle or a lost connection; everything else is a defect."""
    return problem(app, BusyError(retry_after=1)) if is_transient(error) else _unexpected(app, error)


def _unexpected(app: APIGatewayHttpResolver, error: Exception) -> Response[str]:
    """Log a defect by its type and place; its message may quote what was sent, so it is never written down."""
    frames = traceback.extract_tb(error.__traceback__)[-STACK_FRAMES:]
    stack = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    code = error.response["Error"].get("Code") if isinstance(error, ClientError) else None
    logger.error("unexpected", extra={"error": type(error).__name__, "aws_code": code, "stack": stack})
    metrics.add_metric("UnexpectedErrors", MetricUnit.Count, 1)
    return problem(app, UnexpectedError())
