"""Which files of a table are to become one. Pure.

Firehose writes a file every few minutes, however little is in it; Athena opens each of them. So the files of a day
become one, and the days of a month that has settled become one, as long as that stays of a size one run can hold.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from loyalty.clock import month_end

DAYS_BACK = 7
"""So many past days are looked at every night: Firehose delivers late when S3 failed, and a night may be missed."""
LARGE_BYTES = 50_000_000
"""Files of this size stay what they are."""
TARGET_BYTES = 100_000_000
"""Files are gathered until they reach this size."""


class Span(NamedTuple):
    """Days of arrival whose files belong together; what they become lies in the folder of the first."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield its days."""
        for after in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=after)


class File(NamedTuple):
    """A file of the lake: its key in the bucket, its size in bytes."""

    key: str
    size: int


def spans(today: date) -> list[Span]:
    """Return what a night looks at: the newest past days, and the newest month that none of them lies in.

    Args:
        today: the UTC day whose files are still being written.
    """
    days = [today - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    settled = days[-1].replace(day=1) - timedelta(days=1)
    return [*(Span(day, day) for day in days), Span(settled.replace(day=1), month_end(settled))]


def groups(files: Iterable[File], replaced: Collection[str]) -> list[list[File]]:
    """Return the files that are to become one, group by group; a group of one would change nothing.

    Args:
        files: of one span.
        replaced: keys that are part of another file already and wait to be deleted.
    """
    found: list[list[File]] = [[]]
    for file in sorted(files):
        if file.size >= LARGE_BYTES or file.key in replaced:
            continue
        if sum(one.size for one in found[-1]) >= TARGET_BYTES:
            found.append([])
        found[-1].append(file)
    return [group for group in found if len(group) > 1]


def merged_name(group: Sequence[File]) -> str:
    """Return the name of what a group becomes: the same group, the same file, whoever makes it."""
    names = "\n".join(file.key for file in group)
    return f"compacted-{hashlib.sha256(names.encode()).hexdigest()[:24]}.parquet"
