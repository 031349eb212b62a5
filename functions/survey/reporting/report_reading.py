"""Reading a survey's report: three calls at most, whatever the number of answers (requirements S).

call                    what
GetItem                 the survey's version that was asked for, for its series
Query, one or two pages the days of the period and, up to `LONGEST_COMPARED` days, of the equal one before it
Query, one page         with `by`: the groups of the months it touches; the days then get one page

A page is one megabyte of rows, projected or not. A day's row of a usual survey has 1 to 2 KB, so a page holds more
than 500 days; a tenant's month has 0.5 KB, so a page holds 2,000. A survey with twenty questions has days of up to
6 KB: some 170 days a page. What does not fit is refused, and a shorter period fits.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from functions.survey.defining import publication
from functions.survey.reporting import figures_read
from functions.survey.reporting import report as rules
from functions.survey.reporting import report_models as m
from functions.survey.reporting.figures_sums import added
from functions.survey.reporting.report import Found, Period
from loyalty import offers
from loyalty.clock import date_of, month_end
from loyalty.dynamo import Item
from loyalty.errors import InvalidRequestError
from loyalty.surveys import running
from loyalty.surveys.books import series_book
from loyalty.types import Day

DEFAULT_DAYS = 90
MOST_DAYS = 400
PAGES = 2
"""How many pages of a query a report reads, beside the survey itself."""


class InvalidPeriodError(InvalidRequestError):
    """The days are no period a report is made for."""

    code = "invalid_period"
    zh = "期间无效：起始日不得晚于截止日，且最长 400 天。"
    en = "Not a period: it must not end before it begins, nor be longer than 400 days."


def period(first: date | None, last: date | None, today: date) -> Period:
    """Return the period that was asked for; by default the 90 days that end today.

    Raises:
        InvalidPeriodError: if it ends before it begins, is too long, or in another century.
    """
    until = last or today
    try:
        found = Period(first or until - timedelta(days=DEFAULT_DAYS - 1), until)
        begins = (found.before or found).first
    except OverflowError:
        raise InvalidPeriodError from None
    if not 1 <= found.days <= MOST_DAYS or begins.year < 2000 or until.year > 2098:
        raise InvalidPeriodError
    return found


def read(survey_id: str, asked: Period, by: m.By | None) -> m.SurveyReport:
    """Read the report of a survey, through all its versions.

    Raises:
        NotFoundError: if there is no such survey.
        ReportTooLargeError: if the period holds more figures than a report reads.
    """
    series_id = publication.series_of(offers.required(running.catalogue().read(survey_id)))
    book = series_book(series_id)
    before = asked.before
    rows = figures_read.days(book, (before or asked).first, asked.last, PAGES - (by is not None))
    slices = _slices(book, by, asked) if by else None
    return rules.report(survey_id, series_id, _found(rows, asked, before), slices)


def _found(rows: Iterable[tuple[str, Item]], asked: Period, before: Period | None) -> Found:
    weeks: dict[str, list[Item]] = defaultdict(list)
    earlier: list[Item] = []
    for yymmdd, row in rows:
        day = date_of(Day(yymmdd))
        (weeks[rules.week_of(day)] if day >= asked.first else earlier).append(row)
    return Found(asked, {week: added(each) for week, each in weeks.items()}, added(earlier) if before else None)


def _slices(book: str, by: m.By, asked: Period) -> m.SliceFigures:
    """Read the groups of the months that a period touches, a hundred tenants and their months in one page."""
    rows: dict[str | None, list[Item]] = defaultdict(list)
    for group, row in figures_read.groups(book, by, asked.first, asked.last, 1):
        rows[group].append(row)
    sums = {group: added(rows[group]) for group in sorted(rows, key=_place)}
    return m.SliceFigures(
        by=by,
        first=asked.first.replace(day=1),
        last=month_end(asked.last),
        groups=tuple(rules.groups(sums, with_response=by != "channel")),
    )


def _place(group: str | None) -> tuple[Any, ...]:
    """Return where a group stands in the list: by number or name, those of none last."""
    if group is None:
        return (2,)
    return (0, int(group)) if group.isdecimal() and group.isascii() else (1, group)
