"""HTTPS routes of the books' reports: roll-forward, liability, experience (requirements F3, I5)."""

from datetime import date, timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.books import reporting
from functions.books.report_models import BooksBy, ExperienceAnswer, LiabilityAnswer, RollForwardAnswer
from loyalty import exports
from loyalty.auth import Group, require_group
from loyalty.clock import local_date, utc_now
from loyalty.errors import ForbiddenError, InvalidRequestError, NotFoundError
from loyalty.http import answers, api, entry_point
from loyalty.settings import time_zone
from loyalty.types import Purse

READERS = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)
TAGS = ["books"]
DAY = r"^\d{4}-\d{2}-\d{2}$"
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
    until = _day("to", last) or today
    found = reporting.roll_forward(purse, _day("from", first) or until - timedelta(DEFAULT_DAYS - 1), until, by, today)
    return _table(found) if _wants_table() else Response(200, "application/json", found)


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
    return reporting.liability_report(_day("as_of", as_of), utc_now())


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


def _day(name: str, text: str | None) -> date | None:
    """Return the day a parameter names.

    Raises:
        InvalidRequestError: if there is no such day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong = {"parameter": name, "code": "date_invalid", "detail": "there is no such day"}
        raise InvalidRequestError(errors=[wrong]) from None


def _wants_table() -> bool:
    return "text/csv" in (app.current_event.headers.get("accept") or "").lower()


def _table(found: RollForwardAnswer) -> Response[Any]:
    name = f"roll-forward-{found.purse}-{found.items[0].period}-{found.items[-1].period}.csv"
    return Response(
        status_code=200,
        content_type=exports.CSV_TYPE,
        body=exports.lines(reporting.table(found)).decode(),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


handler = entry_point(app)
