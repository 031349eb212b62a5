"""DynamoDB at the level of botocore: one client, and values to attributes and back.

The `boto3` resource layer is not imported: it costs a tenth of a cold start and turns every number into a Decimal,
while everything stored here is text, whole numbers, lists and maps (ADR 0004).
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from loyalty.errors import BusyError

BATCH_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05

Item = dict[str, Any]
"""A plain item: str, int, bool, None, list and dict."""

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    parameter_validation=False,
)

NOTHING_KNOWN = (HTTPClientError, NoConnectionError)
"""What a call raises when its request or its answer was lost."""
TRANSIENT_CODES = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


@cache
def service(name: str) -> Any:
    """Return the process's botocore client for an AWS service."""
    return botocore.session.get_session().create_client(name, config=_CONFIG)


def client() -> Any:
    """Return the process's DynamoDB client."""
    return service("dynamodb")


def is_transient(error: Exception) -> bool:
    """Tell whether an error says nothing about the request: a throttle, a fault, a lost answer."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in TRANSIENT_CODES
    return isinstance(error, NOTHING_KNOWN)


def to_attribute(value: object) -> dict[str, Any]:
    """Return a plain value as a DynamoDB attribute; a float is refused because nothing here is one."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case Mapping():
            return {"M": {str(key): to_attribute(part) for key, part in value.items()}}
        case Sequence():
            return {"L": [to_attribute(part) for part in value]}
    raise TypeError(f"cannot store {type(value).__name__}")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """Return the plain value of a DynamoDB attribute."""
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return int(value)
        case "M":
            return {key: from_attribute(part) for key, part in value.items()}
        case "L":
            return [from_attribute(part) for part in value]
        case "NULL":
            return None
    return value


def to_item(values: Mapping[str, object]) -> dict[str, Any]:
    """Return a plain item in DynamoDB's form; attributes that are None are left out."""
    return {key: to_attribute(value) for key, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Item:
    """Return a DynamoDB item as plain values."""
    return {key: from_attribute(value) for key, value in item.items()}


def get(table: str, key: Mapping[str, object], *, consistent: bool = False) -> Item | None:
    """Read one item, or None."""
    answer = client().get_item(TableName=table, Key=to_item(key), ConsistentRead=consistent)
    return from_item(answer["Item"]) if "Item" in answer else None


def query(table: str, **request: Any) -> Iterator[Item]:
    """Yield every item of a query, page after page (a first page is never mistaken for all)."""
    while True:
        answer = client().query(TableName=table, **request)
        yield from map(from_item, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def transact_get(*keys: tuple[str, Mapping[str, object]]) -> list[Item | None]:
    """Read several items of one instant."""
    gets = [{"Get": {"TableName": table, "Key": to_item(key)}} for table, key in keys]
    answer = client().transact_get_items(TransactItems=gets)
    return [from_item(part["Item"]) if part.get("Item") else None for part in answer["Responses"]]


def batch_get(
    *keys: tuple[str, Mapping[str, object]], consistent: bool = False, attributes: Sequence[str] = ()
) -> list[Item | None]:
    """Read up to 100 items of any tables in one call; not of one instant, but each no older than the call if asked.

    Args:
        attributes: all that is wanted of the items beside their keys; none named: the whole items.

    Raises:
        BusyError: if the service keeps leaving keys out, as it does when a table is throttled.
    """
    wanted: dict[str, dict[str, Any]] = {}
    for table, key in dict.fromkeys((table, tuple(key.items())) for table, key in keys):
        only = {"ProjectionExpression": ", ".join((*dict(key), *attributes))} if attributes else {}
        request = wanted.setdefault(table, {"Keys": [], "ConsistentRead": consistent, **only})
        request["Keys"].append(to_item(dict(key)))
    names = {table: tuple(key) for table, key in keys}
    found: dict[tuple[str, tuple[object, ...]], Item] = {}
    for attempt in range(BATCH_ATTEMPTS):
        answer = client().batch_get_item(RequestItems=wanted)
        for table, items in answer["Responses"].items():
            for item in map(from_item, items):
                found[(table, tuple(item[name] for name in names[table]))] = item
        wanted = answer.get("UnprocessedKeys") or {}
        if not wanted:
            return [found.get((table, tuple(key.values()))) for table, key in keys]
        time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
    raise BusyError(retry_after=1)
