"""Ways in which a call to DynamoDB goes wrong, or somebody else comes first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError, ReadTimeoutError

from loyalty import dynamo

Hook = Callable[[int, str, Callable[[], Any]], Any]
"""Gets the number of the call, the operation, and a function that makes the call."""


class KilledError(BaseException):
    """The process ends here: nothing after it runs."""


class Fault(Enum):
    """What happens to one call."""

    REFUSED = "an error, and nothing was done"
    LOST = "done, but the answer never came"
    KILLED = "done, and the process ended"


@contextmanager
def calls_through(hook: Hook) -> Iterator[None]:
    """Send every call to DynamoDB through a hook."""
    client = dynamo.client()
    real, count = client._make_api_call, iter(range(10**6))

    def call(operation: str, arguments: dict[str, Any]) -> Any:
        return hook(next(count), operation, lambda: real(operation, arguments))

    with patch.object(client, "_make_api_call", call):
        yield


@contextmanager
def broken_call(number: int, fault: Fault) -> Iterator[None]:
    """Break the n-th call from here on, counted from 0; the others go through."""

    def hook(n: int, operation: str, call: Callable[[], Any]) -> Any:
        if n != number:
            return call()
        if fault is Fault.REFUSED:
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": "injected"}}, operation)
        call()
        if fault is Fault.LOST:
            raise ReadTimeoutError(endpoint_url="injected")
        raise KilledError

    with calls_through(hook):
        yield


@contextmanager
def first(rival: Callable[[], object], operation: str = "TransactWriteItems", nth: int = 0) -> Iterator[None]:
    """Let a rival act just before the n-th call of an operation, counted from 0."""
    calls = {"seen": 0, "acted": 0}

    def hook(_n: int, called: str, call: Callable[[], Any]) -> Any:
        if called == operation and not calls["acted"]:
            calls["seen"] += 1
            if calls["seen"] > nth:
                calls["acted"] = 1
                rival()
        return call()

    with calls_through(hook):
        yield
    assert calls["acted"], "the rival never came to act"


@contextmanager
def conflicts(times: int) -> Iterator[None]:
    """Refuse so many transactions as DynamoDB does when another one is at the same item."""
    left = iter(range(times))

    def hook(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        if operation == "TransactWriteItems" and next(left, None) is not None:
            response: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "injected"},
                "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
            }
            raise ClientError(response, operation)
        return call()

    with calls_through(hook):
        yield
