"""The period of days that questions of insight are about (requirement I)."""

from datetime import date, timedelta
from typing import Annotated, NamedTuple

from aws_lambda_powertools.event_handler.openapi.params import Query

from loyalty import reports
from loyalty.errors import InvalidRequestError
from loyalty.reports import DAY

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
    until = reports.day("to", last) or today
    begins = reports.day("from", first)
    if until.year not in YEARS or (begins and begins.year not in YEARS):
        raise InvalidInsightPeriodError(most_days=most_days)
    begins = begins or until - timedelta(days=default_days - 1)
    if not 1 <= (until - begins).days + 1 <= most_days:
        raise InvalidInsightPeriodError(most_days=most_days)
    return Days(begins, until)
