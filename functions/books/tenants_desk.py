"""HTTPS routes of reconciliation for staff: a tenant's day, a statement on its behalf, what is open (F2)."""

from aws_lambda_powertools.event_handler import Response

from functions.books import reconciling, statements
from functions.books.reconciling import StatementDayError
from functions.books.statement_models import (
    DayPath,
    DayStatement,
    OpenDifferences,
    TenantDayAnswer,
    TenantPath,
    day_answer,
    day_named,
    open_difference,
)
from loyalty.auth import Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import BusyError, ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point, logger
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position
from loyalty.types import TenantId

LIST = "reconciliations"
TAGS = ["reconciliation"]
READERS = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)

app = api()


@app.get(
    "/tenants/<tenant_id>/days/<day>",
    operation_id="getTenantDay",
    summary="Read a tenant's day, compared with what its till stated",
    description="Compared as things are now: a receipt that came late may have made both equal.",
    tags=TAGS,
    responses=answers(200, TenantDayAnswer, "The day", ForbiddenError, NotFoundError),
)
def tenant_day(tenant_id: TenantPath, day: DayPath) -> TenantDayAnswer:
    """Read a tenant's day."""
    _staff(*READERS)
    return day_answer(reconciling.read(TenantId(tenant_id), day_named(day)))


@app.put(
    "/tenants/<tenant_id>/days/<day>/statement",
    operation_id="stateTenantDay",
    summary="State a tenant's day on its behalf and compare it",
    description="Replaces what was stated of this day before, so repeating it is safe.",
    tags=TAGS,
    responses=answers(
        200, TenantDayAnswer, "The day, compared", ForbiddenError, NotFoundError, StatementDayError, BusyError
    ),
)
def state_tenant_day(tenant_id: TenantPath, day: DayPath, body: DayStatement) -> TenantDayAnswer:
    """State a tenant's day."""
    login, now = _staff(Group.OPERATOR), utc_now()
    found = reconciling.state(TenantId(tenant_id), day_named(day), body.statement(f"staff:{login}", now), now)
    logger.info("day stated", tenant_id=tenant_id, day=day, state=found.comparison.state.value)
    return day_answer(found)


@app.get(
    "/reconciliations",
    operation_id="listOpenDifferences",
    summary="List the stated days that are not what we hold",
    description="As of their last comparison: when they were stated, and every night.",
    tags=TAGS,
    responses=answers(200, OpenDifferences, "A page of days", ForbiddenError, InvalidCursorError),
)
def reconciliations(limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None) -> Response[OpenDifferences]:
    """List the open differences."""
    _staff(*READERS)
    rows, last = statements.page(position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    answer = OpenDifferences(items=tuple(map(open_difference, rows)), next=following)
    return listed(answer, following, limit=limit)


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


handler = entry_point(app)
