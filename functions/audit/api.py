"""HTTPS route of the audit trail: pages as JSON, up to 10,000 lines as CSV; for auditors and nobody else."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict

from functions.audit import entries
from functions.audit.entries import Span
from functions.audit.trail import FACTS, AuditEntry
from loyalty import reports
from loyalty.auth import Group, require_group
from loyalty.clock import local_date, utc_now, zone
from loyalty.errors import ForbiddenError, InvalidRequestError
from loyalty.http import Answer, answers, api, entry_point
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.settings import time_zone

LIST = "audit-entries"
MONTH = timedelta(days=31)
MOST_LINES = 10_000
"""Of one CSV answer: some two megabytes, of the six that an answer may have."""
MOST_READ = 5_000
"""How many lines a page of JSON looks at."""
CSV = "text/csv"
COLUMNS = ("recorded_at", "at", "action", "actor", "about", "origin", "trace", "event_id")
_EXAMPLE: dict[str, Any] = {
    "event_id": "0e9d5f4a-6a52-5c1e-9a0f-0d6b6f1f6a51",
    "action": "ControlDecided",
    "actor": "9b7e4a30-approver",
    "about": "member/m_5cDq8ZkP2w",
    "at": "2026-11-02T11:00:00.000Z",
    "recorded_at": "2026-11-02T11:00:00.000Z",
    "origin": "staff",
    "trace": "1-67891233-abcdef012345678912345678",
    "facts": {"request_id": "6c1f0a9be2d34f5a8b7c9d0e", "task": "void", "state": "approved", "points": -500},
}

FromParameter = Annotated[
    date | None, Query(alias="from", description="The first mall-local day; without it, 31 days before `to`.")
]
ToParameter = Annotated[date | None, Query(alias="to", description="The last mall-local day; without it, today.")]
ActorParameter = Annotated[
    str | None, Query(max_length=200, description="Only what this login did.", examples=["9b7e4a30-approver"])
]
AboutParameter = Annotated[
    str | None,
    Query(max_length=200, description="Only what is about this.", examples=["member/m_5cDq8ZkP2w"]),
]
ActionParameter = Annotated[
    str | None, Query(max_length=64, description="Only this kind of event.", examples=["ControlDecided"])
]

app = api()


class AuditEntryAnswer(Answer):
    """Who did what about what, and when; `actor` is a login, or `member`, `schedule` where there is none."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    event_id: str
    action: str
    actor: str
    about: str
    at: str
    recorded_at: str
    origin: str
    trace: str | None
    facts: dict[str, str | int | bool]


class AuditEntriesAnswer(Answer):
    """A page of the trail, newest first; with a filter it may hold fewer than asked for and still have a `next`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_EXAMPLE], "next": None}]})

    items: tuple[AuditEntryAnswer, ...]
    next: str | None = None


class DaysOutOfOrderError(InvalidRequestError):
    """The first day lies after the last."""

    code = "days_out_of_order"
    zh = "from 不能晚于 to。"
    en = "from must not lie after to."


def _answers() -> dict[int, Any]:
    """Return what the route answers; a file beside the page."""
    found = answers(
        200, AuditEntriesAnswer, "A page of the trail", ForbiddenError, InvalidCursorError, DaysOutOfOrderError
    )
    found[200]["content"][CSV] = {"schema": {"type": "string", "examples": [",".join((*COLUMNS, *FACTS))]}}
    return found


@app.get(
    "/audit-entries",
    operation_id="listAuditEntries",
    summary="Read the audit trail, or take it away as a file",
    description=f"Newest first. With `Accept: {CSV}` up to {MOST_LINES:,} lines at once; what is left is at `Link`.",
    tags=["audit"],
    responses=_answers(),
)
def audit_entries(
    limit: LimitParameter = DEFAULT_LIMIT,
    after: CursorParameter = None,
    first: FromParameter = None,
    last: ToParameter = None,
    actor: ActorParameter = None,
    about: AboutParameter = None,
    action: ActionParameter = None,
) -> Response[Any]:
    """Read the trail."""
    event = app.current_event
    require_group(event.raw_event, Group.AUDITOR)
    span, wanted = _span(first, last), {"actor": actor, "about": about, "action": action}
    asked = {name: value for name, value in wanted.items() if value}

    def keep(entry: AuditEntry) -> bool:
        return all(getattr(entry, name) == value for name, value in asked.items())

    before, as_file = position(LIST, after), CSV in (event.headers.get("accept") or "")
    most, read = (MOST_LINES, MOST_LINES) if as_file else (limit, MOST_READ)
    found, place = entries.newest(span, before, most, read, keep)
    following = cursor(LIST, place) if place else None
    days = {name: day.isoformat() for name, day in (("from", first), ("to", last)) if day}
    page = AuditEntriesAnswer(items=tuple(map(_answer, found)), next=following)
    answer = listed(page, following, limit=limit, **asked, **days)
    return _file(found, answer) if as_file else answer


def _span(first: date | None, last: date | None) -> Span:
    """Return the stretch that mall-local days mean; no line is later than now, whatever the calendar says."""
    to = last or local_date(utc_now(), time_zone())
    start = first or to - MONTH
    if start > to:
        raise DaysOutOfOrderError
    return Span(_midnight(start), _midnight(to + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone(time_zone()))


def _answer(entry: AuditEntry) -> AuditEntryAnswer:
    return AuditEntryAnswer.model_validate(entry, from_attributes=True)


def _file(found: list[AuditEntry], page: Response[Any]) -> Response[Any]:
    """Return the lines as CSV, with the page's link to what is left."""
    rows = [
        [*(getattr(one, name) for name in COLUMNS), *(_cell(one.facts.get(name)) for name in FACTS)] for one in found
    ]
    file = reports.as_table([[*COLUMNS, *FACTS], *rows], "audit")
    file.headers |= {name: value for name, value in page.headers.items() if name == "Link"}
    return file


def _cell(value: str | int | None) -> str | int | None:
    return str(value).lower() if isinstance(value, bool) else value


handler = entry_point(app)
