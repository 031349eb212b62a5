"""HTTPS routes of what became of messages: whom they reached, and who cannot be reached (requirements N3, M3)."""

from datetime import date
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.notices.reach import figures, unreachable
from functions.notices.reach.report import ReachAnswer, reach
from functions.notices.reach.unreachable_models import (
    MOST_LINES,
    ChannelQuery,
    FormatQuery,
    UnreachableAnswer,
    table,
    unreachable_answer,
)
from functions.notices.templates.staff_models import FromQuery, TemplateQuery, UntilQuery
from loyalty import exports
from loyalty.auth import require_group
from loyalty.errors import BusyError, ForbiddenError, InvalidRequestError
from loyalty.http import answers, api, entry_point
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    link,
    listed,
    position,
)

LIST = "unreachable"
TAGS = ["notices"]
LONGEST_REPORT_DAYS = 400

app = api()


@app.get(
    "/notices/reach",
    operation_id="getNoticeReach",
    summary="Whom messages reached",
    description="Of everybody who was to be written to and may be, how many got it as far as providers confirm.",
    tags=TAGS,
    responses=answers(200, ReachAnswer, "The figures of the period", ForbiddenError),
)
def reached(first: FromQuery, until: UntilQuery, template_id: TemplateQuery = None) -> ReachAnswer:
    """Report whom messages reached."""
    _staff()
    _require_period(first, until)
    return reach(figures.read(template_id or figures.ALL, first, until), first, until)


@app.get(
    "/notices/unreachable",
    operation_id="listUnreachableMembers",
    summary="List members whose phone or address does not work",
    description=(
        "By channel, in order of their ids; whoever has another address since is not on it, so a page may hold fewer "
        f"than `limit`. `Accept: text/csv` or `format=csv` gives a table of {MOST_LINES:,} members at most; where "
        "there are more, `Link` leads on."
    ),
    tags=TAGS,
    responses=answers(200, UnreachableAnswer, "A page of members", ForbiddenError, InvalidCursorError, BusyError),
)
def unreached(
    channel: ChannelQuery = None,
    limit: LimitParameter = DEFAULT_LIMIT,
    after: CursorParameter = None,
    form: FormatQuery = None,
) -> Response[Any]:
    """List who cannot be reached."""
    _staff()
    is_table = _wants_table(form)
    found = unreachable.page(channel, position(LIST, after), MOST_LINES if is_table else limit)
    following = cursor(LIST, found.following) if found.following else None
    filtered = {"channel": channel.value} if channel else {}
    if not is_table:
        return listed(unreachable_answer(found.items, following), following, limit=limit, **filtered)
    led_on = {"Link": link(following, format="csv", **filtered)} if following else {}
    return Response(
        status_code=200,
        content_type=exports.CSV_TYPE,
        body=exports.lines(table(found.items)).decode(),
        headers={**led_on, "Content-Disposition": f'attachment; filename="{LIST}.csv"'},
    )


def _staff() -> None:
    require_group(app.current_event.raw_event)


def _wants_table(form: str | None) -> bool:
    if form is not None:
        return form == "csv"
    return "text/csv" in (app.current_event.headers.get("accept") or "").lower()


def _require_period(first: date, last: date) -> None:
    if not 0 <= (last - first).days < LONGEST_REPORT_DAYS:
        detail = f"from 1 to {LONGEST_REPORT_DAYS} days"
        raise InvalidRequestError(errors=[{"parameter": "until", "code": "period", "detail": detail}])


handler = entry_point(app)
