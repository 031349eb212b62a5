"""One blow at one call: an error before it, its answer lost, or the process gone; and what must be true afterwards."""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError

from functions.redeem import shelves
from functions.redeem.order import Order
from loyalty import account_store, dynamo, ledger
from loyalty.coupons import store
from loyalty.coupons.coupon import Coupon
from loyalty.dynamo import from_item
from loyalty.entries import Entry, key_of, to_row

ENDPOINT = "http://127.0.0.1"


class Blow(StrEnum):
    """What happens to the call."""

    NONE = "nothing"
    ERROR_BEFORE = "error before"
    ANSWER_LOST = "answer lost"
    REPEATED_UNSENT = "repeated by the SDK, first try not sent"
    REPEATED_SENT = "repeated by the SDK, first try took effect"
    GONE_BEFORE = "process gone before"
    GONE_AFTER = "process gone after"
    KILLED_BEFORE = "process killed before"
    KILLED_AFTER = "process killed after"


class ProcessGoneError(BaseException):
    """Unwinds everything, as the end of a process does: no handler of errors sees it."""


@dataclass
class Struck:
    """The calls made while waiting for the blow."""

    how: Blow
    at: int
    client: Any
    calls: list[str] = field(default_factory=list)
    sends: int = 0

    @property
    def is_due(self) -> bool:
        """Whether the present call is the one to hit."""
        return len(self.calls) - 1 == self.at

    def before_call(self, model: Any, **_: Any) -> None:
        """Strike before anything is sent."""
        self.calls.append(model.name)
        if self.is_due and self.how in {Blow.ERROR_BEFORE, Blow.GONE_BEFORE, Blow.KILLED_BEFORE}:
            _strike(self.how)

    def before_send(self, request: Any, **_: Any) -> None:
        """Strike one of the SDK's tries."""
        if self.is_due and self.how in {Blow.REPEATED_UNSENT, Blow.REPEATED_SENT}:
            self.sends += 1
            if self.sends == 1:
                _cut_off(self.client, request, self.how)

    def after_call(self, **_: Any) -> None:
        """Strike when the call took effect."""
        if self.is_due and self.how in {Blow.ANSWER_LOST, Blow.GONE_AFTER, Blow.KILLED_AFTER}:
            _strike(self.how)


@contextmanager
def struck(how: Blow, at: int = -1) -> Iterator[Struck]:
    """Strike the call of that index within the block."""
    client = dynamo.client()
    blow = Struck(how, at, client)
    hooks = {"before-call": blow.before_call, "before-send": blow.before_send, "after-call": blow.after_call}
    for event, hook in hooks.items():
        client.meta.events.register(f"{event}.dynamodb", hook)
    try:
        yield blow
    finally:
        for event, hook in hooks.items():
            client.meta.events.unregister(f"{event}.dynamodb", hook)


def _strike(how: Blow) -> None:
    match how:
        case Blow.ERROR_BEFORE:
            raise ConnectTimeoutError(endpoint_url=ENDPOINT)
        case Blow.ANSWER_LOST:
            raise ReadTimeoutError(endpoint_url=ENDPOINT)
        case Blow.GONE_BEFORE | Blow.GONE_AFTER:
            raise ProcessGoneError
    os.kill(os.getpid(), signal.SIGKILL)


def _cut_off(client: Any, request: Any, how: Blow) -> None:
    if how is Blow.REPEATED_SENT:
        client._endpoint.http_session.send(request)
    raise ConnectionClosedError(endpoint_url=ENDPOINT)


def cleared(name: str) -> list[dict[str, Any]]:
    """Take every row of a scene away and return it, its name made neutral, so that two scenes can be compared."""
    keys = {
        account_store.table(): ("member_id",),
        ledger.table(): ("source", "movement"),
        store.table(): ("coupon_id", "kind"),
        shelves.table(): ("reward_id", "kind"),
    }
    rows = [row for table, key in keys.items() for row in _taken(table, *key)]
    assert all(name in json.dumps(opened(row)) for row in rows), "another scene is still on stage"
    return sorted((neutral(row, name) for row in rows), key=str)


HASHED = frozenset({"fingerprint", "due_shard", "shelf", "shard"})
SHARD = re.compile(r"(stock/[^\"]*)/\d\d\b")
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{16}\b|\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b")


def neutral(row: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a row without what follows from the scene's name: hashes, coupon codes, ids of entries."""
    text = SHARD.sub(r"\1", CODE.sub("CODE", json.dumps(opened(row)))).replace(name, "scene")
    found: dict[str, Any] = json.loads(text)
    return found


def opened(value: Any) -> Any:
    """Return a value without hashes, and with the keys that ids of ledger entries stand for in their place."""
    match value:
        case dict():
            return {key: opened(part) for key, part in value.items() if key not in HASHED}
        case list() | tuple():
            return [opened(part) for part in value]
        case str() if key := key_of(value.rsplit("/", 1)[-1]):
            return f"{key.source}+{key.movement}"
    return value


def heard(answer: Any, name: str) -> object:
    """Return what a caller is told, comparable between scenes."""
    match answer:
        case Entry():
            return neutral(to_row(answer), name)
        case Coupon():
            return neutral(store.row_of(answer), name)
        case Order():
            return neutral(asdict(answer), name)
    return answer


def _taken(table: str, *key: str) -> Iterator[dict[str, Any]]:
    for page in dynamo.client().get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            dynamo.client().delete_item(TableName=table, Key={name: item[name] for name in key})
            yield from_item(item)
