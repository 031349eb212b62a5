"""HTTPS route of a till that closes its day: what it states, compared with what we hold (requirement F2)."""

from functions.books import reconciling
from functions.books.reconciling import StatementDayError
from functions.books.statement_models import DayPath, DayStatement, TenantDayAnswer, day_answer, day_named
from loyalty.auth import tenant
from loyalty.clock import utc_now
from loyalty.errors import BusyError, ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point, logger

app = api()


@app.put(
    "/days/<day>/statement",
    operation_id="stateDay",
    summary="State the till's day and compare it",
    description=(
        "Replaces what was stated of this day before, so repeating it is safe. With `receipt_nos`, receipts that only "
        "one side has are named: deliver the unknown ones, and state the day again."
    ),
    tags=["reconciliation"],
    responses=answers(
        200, TenantDayAnswer, "The day, compared", ForbiddenError, NotFoundError, StatementDayError, BusyError
    ),
)
def state_day(day: DayPath, body: DayStatement) -> TenantDayAnswer:
    """State a day."""
    tenant_id, now = tenant(app.current_event.raw_event), utc_now()
    found = reconciling.state(tenant_id, day_named(day), body.statement(f"till:{tenant_id}", now), now)
    logger.info("day stated", tenant_id=tenant_id, day=day, state=found.comparison.state.value)
    return day_answer(found)


handler = entry_point(app)
