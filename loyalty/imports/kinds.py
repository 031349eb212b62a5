"""What a capability says about its kind of file: columns, which rows belong together, how rows are checked and applied.

    row of the file ──shard──> partition ──check──> units (a purchase, a member) ──key──> partition ──apply──> verdicts

Rows that must be seen together share a shard key; units that must be applied in order share a key. The machinery
in this package moves them there and counts; it knows nothing about members or purchases.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class RawRow(NamedTuple):
    """One row of a file.

    Attributes:
        row: its number as a spreadsheet shows it; the header is row 1.
        complete: whether it had exactly the header's number of cells.
        cells: its text by column, stripped; a column the file lacks reads as empty.
    """

    row: int
    complete: bool
    cells: Mapping[str, str]


class Refusal(NamedTuple):
    """A row that is not imported: where and why, never what stood there."""

    row: int
    column: str
    code: str


class Repeat(NamedTuple):
    """A row that says again what an earlier row of the same file says."""

    row: int


@dataclass(frozen=True, slots=True)
class Unit:
    """What is applied as one: all rows of a purchase, or a member.

    Attributes:
        key: units of the same key are applied one after the other.
        order: sorts the units of a key; the instant of a purchase.
        rows: the numbers of its rows.
        data: what `apply` needs, JSON-ready.
        credits: whether it credits points, so that a second person must approve the file.
    """

    key: str
    order: str
    rows: tuple[int, ...]
    data: Mapping[str, Any]
    credits: bool


class Standing(StrEnum):
    """What became of a unit's rows."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"


class Verdict(NamedTuple):
    """What became of a unit; a refusal names the column to look at and a stable code."""

    standing: Standing
    column: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """The import on whose behalf rows are judged.

    Attributes:
        import_id: what entries and profiles carry as their `batch`.
        actor: who sent the file, as entries and events name them.
        uploaded_at: the instant rows are judged at, the same in every repetition.
    """

    import_id: str
    actor: str
    uploaded_at: datetime


ACCEPTED = Verdict(Standing.ACCEPTED)
KNOWN = Verdict(Standing.KNOWN)

Finding = Unit | Refusal | Repeat


def refused(column: str, code: str) -> Verdict:
    """Return the verdict of a unit that is not imported."""
    return Verdict(Standing.REFUSED, column, code)


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of bulk file.

    Attributes:
        name: `members` or `purchases`: the collection in routes and the folder in the bucket.
        columns: every column a file may have.
        required: those it must have.
        shard: what rows that must be checked together have in common, as text; sees the cells only.
        check: judges all rows of a partition, in the order of the file.
        apply: applies one unit. Called again after a crash, it must answer as it did the first time; what is
            transient it raises.
    """

    name: str
    columns: tuple[str, ...]
    required: frozenset[str]
    shard: Callable[[Mapping[str, str]], str]
    check: Callable[[Iterable[RawRow], Batch], Iterator[Finding]]
    apply: Callable[[Unit, Batch], Verdict]
