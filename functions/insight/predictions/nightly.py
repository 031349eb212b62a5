"""The predictions' step of the night, and the fit somebody asks for. Pure.

The night fits on who first bought in five years that ended a quarter ago, holds that against the quarter since, and
with the same parameters, which were tested so, finds whom to talk to.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from functions.insight.nights.night import Document, Night, Row, Step
from functions.insight.predictions import fitting, scoring
from functions.insight.predictions.fitting import Period
from loyalty import tested_models
from loyalty.lake.composing import compose
from loyalty.lake.literals import Value

QUERIES = Path(__file__).parent.parent / "queries"
FITTED_DAYS = 1826
"""Five years: whoever the model is used on began in them, and older beginnings say little of today (ADR 1046)."""
NEWEST, TESTED, RISKS = "predictions", tested_models.NAME, "risks"
"""The newest fit, be it a night's or one that was asked for; the night's own; whom to talk to."""
EVERYBODY = ""
KEPT_DAYS = 90
"""How long a fit that was asked for can be read, as its job."""


def period_of(night: Night) -> Period:
    """Return what a night fits, and its hold-out."""
    last = night.as_of - timedelta(days=tested_models.HORIZON_DAYS)
    return Period(last - timedelta(days=FITTED_DAYS - 1), last, night.as_of)


def fit_questions(period: Period, night: Night) -> list[str]:
    """Return the SQL of a fit."""
    days: dict[str, Value] = {"first_day": period.first, "last_day": period.last, "only_agreed": int(night.only_agreed)}
    return [compose(_text("fit_buying"), {**days, "until_day": period.until}), compose(_text("fit_spending"), days)]


def histories_query(as_of: date, member_id: str, *, only_agreed: bool) -> str:
    """Return the SQL of what counts of a member, or of everybody."""
    asked: dict[str, Value] = {"as_of": as_of, "member_id": member_id, "only_agreed": int(only_agreed)}
    return compose(_text("histories"), asked)


def fit_step(period: Period, name: str) -> Step:
    """Return the step of a fit that was asked for; its document has that name too."""

    def documents(_night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
        told = fitting.fit(period, *answers).told
        yield Document(name, told, KEPT_DAYS)
        yield Document(NEWEST, told)

    return Step("fit", lambda night: fit_questions(period, night), documents)


def _questions(night: Night) -> list[str]:
    everybody = histories_query(night.as_of, EVERYBODY, only_agreed=night.only_agreed)
    return [*fit_questions(period_of(night), night), everybody]


def _documents(night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
    buying, spending, histories = answers
    found = fitting.fit(period_of(night), buying, spending)
    risks = scoring.risks(histories, found.buying, found.spending) if found.buying else []
    yield Document(NEWEST, found.told)
    yield Document(TESTED, found.told)
    yield Document(RISKS, {"items": risks})


@cache
def _text(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


STEP = Step("predictions", _questions, _documents)
