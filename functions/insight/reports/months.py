"""The night's steps of the monthly report: the month of the night, and the one before, each a document of sums (I7).

Both are made anew every night, so receipts that come late still count until the month after is over; a refresh that
stands on a later day of a month, or on the month after, makes an earlier month's report anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from functions.insight.nights.night import Document, Night, Row, Step
from loyalty.lake.composing import compose, parameters_of
from loyalty.lake.literals import Value
from loyalty.settings import setting

QUERIES = Path(__file__).parent.parent / "queries"
PARTS = ("members", "buyers", "returns", "categories", "attached", "points")
"""What a report is made of, each the answer of `queries/month_<part>.sql`."""
MOST_CATEGORIES = 300
TEXTS = frozenset({"channel", "tier", "stage", "category", "code"})
"""The columns that are no numbers."""


class Month(NamedTuple):
    """A month of the mall's calendar, as far as it has gone.

    Attributes:
        last: the last day that counts: the month's last, or the day the night stands on.
    """

    first: date
    last: date

    @property
    def name(self) -> str:
        """The month as `YYYY-MM`."""
        return f"{self.first:%Y-%m}"


def last_of(first: date) -> date:
    """Return the last day of the month that begins on a day."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def days_of(kept: Mapping[str, Any]) -> Month:
    """Return the days a month's document is about."""
    return Month(date.fromisoformat(kept["first_day"]), date.fromisoformat(kept["last_day"]))


def document_of(name: str) -> str:
    """Return the name of a month's document."""
    return f"month/{name}"


def _this(night: Night) -> Month:
    return Month(night.as_of.replace(day=1), night.as_of)


def _before(night: Night) -> Month:
    last = night.as_of.replace(day=1) - timedelta(days=1)
    return Month(last.replace(day=1), last)


def questions(month: Month) -> list[str]:
    """Return the SQL of a month's parts, in their order."""
    values = _values(month)
    return [_question(part, values) for part in PARTS]


def _values(month: Month) -> dict[str, Value]:
    since = dict(zip(("new_since", "active_since", "dormant_since"), _stage_days(), strict=True))
    days: dict[str, Value] = {name: month.last - timedelta(days=count) for name, count in since.items()}
    return {"first_day": month.first, "last_day": month.last, "most": MOST_CATEGORIES, **days}


def _stage_days() -> list[int]:
    return [int(days) for days in setting("INSIGHT_STAGE_DAYS").split(",")]


def _question(part: str, values: Mapping[str, Value]) -> str:
    text = _text(part)
    return compose(text, {one.name: values[one.name] for one in parameters_of(text)})


@cache
def _text(part: str) -> str:
    return (QUERIES / f"month_{part}.sql").read_text(encoding="utf-8")


def documented(month: Month, answers: Sequence[Iterable[Row]]) -> Document:
    """Return the document of a month: its days, and the rows of every part."""
    parts = {part: [_plain(row) for row in rows] for part, rows in zip(PARTS, answers, strict=True)}
    days = {"first_day": month.first.isoformat(), "last_day": month.last.isoformat()}
    return Document(document_of(month.name), {**days, **parts})


def _plain(row: Row) -> dict[str, Any]:
    return {name: (text or None) if name in TEXTS else int(text) for name, text in row.items()}


def _documents_of_this(night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
    yield documented(_this(night), answers)


def _documents_of_the_one_before(night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
    yield documented(_before(night), answers)


STEPS = (
    Step("month", lambda night: questions(_this(night)), _documents_of_this),
    Step("month_before", lambda night: questions(_before(night)), _documents_of_the_one_before),
)
