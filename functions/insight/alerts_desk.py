"""HTTPS route of alerts: groups whose average receipt fell, the newest first (requirement I3)."""

from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.insight.alerts import keeping
from functions.insight.alerts.alert_models import AlertVerdict, AlertWeek, ReceiptAlert, ReceiptAlerts
from functions.insight.alerts.nightly import NAME
from functions.insight.nights import documents
from loyalty import exports, reports
from loyalty.auth import STAFF, require_group
from loyalty.dynamo import Item
from loyalty.errors import ForbiddenError
from loyalty.http import answers, api, entry_point
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.reports import FormatQuery

LIST = "receipt-alerts"
TAGS = ["insight"]
OF_ALERT = ("alert_id", "group_kind", "group", "first_week", "last_week", "told_at", "looked_at", "basis")
OF_FALL = ("threshold_per_mille", "p_value", "weeks_before", "segment_id", "campaign_id")

app = api()


@app.get(
    "/insight/alerts",
    operation_id="listReceiptAlerts",
    summary="Read which groups' average receipt fell",
    description=(
        "Of tiers, stages of life, categories and RFM segments, by week: the typical receipt is below what was to be "
        "expected by the mall's threshold, for its number of weeks running, and chance would show such a fall in one "
        "week of twenty at most, all groups together. Each fall is told once, and brought up to date while it goes on; "
        "a win-back is drafted for it and waits for approval. `Accept: text/csv` or `format=csv` gives a table, "
        "one line a week."
    ),
    tags=TAGS,
    responses=answers(200, ReceiptAlerts, "A page of alerts", ForbiddenError, InvalidCursorError),
)
def alerts(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, form: FormatQuery = None
) -> Response[Any]:
    """List the alerts."""
    require_group(app.current_event.raw_event, *STAFF)
    rows, last = keeping.page(position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    kept = documents.read(NAME)
    found = ReceiptAlerts(
        as_of=kept.as_of if kept else None,
        judged_week=kept.body["last_week"] if kept else None,
        verdicts=tuple(AlertVerdict(verdict=name, groups=count) for name, count in _verdicts(kept)),
        items=tuple(map(_alert, rows)),
        next=following,
    )
    answer = reports.answered(app, found, _table(found), LIST, form)
    if following:
        more = {"format": form} if form else {}
        answer.headers["Link"] = listed(found, following, limit=limit, **more).headers["Link"]
    return answer


def _verdicts(kept: documents.Kept | None) -> Iterator[tuple[Any, int]]:
    yield from kept.body["verdicts"].items() if kept else ()


def _alert(row: Item) -> ReceiptAlert:
    told = {"told_at": row["at"], "looked_at": row["made_at"], "p_value": float(row["p_value"])}
    same = {name: row[name] for name in ReceiptAlert.model_fields if name in row}
    return ReceiptAlert(**{**same, **told, "weeks": tuple(map(_week, row["weeks"]))})


def _week(told: Item) -> AlertWeek:
    return AlertWeek(**told, fall_per_mille=1000 - told["typical_fen"] * 1000 // max(told["expected_fen"], 1))


def _table(found: ReceiptAlerts) -> list[exports.Row]:
    weeks = tuple(AlertWeek.model_fields)
    lines = [_line(alert, week) for alert in found.items for week in alert.weeks]
    return [(*OF_ALERT, *weeks, *OF_FALL), *lines]


def _line(alert: ReceiptAlert, week: AlertWeek) -> exports.Row:
    parts = ((alert, OF_ALERT), (week, tuple(AlertWeek.model_fields)), (alert, OF_FALL))
    return [_cell(getattr(model, name)) for model, names in parts for name in names]


def _cell(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)


handler = entry_point(app)
