"""Puts rows into the streams of the lake: packed together, every record's own result looked at (pitfall 13).

Firehose bills a record as if it were a multiple of 5 KB, so rows of a table travel in records of some hundred KB,
one JSON object a line. What a stream does not take is put again with full jitter; when patience ends, the messages
whose rows are missing come again, and rows that are there already are there twice: the views drop repetitions.
"""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.lake.happened import Row
from loyalty.dynamo import service
from loyalty.settings import setting

RECORD_BYTES = 500_000
"""What rows are packed into; Firehose takes a thousand KiB."""
CALL_RECORDS = 7
"""Records a call: Firehose takes 500, and four MiB in all."""
ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 3.0
CALL_SECONDS = 9.0
"""No call is begun with less time than this left."""

_jitter = random.SystemRandom()

SecondsLeft = Callable[[], float]
Sourced = tuple[str, Row]
"""A row, and the message it came with."""


@dataclass(slots=True)
class Record:
    """Rows that travel together.

    Attributes:
        messages: the messages they came with.
    """

    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    messages: set[str] = field(default_factory=set)

    def takes(self, line: bytes) -> bool:
        """Tell whether a line still fits; the first one always does."""
        return not self.lines or self.size + len(line) <= RECORD_BYTES

    def add(self, line: bytes, message: str) -> None:
        """Put a line in."""
        self.lines.append(line)
        self.size += len(line)
        self.messages.add(message)


def deliver(rows: Iterable[Sourced], seconds_left: SecondsLeft) -> set[str]:
    """Put rows into the streams of their tables; return the messages of which some row did not get there.

    Args:
        seconds_left: how long the caller may still run, in seconds.
    """
    by_table: dict[str, list[tuple[bytes, str]]] = {}
    for message, row in rows:
        by_table.setdefault(row.table, []).append((_line(row), message))
    failed: set[str] = set()
    for table, lines in by_table.items():
        for call in _calls(_records(lines)):
            failed.update(*(record.messages for record in _put_patiently(table, call, seconds_left)))
    return failed


def _line(row: Row) -> bytes:
    return json.dumps(row.values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _records(lines: Iterable[tuple[bytes, str]]) -> Iterator[Record]:
    record = Record()
    for line, message in lines:
        if not record.takes(line):
            yield record
            record = Record()
        record.add(line, message)
    yield record


def _calls(records: Iterator[Record]) -> Iterator[list[Record]]:
    call: list[Record] = []
    for record in records:
        call.append(record)
        if len(call) == CALL_RECORDS:
            yield call
            call = []
    if call:
        yield call


def _put_patiently(table: str, waiting: list[Record], seconds_left: SecondsLeft) -> list[Record]:
    """Put records again and again; return what is still waiting when patience ends."""
    for attempt in range(ATTEMPTS):
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
        pause = _jitter.uniform(0, longest) if attempt else 0.0
        if not waiting or seconds_left() - pause < CALL_SECONDS:
            break
        time.sleep(pause)
        waiting = _refused(table, waiting)
    return waiting


def _refused(table: str, records: list[Record]) -> list[Record]:
    """Put one call's worth; return the records that the stream did not take."""
    request: dict[str, Any] = {
        "DeliveryStreamName": f"{setting('LAKE_STREAMS')}{table}",
        "Records": [{"Data": b"".join(record.lines)} for record in records],
    }
    try:
        answer = service("firehose").put_record_batch(**request)
    except (ClientError, BotoCoreError):
        return records
    answers = answer["RequestResponses"]
    return [record for record, told in zip(records, answers, strict=True) if "ErrorCode" in told]
