"""Counts the calls of an operation to DynamoDB and the capacity units the service reports for them.

`BatchGetItem` and refused transactions report nothing on the local cloud: the read units of the former are computed
from the sizes of the items by the published rules; the latter write nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

REPORTING = frozenset({"GetItem", "Query", "TransactGetItems", "TransactWriteItems", "PutItem", "UpdateItem"})
WRITES = frozenset({"TransactWriteItems", "PutItem", "UpdateItem"})
READ_UNIT = 4096


@dataclass
class Bill:
    """What was called and what it cost.

    Attributes:
        calls: the operations in order.
        read: read units; `write`: write units of the tables; `index`: those of their indexes.
        refused: transactions that were refused, so wrote nothing.
    """

    calls: list[str] = field(default_factory=list)
    read: float = 0
    write: float = 0
    index: float = 0
    refused: int = 0

    @property
    def writes(self) -> float:
        """All write units, the indexes' included."""
        return self.write + self.index


@contextmanager
def metered(client: Any) -> Iterator[Bill]:
    """Count what a botocore client of DynamoDB does within the block."""
    bill = Bill()

    def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in REPORTING:
            params["ReturnConsumedCapacity"] = "INDEXES"

    def enter(parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        bill.calls.append(model.name)
        _charge(bill, model.name, parsed)

    client.meta.events.register("before-parameter-build.dynamodb", ask)
    client.meta.events.register("after-call.dynamodb", enter)
    try:
        yield bill
    finally:
        client.meta.events.unregister("before-parameter-build.dynamodb", ask)
        client.meta.events.unregister("after-call.dynamodb", enter)


def _charge(bill: Bill, operation: str, parsed: Mapping[str, Any]) -> None:
    if "Error" in parsed:
        bill.refused += operation == "TransactWriteItems"
        return
    if operation == "BatchGetItem":
        found = [item for items in parsed["Responses"].values() for item in items]
        bill.read += sum(read_units(item) for item in found)
        return
    reported = parsed.get("ConsumedCapacity", [])
    for part in [reported] if isinstance(reported, Mapping) else reported:
        if operation in WRITES:
            indexes = part.get("GlobalSecondaryIndexes", {}).values()
            own = sum(index["CapacityUnits"] for index in indexes)
            bill.index += own
            bill.write += part["CapacityUnits"] - own
        else:
            bill.read += part["CapacityUnits"]


def read_units(item: Mapping[str, Any]) -> float:
    """Return what an eventually consistent read of an item costs: half a unit for each 4 KB begun."""
    return -(-item_size(item) // READ_UNIT) / 2


def item_size(item: Mapping[str, Any]) -> int:
    """Return the bytes DynamoDB counts: names and values; a list or map is 3, and 1 for each of its parts."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(attribute: Mapping[str, Any]) -> int:
    kind: str
    value: Any
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            digits = str(value).lstrip("-").strip("0") or "0"
            return (len(digits) + 1) // 2 + 1 + str(value).startswith("-")
        case "L":
            return 3 + sum(1 + _value_size(part) for part in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(part) for name, part in value.items())
    return 1
