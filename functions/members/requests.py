"""Requests that carry an `Idempotency-Key`: same key and body, same outcome; same key, other body, refused.

The row is written in the transaction of what was asked for, so there is no instant at which one stands without
the other. The key and the body are stored as keyed digests: a body may hold a phone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from functions.members.rows import Part, RowKey, put_if_absent
from loyalty.dynamo import Item, get
from loyalty.errors import IdempotencyKeyReusedError
from loyalty.identity import table
from loyalty.pepper import digest

REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Request:
    """One request of one caller."""

    key: RowKey
    fingerprint: str
    forgotten_at: int

    @classmethod
    def of(
        cls, operation: str, caller: str, key: str, body: Mapping[str, object], kept: timedelta, now: datetime
    ) -> Self:
        """Describe a request; `kept` is how long its outcome is remembered."""
        canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
        row = RowKey(f"request/{digest(REQUEST, f'{operation}\n{caller}\n{key}')}", REQUEST)
        return cls(row, digest("request-body", canonical), int((now + kept).timestamp()))

    def remember(self, outcome: Mapping[str, object]) -> Part:
        """Return the transaction part that keeps the outcome, if the key was not used before."""
        facts = {"fingerprint": self.fingerprint, "ttl": self.forgotten_at}
        return put_if_absent({**self.key.item(), **facts, **outcome})

    def standing(self) -> Item | None:
        """Return the outcome this request had; None where it is new.

        Raises:
            IdempotencyKeyReusedError: the key was used for another body.
        """
        row = get(table(), self.key.item(), consistent=True)
        return self.same(row) if row else None

    def same(self, row: Item) -> Item:
        """Return the row found under the key, if it is this request's.

        Raises:
            IdempotencyKeyReusedError: the key was used for another body.
        """
        if row["fingerprint"] != self.fingerprint:
            raise IdempotencyKeyReusedError
        return row
