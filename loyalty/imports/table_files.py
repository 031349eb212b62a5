"""Reads a CSV as a stream: UTF-8 with or without a byte order mark, a header row, columns in any order.

What is wrong with the file as a whole refuses the whole file before anything was changed. Reasons name our own
columns and row numbers only: an unknown header may be somebody's name.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import Protocol

from loyalty.imports.kinds import FileKind, RawRow

MAX_LINE = 256 * 1024
"""The longest line, in characters; a cell that spans lines is bounded by the csv module's field limit."""
READ_AHEAD = 1024 * 1024
HEADER_ROW = 1


class FileRefusedError(Exception):
    """The file as a whole cannot be read.

    Args:
        code: stable, see `docs/` and `loyalty.imports.routes`.
        column: one of our own column names, where one is to blame.
        row: the number of the row, where one is to blame.
    """

    def __init__(self, code: str, column: str = "", row: int = 0) -> None:
        super().__init__(code)
        self.code, self.column, self.row = code, column, row


class ByteSource(Protocol):
    """Anything that hands out bytes piece by piece, such as the body of an S3 object."""

    def read(self, amt: int | None = None) -> bytes:
        """Return at most so many bytes, none at the end."""
        ...


class _Raw(RawIOBase):
    def __init__(self, source: ByteSource) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def rows_of(source: ByteSource, kind: FileKind) -> Iterator[RawRow]:
    """Yield the rows of a file; blank lines count as rows for their numbers only.

    Raises:
        FileRefusedError: if the file cannot be read to its end.
    """
    records = _records(source)
    _, first = next(records, (HEADER_ROW, None))
    if first is None:
        raise FileRefusedError("empty_file")
    positions = _positions(first, kind)
    seen = False
    for row, record in records:
        seen = True
        complete = len(record) == len(first)
        cells = record if complete else [*record, *([""] * len(first))]
        yield RawRow(row, complete, {name: cells[at].strip() for name, at in positions})
    if not seen:
        raise FileRefusedError("empty_file")


def _positions(header: Sequence[str], kind: FileKind) -> list[tuple[str, int]]:
    names = [name.strip().lower() for name in header]
    known = [name for name in names if name in kind.columns]
    for name in kind.columns:
        if known.count(name) > 1:
            raise FileRefusedError("duplicate_column", name, HEADER_ROW)
        if name in kind.required and name not in known:
            raise FileRefusedError("missing_column", name, HEADER_ROW)
    if len(known) < len(names):
        raise FileRefusedError("unknown_column", row=HEADER_ROW)
    return [(name, at) for at, name in enumerate(names)]


def _records(source: ByteSource) -> Iterator[tuple[int, list[str]]]:
    """Yield every record that is not blank, with its number."""
    row = 0
    try:
        for row, record in enumerate(csv.reader(_lines(source), strict=True), start=HEADER_ROW):
            if record:
                yield row, record
    except UnicodeDecodeError:
        raise FileRefusedError("not_utf8", row=row + 1) from None
    except csv.Error:
        raise FileRefusedError("malformed_csv", row=row + 1) from None
    except FileRefusedError as error:
        raise FileRefusedError(error.code, error.column, error.row or row + 1) from None


def _lines(source: ByteSource) -> Iterable[str]:
    # A BufferedReader asks for exactly what it needs, so memory does not depend on the file.
    text = TextIOWrapper(BufferedReader(_Raw(source), READ_AHEAD), encoding="utf-8-sig", newline="")
    for line in iter(lambda: text.readline(MAX_LINE), ""):
        if "\0" in line:
            raise FileRefusedError("nul_character")
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            raise FileRefusedError("line_too_long")
        yield line
