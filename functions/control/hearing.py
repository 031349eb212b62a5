"""Messages from the bus, handed on one by one: what could not be done comes again, alone."""

import json
from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]


def detail_of(record: Record) -> Mapping[str, Any]:
    """Return the event a message brings.

    Raises:
        ValueError, TypeError, KeyError: if it brings none.
    """
    detail: Mapping[str, Any] = json.loads(record["body"])["detail"]
    return detail


def failures(messages: list[str]) -> dict[str, Any]:
    """Return which messages must come again, as the queue's mapping reads it."""
    return {"batchItemFailures": [{"itemIdentifier": message} for message in messages]}
