"""HTTPS routes of the books' reports: roll-forward, liability, experience (requirements F3, I5)."""

from datetime import date, timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.books import reporting
from functions.books.report_models import BooksBy, ExperienceAnswer, LiabilityAnswer, RollForwardAnswer
from loyalty import reports
from loyalty.auth import Group, require_group
from loyalty.clock import local_date, utc_now
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point
from loyalty.reports import DAY
from loyalty.settings import time_zone
from loyalty.types import Purse

READERS = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)
TAGS = ["books"]
DEFAULT_DAYS = 31

FromQuery = Annotated[
    str | None,
    Query(
        alias="from", examples=["2026-11-01"], pattern=DAY, description="The first day, mall-local; default: 31 in all."
    ),
]
ToQuery = Annotated[
    str | None,
    Query(alias="to", examples=["2026-11-21"], pattern=DAY, description="The last day; default: today."),
]
PurseQuery = Annotated[Purse, Query(examples=["points"], description="Which currency of the accounts.")]
ByQuery = Annotated[BooksBy, Query(examples=["day"], description="One line a day, or one a month.")]
AsOfQuery = Annotated[
    str | None,
    Query(examples=["2026-11-21"], pattern=DAY, description="A day that was closed; default: the last one."),
]

app = api()


@app.get(
    "/books/roll-forward",
    operation_id="getRollForward",
    summary="Read the roll-forward of points",
    description=(
        "Opening and closing are what all accounts hold at a day's end, the flows what events say moved in it; "
        "`difference` is what they disagree by, to the point, with the months of expiry it sits in. A day is `closed` "
        "when they agree, `settling` while events may be under way, `different` when that time is over, `open` before "
        "it was closed. At most 366 days. `Accept: text/csv` gives the totals as a table."
    ),
    tags=TAGS,
    responses=answers(200, RollForwardAnswer, "The roll-forward", ForbiddenError),
)
def roll_forward(
    first: FromQuery = None, last: ToQuery = None, purse: PurseQuery = Purse.POINTS, by: ByQuery = BooksBy.DAY
) -> Response[Any]:
    """Read the roll-forward."""
    _reader()
    today = _today()
    until = reports.day("to", last) or today
    found = reporting.roll_forward(
        purse, reports.day("from", first) or until - timedelta(DEFAULT_DAYS - 1), until, by, today
    )
    name = f"roll-forward-{found.purse}-{found.items[0].period}-{found.items[-1].period}"
    return reports.answered(app, found, reporting.table(found), name)


@app.get(
    "/books/liability",
    operation_id="getLiability",
    summary="Read what outstanding points are worth",
    description=(
        "Outstanding points of purse `points` at the programme's redemption rate, the part expected to be used by the "
        "estimate in force that day, and the breakage that is left, by tier and earning cohort. Whole numbers "
        "throughout: `mfen` are thousandths of a fen."
    ),
    tags=TAGS,
    responses=answers(200, LiabilityAnswer, "The liability", ForbiddenError, NotFoundError),
)
def liability(as_of: AsOfQuery = None) -> LiabilityAnswer:
    """Read the liability."""
    _reader()
    return reporting.liability_report(reports.day("as_of", as_of), utc_now())


@app.get(
    "/books/experience",
    operation_id="getRedemptionExperience",
    summary="Read what became of points, by the month they lapse in",
    description="What an estimate can be judged by: the part used and the part lapsed of everything issued.",
    tags=TAGS,
    responses=answers(200, ExperienceAnswer, "The experience", ForbiddenError, NotFoundError),
)
def experience(purse: PurseQuery = Purse.POINTS) -> ExperienceAnswer:
    """Read the experience."""
    _reader()
    return reporting.experience_report(purse, _today())


def _reader() -> None:
    require_group(app.current_event.raw_event, *READERS)


def _today() -> date:
    return local_date(utc_now(), time_zone())


handler = entry_point(app)
