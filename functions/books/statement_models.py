"""What a till states of its day, and what comparing it says (requirement F2)."""

from datetime import date, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.books.reconciling import TenantDay
from functions.books.statement import FIGURES, DayState, Statement
from loyalty.clock import date_of, day_of, iso
from loyalty.dynamo import Item
from loyalty.errors import InvalidRequestError
from loyalty.fields import ReceiptNoField
from loyalty.http import Answer, Body
from loyalty.types import Day

MOST_RECEIPTS = 5_000
MOST_NAMED = 100
DAY = r"^\d{4}-\d{2}-\d{2}$"
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**13)]
Points = Annotated[int, Field(strict=True, ge=0, le=10**13)]

DayPath = Annotated[
    str, Path(pattern=DAY, description="The day by the till's clock, mall-local.", examples=["2026-11-21"])
]
TenantPath = Annotated[
    str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="The tenant's id.", examples=["noodle-bar"])
]
_FIGURES: dict[str, Any] = {
    "receipts": 2,
    "gross": 25_600,
    "paid": 25_100,
    "points_spent": 500,
    "refunds": 0,
    "money_back": 0,
}
_HELD: dict[str, Any] = {**_FIGURES, "receipts": 1, "gross": 12_800, "paid": 12_300, "points_earned": 123}
_DIFFERENCES: list[Any] = [
    {"figure": "receipts", "stated": 2, "held": 1},
    {"figure": "gross", "stated": 25_600, "held": 12_800},
    {"figure": "paid", "stated": 25_100, "held": 12_300},
]
_NONE: dict[str, Any] = {"count": 0, "receipt_nos": []}


class DayStatement(Body):
    """What a till says of its day, of receipts with a member only; money in fen.

    `refunds` and `money_back` are those made on this day, whenever the goods were bought.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{**_FIGURES, "receipt_nos": ["R-1001", "R-1002"]}]})

    receipts: Count
    gross: Fen
    paid: Fen
    points_spent: Annotated[Points, Field(description="In purchases and at the desk.")]
    points_earned: Annotated[Points | None, Field(description="Not compared where left out.")] = None
    refunds: Count
    money_back: Fen
    receipt_nos: Annotated[
        tuple[ReceiptNoField, ...] | None,
        Field(max_length=MOST_RECEIPTS, description="All of its receipts of the day; not compared where left out."),
    ] = None

    def statement(self, by: str, now: datetime) -> Statement:
        """Return it as it is kept."""
        given = {name: getattr(self, name) for name in FIGURES}
        figures = {name: number for name, number in given.items() if number is not None}
        return Statement(figures, self.receipt_nos, by, iso(now))


class HeldFigures(Answer):
    """What we hold of a tenant's day, of events that were counted; money in fen."""

    receipts: Annotated[int, Field(examples=[1])]
    gross: int
    paid: int
    points_spent: int
    points_earned: int
    redemptions: Annotated[int, Field(description="Of points at the desk, without a purchase.", examples=[0])]
    refunds: Annotated[int, Field(examples=[0])]
    refunded: Annotated[int, Field(description="What the returned goods cost.", examples=[0])]
    money_back: Annotated[int, Field(examples=[0])]
    points_taken_back: Annotated[int, Field(examples=[0])]
    points_given_back: Annotated[int, Field(examples=[0])]


class FigureDiffers(Answer):
    """A figure on which till and mall disagree."""

    model_config = ConfigDict(json_schema_extra={"examples": _DIFFERENCES[:1]})

    figure: str
    stated: int
    held: int


class ReceiptsNamed(Answer):
    """Receipts, the first hundred by number."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NONE]})

    count: int
    receipt_nos: tuple[str, ...]


class ReceiptsCompared(Answer):
    """Receipts that only one side has."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "unknown": {"count": 1, "receipt_nos": ["R-1002"]},
                    "other_day": _NONE,
                    "being_counted": _NONE,
                    "unlisted": _NONE,
                }
            ]
        }
    )

    unknown: Annotated[ReceiptsNamed, Field(description="Listed, and never delivered to us.")]
    other_day: Annotated[ReceiptsNamed, Field(description="Listed, and delivered with another day.")]
    being_counted: Annotated[ReceiptsNamed, Field(description="Listed and delivered; the figures follow in seconds.")]
    unlisted: Annotated[ReceiptsNamed, Field(description="Held by us, and not listed.")]


class TenantDayAnswer(Answer):
    """A tenant's day: what we hold, what its till states, and what they disagree on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant_id": "noodle-bar",
                    "day": "2026-11-21",
                    "state": "different",
                    "held": {
                        **_HELD,
                        "redemptions": 0,
                        "refunded": 0,
                        "points_taken_back": 0,
                        "points_given_back": 0,
                    },
                    "stated": _FIGURES,
                    "stated_by": "till:noodle-bar",
                    "stated_at": "2026-11-21T14:05:00.000Z",
                    "differences": _DIFFERENCES,
                    "receipts": None,
                }
            ]
        }
    )

    tenant_id: str
    day: date
    state: DayState
    held: HeldFigures
    stated: dict[str, int] | None
    stated_by: str | None
    stated_at: str | None
    differences: tuple[FigureDiffers, ...]
    receipts: ReceiptsCompared | None


class OpenDifference(Answer):
    """A stated day that is not what we hold; as of its last comparison."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant_id": "noodle-bar",
                    "day": "2026-11-21",
                    "state": "different",
                    "stated_at": "2026-11-21T14:05:00.000Z",
                    "figures": ["receipts", "gross", "paid"],
                    "unknown": 1,
                    "other_day": 0,
                    "unlisted": 0,
                }
            ]
        }
    )

    tenant_id: str
    day: date
    state: DayState
    stated_at: str
    figures: tuple[str, ...]
    unknown: int
    other_day: int
    unlisted: int


class OpenDifferences(Answer):
    """A page of open differences, the youngest day first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [], "next": None}]})

    items: tuple[OpenDifference, ...]
    next: str | None = None


def day_named(text: str) -> Day:
    """Return the day a path names.

    Raises:
        InvalidRequestError: if there is no such day.
    """
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        wrong = {"parameter": "day", "code": "date_invalid", "detail": "there is no such day"}
        raise InvalidRequestError(errors=[wrong]) from None


def day_answer(found: TenantDay) -> TenantDayAnswer:
    """Return a tenant's day as callers see it."""
    stated, compared = found.stated, found.comparison
    lists = stated is not None and stated.listed is not None
    return TenantDayAnswer(
        tenant_id=found.tenant_id,
        day=date_of(found.day),
        state=compared.state,
        held=HeldFigures(**{name: found.held.get(name, 0) for name in HeldFigures.model_fields}),
        stated=dict(stated.figures) if stated else None,
        stated_by=stated.by if stated else None,
        stated_at=stated.at if stated else None,
        differences=tuple(FigureDiffers(figure=d.figure, stated=d.stated, held=d.held) for d in compared.figures),
        receipts=ReceiptsCompared(
            unknown=_named(compared.unknown),
            other_day=_named(compared.other_day),
            being_counted=_named(compared.being_counted),
            unlisted=_named(compared.unlisted),
        )
        if lists
        else None,
    )


def open_difference(row: Item) -> OpenDifference:
    """Return an open difference as staff see it."""
    known = {name: row[name] for name in OpenDifference.model_fields if name != "day"}
    return OpenDifference(day=date_of(Day(row["day"])), **known)


def _named(numbers: tuple[str, ...]) -> ReceiptsNamed:
    return ReceiptsNamed(count=len(numbers), receipt_nos=numbers[:MOST_NAMED])
