"""A tenant's day as its till states it, compared with what we hold (requirement F2). Pure.

Sums are compared one by one; where the till lists its receipts, those it lists and we do not hold that day are looked
up in the ledger, and those we hold and it does not list are named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

FIGURES = ("receipts", "gross", "paid", "points_spent", "points_earned", "refunds", "money_back")
"""What a till may state: numbers of receipts and refunds, money in fen, points."""


class DayState(StrEnum):
    """How what a tenant states stands to what we hold."""

    UNSTATED = "unstated"
    EQUAL = "equal"
    SETTLING = "settling"
    DIFFERENT = "different"


class Whereabouts(StrEnum):
    """Where a receipt is that a till lists and its day does not show."""

    UNKNOWN = "unknown"
    OTHER_DAY = "other_day"
    BEING_COUNTED = "being_counted"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a till says of its day.

    Attributes:
        figures: by name, of `FIGURES`; money in fen.
        listed: its receipts' numbers, None where it lists none.
        by: who stated it; `at` is when.
    """

    figures: Mapping[str, int]
    listed: tuple[str, ...] | None
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A figure on which till and mall disagree."""

    figure: str
    stated: int
    held: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing a day.

    Attributes:
        unlisted: receipts we hold and the till does not list; the other lists are of its own receipts.
    """

    state: DayState
    figures: tuple[FigureDifference, ...] = ()
    unknown: tuple[str, ...] = ()
    other_day: tuple[str, ...] = ()
    being_counted: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()


def compared(
    stated: Mapping[str, int],
    held: Mapping[str, int],
    listed: Iterable[str] | None = None,
    ours: Iterable[str] = (),
    elsewhere: Mapping[str, Whereabouts] | None = None,
) -> Comparison:
    """Return what a statement and our figures disagree on.

    Args:
        stated: the figures the till gave; what it left out is not compared.
        listed: its receipts, None where it lists none; `ours` are those we hold of the day.
        elsewhere: where the ones are that we do not hold that day.
    """
    figures = tuple(
        FigureDifference(figure, stated[figure], held.get(figure, 0))
        for figure in FIGURES
        if figure in stated and stated[figure] != held.get(figure, 0)
    )
    found = elsewhere or {}
    by_place = {place: tuple(sorted(no for no, at in found.items() if at is place)) for place in Whereabouts}
    unlisted = () if listed is None else tuple(sorted({*ours} - {*listed}))
    late = by_place[Whereabouts.BEING_COUNTED]
    wrong = figures or unlisted or by_place[Whereabouts.UNKNOWN] or by_place[Whereabouts.OTHER_DAY]
    return Comparison(
        state=DayState.SETTLING if late else DayState.DIFFERENT if wrong else DayState.EQUAL,
        figures=figures,
        unknown=by_place[Whereabouts.UNKNOWN],
        other_day=by_place[Whereabouts.OTHER_DAY],
        being_counted=late,
        unlisted=unlisted,
    )
