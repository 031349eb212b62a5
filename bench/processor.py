"""CPU of a purchase in the use case against that of the bare calls it makes, taken in turns in one run.

Four members live the same life. The first one's purchase shows the payloads; the second buys through
`checkout.record`; for the others the same payloads, with their own keys, are sent without any of our code: by a boto3
client as it comes, and by the product's own client. All write the same rows, so nobody has it easier.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from bench.baskets import purchase
from bench.mall import enrol, register_tenant
from functions.earn import checkout
from functions.earn.terms import Purchase
from loyalty import dynamo
from loyalty.types import MemberId, TenantId

TARGET = 1.5
WARM_UP = 30
TENANT = TenantId("shop-cpu")
SHOWN, USE_CASE, BOTO3, OWN_CLIENT = "0123"
"""The members; their number ends their id and their receipts' numbers."""

_make_client: Callable[..., Any] = boto3.client  # its 400 overloads want the service's name literally


@dataclass(frozen=True)
class CpuRatio:
    """Median CPU of a purchase in milliseconds: the use case, and the same calls by two clients."""

    use_case: float
    boto3: float
    own_client: float

    @property
    def to_boto3(self) -> float:
        """The use case over boto3's client as it comes."""
        return self.use_case / self.boto3

    @property
    def to_own_client(self) -> float:
        """The use case over the product's client, which validates nothing and so is cheaper."""
        return self.use_case / self.own_client


def measure(rounds: int) -> CpuRatio:
    """Return the CPU of so many purchases, each beside its calls alone; who goes first changes every round."""
    register_tenant(TENANT)
    for number in (SHOWN, USE_CASE, BOTO3, OWN_CLIENT):
        enrol(_member(number))
    clients = {BOTO3: _make_client("dynamodb"), OWN_CLIENT: dynamo.client()}
    taken: dict[str, list[float]] = {USE_CASE: [], BOTO3: [], OWN_CLIENT: []}
    for n in range(WARM_UP + rounds):
        now = datetime.now(UTC)
        with _shown() as payloads:
            checkout.record(_basket(n, SHOWN, now), now)
        turns = {number: _sending(client, payloads, n, number) for number, client in clients.items()}
        turns[USE_CASE] = _buying(_basket(n, USE_CASE, now), now)
        for number in [*taken][n % 3 :] + [*taken][: n % 3]:
            taken[number].append(_cpu(turns[number]))
    return CpuRatio(*(statistics.median(own[WARM_UP:]) * 1000 for own in taken.values()))


def _member(number: str) -> MemberId:
    return MemberId(f"01KCPU0000000000000000000{number}")


def _receipt(n: int, number: str) -> str:
    return f"A-20261121-{n:05d}-{number}"


def _basket(n: int, number: str, now: datetime) -> Purchase:
    return purchase(TENANT, _member(number), _receipt(n, number), now)


@contextmanager
def _shown() -> Iterator[list[dict[str, Any]]]:
    """Collect the payloads of a purchase's own calls within the block."""
    payloads: list[dict[str, Any]] = []

    def show(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name != "Query":  # the programme, once every half minute
            payloads.append(params)

    events = dynamo.client().meta.events
    events.register("before-parameter-build.dynamodb", show)
    try:
        yield payloads
    finally:
        events.unregister("before-parameter-build.dynamodb", show)


def _buying(asked: Purchase, now: datetime) -> Callable[[], object]:
    return lambda: checkout.record(asked, now)


def _sending(client: Any, payloads: list[dict[str, Any]], n: int, number: str) -> Callable[[], object]:
    """Return the purchase's two calls with another member's keys in them."""
    text = (
        json.dumps(payloads).replace(_member(SHOWN), _member(number)).replace(_receipt(n, SHOWN), _receipt(n, number))
    )
    reading, writing = json.loads(text)
    writing.pop("ClientRequestToken", None)

    def send() -> None:
        client.batch_get_item(**reading)
        client.transact_write_items(**writing)

    return send


def _cpu(do: Callable[[], object]) -> float:
    started = time.process_time()
    do()
    return time.process_time() - started
