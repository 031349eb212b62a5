"""The report of refused rows: `row,column,code`, in the order of the file, and nothing that came from the file.

Every cell is a number, one of our column names or one of our codes, so the report holds no personal data and no
formula that a spreadsheet would run.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from loyalty.imports import files
from loyalty.imports.kinds import Refusal

PIECE_ROWS = 50_000
PART_BYTES = 8 * 1024 * 1024
"""S3 wants parts of at least 5 MiB."""
HEADER = b"row,column,code\n"


Key = Callable[[str], str]
"""Gives a piece's key in the bucket; rows of the imports table keep the short names."""


class RefusalSpool:
    """Writes refusals in sorted pieces of bounded size.

    Args:
        key: gives the keys of the pieces.
        name: how the names of the pieces begin.
    """

    def __init__(self, key: Key, name: str) -> None:
        self._key = key
        self._name = name
        self._waiting: list[Refusal] = []
        self._written: list[str] = []
        self.rows = 0

    def add(self, refusal: Refusal) -> None:
        """Add one refused row."""
        self._waiting.append(refusal)
        self.rows += 1
        if len(self._waiting) >= PIECE_ROWS:
            self._write()

    def close(self) -> tuple[str, ...]:
        """Write what is left and return the names of all pieces."""
        if self._waiting:
            self._write()
        return tuple(self._written)

    def _write(self) -> None:
        name = f"{self._name}-{len(self._written)}"
        lines = (f"{row},{column},{code}\n" for row, column, code in sorted(self._waiting))
        files.write(self._key(name), "".join(lines).encode(), "text/csv")
        self._written.append(name)
        self._waiting = []


def compact(key: Key, names: Sequence[str], target: str) -> tuple[str, ...]:
    """Make one sorted piece of a partition's many, so that the final merge has few to read at once."""
    if len(names) < 2:
        return tuple(names)
    lines: list[bytes] = [line for name in names for line in files.read(key(name)).splitlines(keepends=True)]
    lines.sort(key=_row)
    files.write(key(target), b"".join(lines), "text/csv")
    return (target,)


def merge(keys: Iterable[str], target: str) -> None:
    """Merge sorted pieces into the report, in memory bounded by one part whatever its size."""
    merged = heapq.merge(*map(_lines, keys), key=_row)
    parts = _parts(merged)
    first, second = next(parts), next(parts, None)
    if second is None:
        files.write(target, first, "text/csv")
    else:
        files.write_parts(target, chain((first, second), parts), "text/csv")


def _row(line: bytes) -> int:
    return int(line.partition(b",")[0])


def _lines(key: str) -> Iterator[bytes]:
    body = files.client().get_object(Bucket=files.bucket(), Key=key)["Body"]
    for line in body.iter_lines():
        yield line + b"\n"


def _parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray(HEADER)
    for line in lines:
        part += line
        if len(part) >= PART_BYTES:
            yield bytes(part)
            part = bytearray()
    if part:
        yield bytes(part)
