"""Makes moto answer DynamoDB's calls in half the time, with the same answers (`tests/functions/test_standing.py`).

Moto asks every attribute of every row for each of the ten types it could have, under two spellings; lists the methods
of a class at every call; copies whole tables before a transaction, object by object; and prepares each test for callers
that use `requests`, of which there are none: more than all else that the tests of the functions do.
"""

import copy
from functools import cache
from typing import Any

from moto.core import models, responses, utils
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

own_way = BaseJSONSerializer._serialize_type_structure
own_update = DynamoDBBackend.update_item


def install() -> None:
    """Let moto use what is here, in this process."""
    models.RESPONSES_METHODS.clear()
    for place, name, ours in (
        (responses, "method_names_from_class", cache(utils.method_names_from_class)),
        (BaseJSONSerializer, "_serialize_type_structure", _structure),
        (Table, "__deepcopy__", _copied),
        (DynamoDBBackend, "update_item", _updated),
    ):
        setattr(place, name, ours)


def _structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name == "AttributeValue" and _is_plain(value):
        serialized[serializer.get_serialized_name(shape, key)] = value
    else:
        own_way(serializer, serialized, value, shape, key)


def _updated(backend: DynamoDBBackend, table_name: str, key: Any, *given: Any, **named: Any) -> Any:
    """Update a copy of the row in the row's place: rows never change, so copies of a table may share them."""
    table = backend.get_table(table_name)
    place, last = backend.get_keys_value(table, key)
    rows: Any = table.items
    if last is not None:
        rows, place = rows.get(place, {}), last
    if place in rows:
        rows[place] = copy.deepcopy(rows[place])
    return own_update(backend, table_name, key, *given, **named)


def _copied(table: Any, memo: dict[int, Any]) -> Any:
    """Copy a table; its rows are the same ones, its lists of rows are not."""
    found: Any = Table.__new__(Table)
    rest = {name: value for name, value in vars(table).items() if name != "items"}
    vars(found).update(copy.deepcopy(rest, memo))
    shallow = {key: dict(rows) if table.range_key_attr else rows for key, rows in table.items.items()}
    found.items = type(table.items)(dict, shallow)
    return found


def _is_plain(value: Any) -> bool:
    """Tell whether moto would write an attribute as it stands."""
    if type(value) is not dict or len(value) != 1:
        return False
    ((kind, inside),) = value.items()
    match kind:
        case "S" | "N":
            return type(inside) is str
        case "M":
            return type(inside) is dict and all(map(_is_plain, inside.values()))
        case "L":
            return type(inside) is list and all(map(_is_plain, inside))
        case _:
            return kind in {"BOOL", "NULL"}
