"""What reports have in common: parameters that name a day, and an answer as JSON or as a table for spreadsheets."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from loyalty import exports
from loyalty.errors import InvalidRequestError

DAY = r"^\d{4}-\d{2}-\d{2}$"
"""How a parameter writes a day; whether there is such a day, `day` says."""

FormatQuery = Annotated[
    Literal["json", "csv"] | None,
    Query(alias="format", examples=["json"], description="As `Accept: application/json` or `text/csv` would ask."),
]


def day(name: str, text: str | None) -> date | None:
    """Return the day a parameter names; None without one.

    Raises:
        InvalidRequestError: if there is no such day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong = {"parameter": name, "code": "date_invalid", "detail": "there is no such day"}
        raise InvalidRequestError(errors=[wrong]) from None


def wants_table(app: APIGatewayHttpResolver, form: str | None = None) -> bool:
    """Tell whether the request prefers a table; its parameter `format`, where it has one, goes before `Accept`."""
    return form == "csv" or (form is None and "text/csv" in (app.current_event.headers.get("accept") or "").lower())


def answered(
    app: APIGatewayHttpResolver, found: BaseModel, table: Iterable[exports.Row], name: str, form: str | None = None
) -> Response[Any]:
    """Answer as JSON, or as a table where the request prefers one.

    Args:
        table: the same answer as lines of CSV, its header first.
        name: of the file, without its ending.
        form: what the parameter `format` says.
    """
    return as_table(table, name) if wants_table(app, form) else Response(200, "application/json", found)


def as_table(table: Iterable[exports.Row], name: str) -> Response[Any]:
    """Answer with a CSV file."""
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
