"""The open routes: the published rules, the API's own description, and a sign of life."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.program.models import HealthAnswer, ProgramAnswer
from functions.program.published import published
from loyalty import discounts, programme_store, tenant_list
from loyalty.clock import utc_now
from loyalty.dynamo import Item
from loyalty.http import answers, api, entry_point, language
from loyalty.remembering import kept_for

CACHE_SECONDS = 60
"""How long a rule may be shown after it changed; changes are announced days ahead (requirements K5)."""
JSON = "application/json"
DOCUMENT = Path(__file__).parent / "openapi.json"
TAGS = ["program"]
UNCHANGED: dict[int, dict[str, Any]] = {304: {"description": "What `If-None-Match` names is still right"}}
ANY_OBJECT = {"type": "object", "examples": [{"openapi": "3.1.0"}]}

app = api()


@app.get(
    "/program",
    operation_id="getProgram",
    summary="Read the mall's published rules",
    description="Ratios, tiers with their benefits, discounts that run, expiry, redemption rate, exclusions, transfers "
    "and terms of enrolment, and the changes announced, each with its day. Chinese unless `Accept-Language` prefers "
    "English.",
    tags=TAGS,
    responses=answers(200, ProgramAnswer, "The rules in force") | UNCHANGED,
)
def program() -> Response[ProgramAnswer | None]:
    """Read the mall's published rules."""
    spoken = language(app)
    now = utc_now()
    running = [campaign for campaign in discounts.running(now) if now < campaign.until]
    rules = published(programme_store.current(now), _tenants(), spoken, programme_store.announced(now), running)
    headers = {"Content-Language": spoken, "Vary": "Accept-Language"}
    return _tagged(rules, rules.model_dump_json(by_alias=True), headers)


@app.get(
    "/health",
    operation_id="getHealth",
    summary="See whether the API answers",
    tags=TAGS,
    responses=answers(200, HealthAnswer, "It does"),
)
def health() -> HealthAnswer:
    """See whether the API answers."""
    return HealthAnswer()


@app.get(
    "/openapi.json",
    operation_id="getOpenApiDocument",
    summary="Read this document",
    tags=TAGS,
    responses={200: {"description": "The OpenAPI document", "content": {JSON: {"schema": ANY_OBJECT}}}} | UNCHANGED,
)
def openapi() -> Response[Any]:
    """Read this document."""
    return _tagged(_document(), _document(), {})


def _tagged(body: object, text: str, headers: dict[str, str]) -> Response[Any]:
    """Answer with a body that may be cached for a minute; with 304 to who has the same text already."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    cached: dict[str, str | list[str]] = {**headers, "ETag": tag, "Cache-Control": f"public, max-age={CACHE_SECONDS}"}
    known = app.current_event.headers.get("if-none-match", "")
    if tag in known:
        return Response(status_code=304, content_type=None, body=None, headers=cached)
    return Response(status_code=200, content_type=JSON, body=body, headers=cached)


@kept_for(CACHE_SECONDS)
def _tenants() -> tuple[Item, ...]:
    """Return the rows of all tenants."""
    return tuple(tenant_list.everyone())


@cache
def _document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


handler = entry_point(app)
