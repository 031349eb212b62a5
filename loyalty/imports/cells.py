"""Reads the cells of a row: text into values, or the column and a stable code that say why not.

Numbers are plain ASCII digits and days are ISO days: what a spreadsheet writes in other ways is refused rather than
guessed, because `1.5` may be money in yuan and `01/02/2026` two different days.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from loyalty import phones
from loyalty.clock import zone
from loyalty.phones import InvalidPhoneError

FIRST_YEAR = 2000
LAST_YEAR = 2099
"""The ledger's days have two digits for the year."""

Cells = Mapping[str, str]

_WHOLE = re.compile(r"[0-9]{1,12}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class CellError(Exception):
    """A cell that cannot be used; neither the column nor the code holds anything from the file."""

    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code


def text(cells: Cells, column: str, longest: int, default: str | None = None) -> str:
    """Return a cell's text.

    Raises:
        CellError: if it is missing and has no default, too long, or holds control characters.
    """
    value = cells.get(column, "")
    if not value:
        if default is None:
            raise CellError(column, "missing")
        return default
    if len(value) > longest:
        raise CellError(column, "too_long")
    if _CONTROL.search(value):
        raise CellError(column, "invalid_text")
    return value


def matching(cells: Cells, column: str, pattern: re.Pattern[str], code: str) -> str:
    """Return a cell's text that must match a pattern as a whole.

    Raises:
        CellError: with the given code if it does not.
    """
    value = text(cells, column, 1000)
    if not pattern.fullmatch(value):
        raise CellError(column, code)
    return value


def whole(cells: Cells, column: str, least: int, most: int, default: int | None = None) -> int:
    """Return a cell's whole number.

    Raises:
        CellError: if it is missing and has no default, no plain number, or out of range.
    """
    if default is not None and not cells.get(column):
        return default
    value = int(matching(cells, column, _WHOLE, "invalid_number"))
    if not least <= value <= most:
        raise CellError(column, "out_of_range")
    return value


def day(cells: Cells, column: str, first_year: int = FIRST_YEAR) -> date | None:
    """Return a cell's ISO day, None where it is empty.

    Raises:
        CellError: if there is no such day, or its year cannot be.
    """
    if not cells.get(column):
        return None
    value = matching(cells, column, _DAY, "invalid_date")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise CellError(column, "invalid_date") from None
    if not first_year <= found.year <= LAST_YEAR:
        raise CellError(column, "out_of_range")
    return found


def instant(cells: Cells, column: str, zone_name: str, first_year: int = FIRST_YEAR) -> datetime:
    """Return a cell's instant; without offset it is the mall's wall clock, without time the day's beginning.

    Raises:
        CellError: if it is missing, unreadable, or its year cannot be.
    """
    value = text(cells, column, 64)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise CellError(column, "invalid_time") from None
    if not _DAY.fullmatch(value[:10]):
        raise CellError(column, "invalid_time")
    if not first_year <= found.year <= LAST_YEAR:
        raise CellError(column, "out_of_range")
    return found if found.tzinfo else found.replace(tzinfo=zone(zone_name))


def phone(cells: Cells, column: str = "phone") -> str:
    """Return a cell's phone number as E.164.

    Raises:
        CellError: if it is missing or no valid number.
    """
    try:
        return _normalized(text(cells, column, 32))
    except InvalidPhoneError:
        raise CellError(column, "invalid_phone") from None


@lru_cache(maxsize=50_000)
def _normalized(value: str) -> str:
    return phones.normalized(value)
