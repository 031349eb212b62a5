"""How many bytes DynamoDB counts for an item, by its documented rules."""

from collections.abc import Mapping
from typing import Any


def item_size(item: Mapping[str, Any]) -> int:
    """Return the size of an item in DynamoDB's form: names and values, UTF-8."""
    return sum(len(name.encode()) + attribute_size(value) for name, value in item.items())


def attribute_size(attribute: Mapping[str, Any]) -> int:
    """Return the size of one value: numbers two digits a byte plus one, lists and maps 3 bytes and 1 an element."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            digits = value.lstrip("-").strip("0") or "0"
            return (len(digits) + 1) // 2 + 1 + int(value.startswith("-"))
        case "L":
            return 3 + sum(1 + attribute_size(part) for part in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + attribute_size(part) for name, part in value.items())
    return 1
