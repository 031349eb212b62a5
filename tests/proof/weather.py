"""Bad weather between the product and DynamoDB, made with botocore's event hooks.

Of a hundred calls ten fail: before they arrive, after they took effect, or by a conflict the service would report.
Some failures outlast the SDK's own repetitions, some do not, so both its silent repeat and ours are tried. Beside
that, eventually consistent readings of accounts are answered with an older image.
"""

import json
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError

from loyalty import account_store
from loyalty.coupons import store as coupon_store
from loyalty.earning import running as campaigns

ENDPOINT = "http://127.0.0.1"
KEPT_IMAGES = 6
STALE_SHARE = 0.15
UNSEEN_SHARE = 0.01
"""How often an account is not there yet for an eventually consistent reading."""
TRANSACTIONS = {"TransactGetItems", "TransactWriteItems"}


class Fault(StrEnum):
    """What goes wrong with a call; the number is in how many of a hundred."""

    NEVER_ARRIVED = "never arrived"
    ANSWER_LOST = "answer lost"
    SDK_REPEATS_UNSENT = "repeated by the SDK, the first try never arrived"
    SDK_REPEATS_SENT = "repeated by the SDK, the first try took effect"
    CONFLICT = "transaction conflict"
    STALE = "stale reading"


SHARES: Mapping[Fault, float] = {
    Fault.NEVER_ARRIVED: 0.03,
    Fault.ANSWER_LOST: 0.03,
    Fault.SDK_REPEATS_UNSENT: 0.01,
    Fault.SDK_REPEATS_SENT: 0.01,
    Fault.CONFLICT: 0.04,  # of transactions, which are half of all calls
}


class Weather:
    """Faults for every thread of the process, each thread with luck of its own."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._images: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.calls = 0
        self.faults: Counter[Fault] = Counter()

    @contextmanager
    def over(self, client: Any) -> Iterator[None]:
        """Let the weather come down on every call of a client within the block."""
        self._send = client._endpoint.http_session.send
        hooks = {
            "before-call.dynamodb": self._before_call,
            "before-send.dynamodb": self._before_send,
            "after-call.dynamodb": self._after_call,
        }
        for event, hook in hooks.items():
            client.meta.events.register(event, hook)
        try:
            yield
        finally:
            for event, hook in hooks.items():
                client.meta.events.unregister(event, hook)

    def begin_thread(self, number: int) -> None:
        """Give the calling thread its own luck."""
        self._mine.luck = random.Random(f"{self._seed}/{number}")

    def _before_call(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[AWSResponse, Any] | None:
        mine = self._mine
        mine.operation, mine.request = model.name, json.loads(params["body"])
        mine.fault = self._pick(mine.luck, model.name)
        with self._lock:
            self.calls += 1
            if mine.fault:
                self.faults[mine.fault] += 1
        if mine.fault is Fault.NEVER_ARRIVED:
            raise ConnectTimeoutError(endpoint_url=ENDPOINT)
        return _conflict(len(mine.request["TransactItems"]), mine.luck) if mine.fault is Fault.CONFLICT else None

    def _pick(self, luck: random.Random, operation: str) -> Fault | None:
        drawn = luck.random()
        for fault, share in SHARES.items():
            if drawn < share:
                return None if fault is Fault.CONFLICT and operation not in TRANSACTIONS else fault
            drawn -= share
        return None

    def _before_send(self, request: Any, **_: Any) -> None:
        fault, self._mine.fault = self._mine.fault, None
        if fault is Fault.SDK_REPEATS_UNSENT:
            raise ConnectionClosedError(endpoint_url=ENDPOINT)
        if fault is Fault.SDK_REPEATS_SENT:
            self._send(request)
            raise ReadTimeoutError(endpoint_url=ENDPOINT)
        self._mine.fault = fault

    def _after_call(self, parsed: dict[str, Any], **_: Any) -> None:
        if "Error" not in parsed:
            self._remember_or_age(parsed)
        if self._mine.fault is Fault.ANSWER_LOST:
            raise ReadTimeoutError(endpoint_url=ENDPOINT)

    def _remember_or_age(self, parsed: dict[str, Any]) -> None:
        request = self._mine.request
        match self._mine.operation:
            case "TransactWriteItems":
                for put in [part["Put"] for part in request["TransactItems"] if "Put" in part]:
                    self._remember(put["TableName"], put["Item"])
            case "PutItem":
                self._remember(request["TableName"], request["Item"])
            case "GetItem" if request["TableName"] == account_store.table() and not request.get("ConsistentRead"):
                if self._mine.luck.random() < UNSEEN_SHARE:
                    parsed.pop("Item", None)
                elif "Item" in parsed:
                    parsed["Item"] = self._aged(request["TableName"], parsed["Item"])
            case "BatchGetItem":
                self._age_all(request["RequestItems"], parsed["Responses"])

    def _age_all(self, asked: Mapping[str, Any], found: dict[str, Any]) -> None:
        for table in self._aging() & found.keys():
            if not asked[table].get("ConsistentRead"):
                found[table] = [self._aged(table, item) for item in found[table]]

    def _aging(self) -> set[str]:
        """Return the tables whose rows have versions: what a reading that lags can show an older one of."""
        return {account_store.table(), coupon_store.table(), campaigns.table()}

    def _remember(self, table: str, image: dict[str, Any]) -> None:
        if table not in self._aging() or "version" not in image:
            return
        with self._lock:
            images = self._images[_name(table, image)]
            images.append(image)
            del images[:-KEPT_IMAGES]

    def _aged(self, table: str, image: dict[str, Any]) -> dict[str, Any]:
        luck: random.Random = self._mine.luck
        if "version" not in image:
            return self._emptier(image)
        with self._lock:
            seen = self._images[_name(table, image)]
            if not seen:
                seen.append(image)  # written before the weather came
            images = list(seen)
        older = [kept for kept in images if int(kept["version"]["N"]) < int(image["version"]["N"])]
        if not older or luck.random() >= STALE_SHARE:
            return image
        with self._lock:
            self.faults[Fault.STALE] += 1
        return luck.choice(older)

    def _emptier(self, image: dict[str, Any]) -> dict[str, Any]:
        """Return a shard of a stock as it was before others took from it: what is left may be there no more."""
        luck: random.Random = self._mine.luck
        if "left" not in image or luck.random() >= STALE_SHARE:
            return image
        more = min(int(image["taken"]["N"]), luck.randrange(1, 500))
        return {**image, "left": {"N": str(int(image["left"]["N"]) + more)}}


def _name(table: str, image: dict[str, Any]) -> str:
    hash_key = {account_store.table(): "member_id", campaigns.table(): "campaign_id"}.get(table, "coupon_id")
    return "/".join((table, image[hash_key]["S"], image.get("kind", {}).get("S", "")))


def _conflict(parts: int, luck: random.Random) -> tuple[AWSResponse, Any]:
    """Return the answer the service gives when another transaction holds one of the items."""
    hit = luck.randrange(parts)
    reasons = [{"Code": "TransactionConflict" if n == hit else "None"} for n in range(parts)]
    parsed = {
        "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled [TransactionConflict]"},
        "CancellationReasons": reasons,
        "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "weather", "RetryAttempts": 0},
    }
    return AWSResponse(ENDPOINT, 400, HTTPHeaders(), None), parsed
