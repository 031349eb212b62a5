"""HTTPS route of a survey's report, as JSON or as a table for spreadsheets (requirements S, C6, K1)."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.survey.reporting import report_csv, report_reading
from functions.survey.reporting.figures_read import ReportTooLargeError
from functions.survey.reporting.report_models import By, SurveyReport
from functions.survey.reporting.report_reading import InvalidPeriodError
from loyalty import reports
from loyalty.auth import STAFF, require_group
from loyalty.clock import local_date, utc_now
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point
from loyalty.reports import DAY
from loyalty.settings import time_zone

OFFER_ID = r"^[0-9a-f]{24}$"
EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b13"

SurveyIdPath = Annotated[str, Path(pattern=OFFER_ID, description="Any version of the survey.", examples=[EXAMPLE_ID])]
FromQuery = Annotated[
    str | None,
    Query(
        alias="from",
        examples=["2026-08-24"],
        pattern=DAY,
        description="The first day, mall-local; default: 90 days in all.",
    ),
]
UntilQuery = Annotated[
    str | None,
    Query(pattern=DAY, examples=["2026-11-21"], description="The last day, mall-local; default: today."),
]
ByQuery = Annotated[
    By | None, Query(examples=["tenant"], description="Also tell these groups apart, over whole months.")
]

app = api()


@app.get(
    "/surveys/<survey_id>/report",
    operation_id="getSurveyReport",
    summary="Read what a survey found in a period",
    description=(
        "Means per dimension with 95% intervals, recommendation, response, choices, sentiment, complaints, by week "
        "and, with `by`, by group; through all versions of the survey. Groups under five answers are hidden, and the "
        "smallest others where they could be told by subtraction. At most 400 days. `Accept: text/csv` gives the same "
        "as a table. Figures are some seconds behind."
    ),
    tags=["surveys"],
    responses=answers(
        200,
        SurveyReport,
        "The report; with `Accept: text/csv` one line per figure",
        ForbiddenError,
        NotFoundError,
        InvalidPeriodError,
        ReportTooLargeError,
    ),
)
def report(
    survey_id: SurveyIdPath, first: FromQuery = None, until: UntilQuery = None, by: ByQuery = None
) -> Response[Any]:
    """Read a survey's report."""
    require_group(app.current_event.raw_event, *STAFF)
    today = local_date(utc_now(), time_zone())
    asked = report_reading.period(reports.day("from", first), reports.day("until", until), today)
    found = report_reading.read(survey_id, asked, by)
    name = f"survey-{found.series_id}-{found.first}-{found.last}"
    return reports.answered(app, found, report_csv.table(found), name)


handler = entry_point(app)
