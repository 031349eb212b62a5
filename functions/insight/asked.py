"""What questions of insight have in common: a period of days, and an answer as JSON or as a table (requirement I)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NamedTuple

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from loyalty import exports
from loyalty.errors import InvalidRequestError

DAY = r"^\d{4}-\d{2}-\d{2}$"
DEFAULT_DAYS = 7
YEARS = range(2000, 2099)

FromQuery = Annotated[
    str | None,
    Query(
        alias="from", examples=["2026-11-15"], pattern=DAY, description="The first day, mall-local; default: 7 days."
    ),
]
ToQuery = Annotated[
    str | None,
    Query(alias="to", examples=["2026-11-21"], pattern=DAY, description="The last day, mall-local; default: today."),
]
FormatQuery = Annotated[
    Literal["json", "csv"] | None,
    Query(alias="format", examples=["json"], description="As `Accept: application/json` or `text/csv` would ask."),
]


class InvalidInsightPeriodError(InvalidRequestError):
    """The days are no period that can be asked for; `most_days` says how many it may have."""

    code = "invalid_period"
    zh = "期间无效：起始日不得晚于截止日，且最长 {most_days} 天。"
    en = "Not a period: it must not end before it begins, nor be longer than {most_days} days."


class Days(NamedTuple):
    """A period of mall-local days, both ends included."""

    first: date
    last: date


def period(first: str | None, last: str | None, today: date, most_days: int, default_days: int = DEFAULT_DAYS) -> Days:
    """Return the period a request asks for: `default_days` that end today where it does not say.

    Raises:
        InvalidRequestError: if a parameter names no day.
        InvalidInsightPeriodError: if it ends before it begins, is too long, or in another century.
    """
    until = _day("to", last) or today
    begins = _day("from", first)
    if until.year not in YEARS or (begins and begins.year not in YEARS):
        raise InvalidInsightPeriodError(most_days=most_days)
    begins = begins or until - timedelta(days=default_days - 1)
    if not 1 <= (until - begins).days + 1 <= most_days:
        raise InvalidInsightPeriodError(most_days=most_days)
    return Days(begins, until)


def answered(
    app: APIGatewayHttpResolver, found: BaseModel, form: str | None, table: Iterable[exports.Row], name: str
) -> Response[Any]:
    """Answer as JSON, or as a table where the request prefers one.

    Args:
        form: what the parameter `format` says; it goes before `Accept`.
        table: the same answer as lines of CSV, its header first.
        name: of the file, without its ending.
    """
    accepts = (app.current_event.headers.get("accept") or "").lower()
    if form == "json" or (form is None and "text/csv" not in accepts):
        return Response(200, "application/json", found)
    return Response(
        status_code=200,
        content_type=exports.CSV_TYPE,
        body=exports.lines(table).decode(),
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def lines(model: type[BaseModel], items: Iterable[BaseModel]) -> list[exports.Row]:
    """Return flat answers of one kind as a table, the names of their fields first."""
    names = list(model.model_fields)
    return [names, *([getattr(item, name) for name in names] for item in items)]


def _day(name: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong = {"parameter": name, "code": "date_invalid", "detail": "there is no such day"}
        raise InvalidRequestError(errors=[wrong]) from None
