"""Pieces: intermediate rows as JSON lines, spread over partitions and written in objects of bounded size.

A spool's memory is bounded by partitions x piece size whatever the size of the file, and the same rows in the same
order always make the same objects.
"""

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from loyalty.imports import files
from loyalty.imports.kinds import FileKind, RawRow, Unit

PIECE_BYTES = 2 * 1024 * 1024

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def partition_of(key: str, partitions: int) -> int:
    """Return the partition of a key; the same one in every process."""
    return zlib.crc32(key.encode()) % partitions


class Spool:
    """Collects lines by partition and writes a piece whenever enough have come together.

    Args:
        name: gives the object's key for a partition and the piece's number in it.
    """

    def __init__(self, name: Callable[[int, int], str]) -> None:
        self._name = name
        self._waiting: dict[int, list[bytes]] = {}
        self._size: dict[int, int] = {}
        self.pieces: dict[int, int] = {}
        """How many pieces each partition has; complete once the spool is closed."""
        self.bytes: dict[int, int] = {}

    def add(self, partition: int, value: object) -> None:
        """Add one JSON-ready value to a partition."""
        line = _encode(value).encode()
        self._waiting.setdefault(partition, []).append(line)
        self._size[partition] = self._size.get(partition, 0) + len(line) + 1
        if self._size[partition] >= PIECE_BYTES:
            self._write(partition)

    def close(self) -> None:
        """Write what is left."""
        for partition in sorted(self._waiting):
            self._write(partition)

    def _write(self, partition: int) -> None:
        piece = self.pieces.get(partition, 0)
        files.write(self._name(partition, piece), b"\n".join(self._waiting.pop(partition)))
        self.pieces[partition] = piece + 1
        self.bytes[partition] = self.bytes.get(partition, 0) + self._size.pop(partition)


def lines_of(key: str) -> Iterator[bytes]:
    """Yield the lines of a piece."""
    yield from files.read(key).split(b"\n")


def raw_to_line(raw: RawRow, kind: FileKind) -> list[Any]:
    """Return a row as it is kept in a piece: the cells in the order of the kind's columns."""
    return [raw.row, raw.complete, *(raw.cells.get(name, "") for name in kind.columns)]


def raw_of_line(line: bytes, kind: FileKind) -> RawRow:
    """Return the row a line of a piece holds."""
    row, complete, *cells = json.loads(line)
    return RawRow(row, complete, dict(zip(kind.columns, cells, strict=True)))


def unit_to_line(unit: Unit) -> list[Any]:
    """Return a unit as it is kept in a piece."""
    return [unit.key, unit.order, unit.rows, unit.data, unit.credits]


def unit_of_line(line: bytes) -> Unit:
    """Return the unit a line of a piece holds."""
    key, order, rows, data, credits_points = json.loads(line)
    return Unit(key, order, tuple(rows), data, credits_points)
