"""Who changes the mall's programme, how they send requests, and what day it is for them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.program import api, versions
from loyalty import dynamo
from loyalty.remembering import forget_everything
from tests.support import HttpAnswer, call, http_event, staff_caller

MEI = staff_caller("marketer", login="mei")
MAX = staff_caller("marketer", login="max")
AN = staff_caller("approver", login="an")
ADA = staff_caller("auditor", login="ada")
TEXTS = {"announcement_zh": "规则变更", "announcement_en": "The rules change"}
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
"""Noon of 2 November 2026 in the mall."""


class Calendar:
    """What day it is for everybody."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self.turn_to(NOON)

    def turn_to(self, now: datetime) -> None:
        """Let it be that instant, and let every process forget what it remembered."""
        for module in ("program.api", "program.versions", "earn.api"):
            self._patch.setattr(f"functions.{module}.utc_now", lambda: now)
        forget_everything()

    def days_pass(self, days: int) -> datetime:
        """Let so many days pass from the first one."""
        now = NOON + timedelta(days=days)
        self.turn_to(now)
        return now


def send(
    route: str, body: object = None, caller: Mapping[str, Any] = MEI, key: str = "", query: dict[str, str] | None = None
) -> HttpAnswer:
    """Send a request about versions."""
    headers = {"idempotency-key": key} if key else {}
    return call(versions.handler, http_event(route, body=body, caller=caller, headers=headers, query=query))


def draft(changes: Any = None, day: str = "2026-11-09", key: str = "key-1", **other: Any) -> HttpAnswer:
    """Draft a version."""
    asked = {"changes": changes if changes is not None else {"redemption": {"fen": 120}}, "effective_from": day}
    return send("POST /program-versions", {**asked, **TEXTS, **other}, key=key)


def step(version_id: str, name: str, caller: Mapping[str, Any] = MEI) -> HttpAnswer:
    """Take a step in a version's life."""
    return send(f"POST /program-versions/{version_id}/{name}", caller=caller)


def drafted(changes: Any = None, day: str = "2026-11-09", key: str = "key-1", **other: Any) -> str:
    """Draft a version and return its id."""
    answer = draft(changes, day, key, **other)
    assert answer.status == 201, answer.body
    return str(answer.body["version_id"])


def approved(changes: Any = None, day: str = "2026-11-09", key: str = "key-1", **other: Any) -> str:
    """Draft a version, have it approved, return its id."""
    version_id = drafted(changes, day, key, **other)
    assert step(version_id, "approvals", AN).status == 201
    return version_id


def announced(changes: Any = None, day: str = "2026-11-09", key: str = "key-1", **other: Any) -> str:
    """Draft a version, have it approved and announced, return its id."""
    version_id = approved(changes, day, key, **other)
    answer = step(version_id, "publications")
    assert answer.status == 201, answer.body
    forget_everything()
    return version_id


def rules(language: str = "en") -> Any:
    """Return the published rules."""
    return call(api.handler, http_event("GET /program", headers={"Accept-Language": language})).body


def rows(table: str = "program") -> list[dict[str, Any]]:
    """Return every row of a table."""
    return [dynamo.from_item(item) for item in dynamo.client().scan(TableName=table)["Items"]]


def row(number: int) -> dict[str, Any]:
    """Return the row of a version."""
    (found,) = [one for one in rows() if one["version"] == number]
    return found
