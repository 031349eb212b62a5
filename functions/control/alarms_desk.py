"""HTTPS route of velocity alarms, for those who release tenants and those who look."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict

from functions.control import alarms
from loyalty.auth import Group, require_group
from loyalty.dynamo import Item
from loyalty.errors import ForbiddenError
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

LIST = "velocity-alarms"
READERS = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)
_ALARM: dict[str, Any] = {
    "alarm_id": "b1f0a9be2d34f5a8b7c9d0e1",
    "tenant_id": "noodle-bar",
    "till": None,
    "limit": "receipts_an_hour",
    "allowed": 200,
    "found": 201,
    "period": "261102T18",
    "raised_at": "2026-11-02T10:20:05.000Z",
    "held": True,
    "released_by": None,
    "released_at": None,
    "release_text": None,
}
TenantParameter = Annotated[
    str | None,
    Query(
        alias="tenant", pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="Only this tenant's.", examples=["noodle-bar"]
    ),
]

app = api()


class VelocityAlarmAnswer(Answer):
    """A limit that was passed: what it allows, what was found, in which hour or day of mall time (`yymmddThh`).

    `held`: the tenant's purchases were held with it; `released_by` says who lifted that, and why.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_ALARM]})

    alarm_id: str
    tenant_id: str
    till: str | None
    limit: str
    allowed: int
    found: int
    period: str
    raised_at: str
    held: bool
    released_by: str | None
    released_at: str | None
    release_text: str | None


class VelocityAlarmsAnswer(Answer):
    """A page of alarms, newest first; with a filter it may hold fewer than asked for and still have a `next`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ALARM], "next": None}]})

    items: tuple[VelocityAlarmAnswer, ...]
    next: str | None = None


@app.get(
    "/velocity-alarms",
    operation_id="listVelocityAlarms",
    summary="List the limits that tenants and tills have passed",
    description="Counted from events: some seconds behind the tills.",
    tags=["control"],
    responses=answers(200, VelocityAlarmsAnswer, "A page of alarms", ForbiddenError, InvalidCursorError),
)
def alarms_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, tenant: TenantParameter = None
) -> Response[VelocityAlarmsAnswer]:
    """List the alarms."""
    require_group(app.current_event.raw_event, *READERS)
    list_name = f"{LIST}/{tenant or ''}"
    rows, last = alarms.page(tenant, position(list_name, after), limit)
    following = cursor(list_name, last) if last else None
    answer = VelocityAlarmsAnswer(items=tuple(map(_alarm, rows)), next=following)
    return listed(answer, following, limit=limit, **({"tenant": tenant} if tenant else {}))


def _alarm(row: Item) -> VelocityAlarmAnswer:
    return VelocityAlarmAnswer(
        alarm_id=row["alarm_id"],
        tenant_id=row["tenant_id"],
        till=row.get("till"),
        limit=row["limit"],
        allowed=row["allowed"],
        found=row["found"],
        period=row["period"],
        raised_at=row["raised_at"],
        held=row["held"],
        released_by=row.get("released_by"),
        released_at=row.get("released_at"),
        release_text=row.get("release_text"),
    )


handler = entry_point(app)
