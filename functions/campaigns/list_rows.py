"""The rows of a file of members: a member's id each, by itself or in the first column (requirement G1). Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from loyalty.errors import RuleError

MOST_ROWS = 50_000
HEADER = "member_id"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What spreadsheets write before the first cell."""
_BETWEEN_CELLS = re.compile(r"[,;\t]")
_AROUND = ' "'
_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")


class ListFileSizeError(RuleError):
    """The file has no row, or more than `most`; nothing was read."""

    code = "list_file_size"
    zh = "文件须包含 1 至 {most} 行会员编号。"
    en = "The file must have between 1 and {most} rows of member ids."


class Listed(NamedTuple):
    """A row that names somebody: its number as a spreadsheet shows it, and the id."""

    row: int
    member_id: str


class Refused(NamedTuple):
    """A row that puts nobody on the list, and why: no_member_id, repeated, unknown_member; never what stood there."""

    row: int
    code: str


class Rows(NamedTuple):
    """What a file says."""

    listed: tuple[Listed, ...]
    refused: tuple[Refused, ...]


def rows_of(text: str) -> Rows:
    """Return the rows of a file; empty ones and a header do not count.

    Raises:
        ListFileSizeError.
    """
    found = list(_cells(text))
    if not 1 <= len(found) <= MOST_ROWS:
        raise ListFileSizeError(most=MOST_ROWS)
    first = dict(reversed([(cell, row) for row, cell in found]))
    listed = tuple(Listed(row, cell) for row, cell in found if _ID.fullmatch(cell) and first[cell] == row)
    named = {one.row for one in listed}
    refused = (Refused(row, _why_not(cell)) for row, cell in found if row not in named)
    return Rows(listed, tuple(refused))


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first cell of every row that has one, with the row's number."""
    for number, line in enumerate(text.removeprefix(MARK).splitlines(), start=1):
        cell = _BETWEEN_CELLS.split(line, maxsplit=1)[0].strip(_AROUND)
        if cell and not (number == 1 and cell.casefold() == HEADER):
            yield number, cell


def _why_not(cell: str) -> str:
    return "repeated" if _ID.fullmatch(cell) else "no_member_id"
