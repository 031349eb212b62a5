"""Putting events on the bus: ten at a time, every entry's own result looked at, patience bounded by the clock.

`put_events` answers 200 with failed entries inside (pitfall 13). What failed for a passing cause is put again with
full jitter; what the bus refuses for the event's own fault is told apart, so that it can be parked and the stream
goes on.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from functions.outbox.clients import CALL_SECONDS, impatient
from loyalty.events.envelope import BUS_SOURCE, Event
from loyalty.settings import setting

MAX_ENTRIES = 10
MAX_BYTES = 256 * 1024
"""What one call, and therefore one event, may weigh."""
ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 3.0
INVALID_CALL = "ValidationException"
OWN_FAULT = frozenset({"InvalidArgument", "MalformedDetail", INVALID_CALL})
"""Results that stay the same however often the event is put; any other failure passes or is ours to repair."""

_jitter = random.SystemRandom()

SecondsLeft = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event as the bus takes it."""

    detail_type: str
    detail: str

    @property
    def size(self) -> int:
        """What it weighs by the bus's own rule, in bytes."""
        return len(f"{BUS_SOURCE}{self.detail_type}{self.detail}".encode())

    def entry(self) -> dict[str, str]:
        """Return it as an entry of `put_events`."""
        return {
            "Source": BUS_SOURCE,
            "DetailType": self.detail_type,
            "Detail": self.detail,
            "EventBusName": setting("EVENT_BUS"),
        }


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a sequence of events.

    Attributes:
        refused: by position, why the bus will never take it.
        first_unsent: the position from which on sending is still to be done; None when nothing is left.
    """

    refused: dict[int, str] = field(default_factory=dict)
    first_unsent: int | None = None


def outgoing(event: Event) -> Outgoing:
    """Return an event as the bus takes it."""
    return Outgoing(event.type, event.model_dump_json(exclude_none=True))


def publish(events: Sequence[Outgoing], seconds_left: SecondsLeft) -> Delivery:
    """Put events on the bus, in order, until all are there or the time is used up.

    Args:
        seconds_left: how long the caller may still run, in seconds.
    """
    refused: dict[int, str] = {}
    for batch in _batches(events):
        waiting = _put_patiently(events, batch, refused, seconds_left)
        if waiting:
            return Delivery(refused, min(waiting))
    return Delivery(refused)


def _batches(events: Sequence[Outgoing]) -> Iterator[list[int]]:
    """Yield positions in calls of at most ten entries and 256 KB together."""
    batch: list[int] = []
    weight = 0
    for position, event in enumerate(events):
        if batch and (len(batch) == MAX_ENTRIES or weight + event.size > MAX_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(position)
        weight += event.size
    if batch:
        yield batch


def _put_patiently(
    events: Sequence[Outgoing], batch: list[int], refused: dict[int, str], seconds_left: SecondsLeft
) -> list[int]:
    """Put one call's worth again and again; return what is still waiting when patience ends."""
    waiting = batch
    for attempt in range(ATTEMPTS):
        pause = _pause_before(attempt)
        if not waiting or seconds_left() - pause < CALL_SECONDS:
            break
        time.sleep(pause)
        codes = _put([events[n] for n in waiting])
        if codes == [INVALID_CALL] * len(waiting) and len(waiting) > 1:
            # One entry made the bus refuse the call as a whole: find out which.
            return [n for one in waiting for n in _put_patiently(events, [one], refused, seconds_left)]
        results = dict(zip(waiting, codes, strict=True))
        refused |= {n: code for n, code in results.items() if code in OWN_FAULT}
        waiting = [n for n, code in results.items() if code and code not in OWN_FAULT]
    return waiting


def _pause_before(attempt: int) -> float:
    """Return how many seconds to wait: nothing at first, then full jitter so that rivals spread out."""
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
    return _jitter.uniform(0, longest) if attempt else 0.0


def _put(events: Sequence[Outgoing]) -> list[str]:
    """Put one call's worth; return each event's error code, empty where it is on the bus."""
    try:
        answer = impatient("events").put_events(Entries=[event.entry() for event in events])
    except ClientError as error:
        return [error.response["Error"]["Code"]] * len(events)
    except BotoCoreError as error:
        return [type(error).__name__] * len(events)
    return [entry.get("ErrorCode", "") for entry in answer["Entries"]]
