"""What outstanding points are worth: liability and breakage by tier and earning cohort (requirement I5). Pure.

    value      points x fen a point, in thousandths of a fen
    liability  the part of it that is expected to be used (`estimate`), rounded down to a thousandth of a fen
    breakage   the rest, so that both add up to the value

Integers throughout. The cohort is read back from the month points lapse in, by the programme's expiry in force: points
earned under another programme keep their expiry and appear in the cohort that would have it today.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from functions.books.closings import Cells
from functions.books.flow import DEBT
from loyalty.clock import month_before
from loyalty.parts import THOUSANDTHS
from loyalty.programme import Expiry, ExpiryKind, Redemption
from loyalty.types import Day, Month

NEVER = "9912"
"""The month in which lapses what never does."""
MONTHS_A_YEAR = 12
Rates = Callable[[str, int], int]
"""Gives the expected redemption of a tier's points of an age in months, in thousandths."""


@dataclass(frozen=True, slots=True)
class Share:
    """What members of a tier hold of a cohort; money in thousandths of a fen.

    Attributes:
        cohort: when it was earned: a month `yymm`, or the year `yy` where points live by calendar years.
        expires: the month its last day lies in, `yymm`.
        age: months since it was earned, counted from the cohort's first.
        expected: the part expected to be used, in thousandths.
    """

    tier: str
    cohort: str
    expires: Month
    age: int
    points: int
    value: int
    expected: int
    liability: int

    @property
    def breakage(self) -> int:
        """What is not expected to be used."""
        return self.value - self.liability


def shares(cells: Cells, as_of: Day, redemption: Redemption, expiry: Expiry, rates: Rates) -> Iterator[Share]:
    """Yield what is held, by tier and month of expiry; debts are no part of it."""
    for tier, own in sorted(cells.items()):
        for expires, points in sorted(own.items()):
            if expires == DEBT or not points:
                continue
            cohort, first = cohort_of(Month(expires), expiry)
            age = max(0, _months(Month(as_of[:4])) - _months(first))
            expected = rates(tier, age)
            yield Share(
                tier=tier,
                cohort=cohort,
                expires=Month(expires),
                age=age,
                points=points,
                value=points * redemption.fen * THOUSANDTHS // redemption.points,
                expected=expected,
                liability=points * redemption.fen * expected // redemption.points,
            )


def cohort_of(expires: Month, expiry: Expiry) -> tuple[str, Month]:
    """Return the cohort of points that lapse in a month, and its first month."""
    if expires == NEVER:
        return NEVER, Month(NEVER)
    if expiry.kind is ExpiryKind.CALENDAR_YEAR:
        year = int(expires[:2]) - (expiry.months - 1) // MONTHS_A_YEAR
        return f"{year:02d}", Month(f"{year:02d}01")
    earned = month_before(expires, expiry.months)
    return earned, earned


def in_fen(thousandths: int) -> int:
    """Return thousandths of a fen as whole fen, a part of one counted as one: a liability is not rounded away."""
    return -(-thousandths // THOUSANDTHS)


def _months(month: Month) -> int:
    return int(month[:2]) * MONTHS_A_YEAR + int(month[2:])
