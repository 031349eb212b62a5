"""Makes moto answer DynamoDB's calls in half the time, with the same answers (`tests/functions/test_standing.py`).

Moto asks every attribute of every row for each of the ten types it could have, under two spellings; lists the methods
of a class at every call; copies whole tables before a transaction, object by object; measures a whole row again for
every attribute it sets or copies; and prepares each test for callers that use `requests`, of which there are none: more
than all else that the tests of the functions do. Botocore names itself anew at every call, to nobody.
"""

import copy
from functools import cache
from typing import Any

from botocore.useragent import UserAgentString
from moto.core import models, responses, utils
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import bytesize

own_way = BaseJSONSerializer._serialize_type_structure
own_update = DynamoDBBackend.update_item
own_set = LimitedSizeDict.__setitem__
MOST_BYTES = 405_000
"""What a row may have by moto's measure."""


def install() -> None:
    """Let moto use what is here, in this process."""
    models.RESPONSES_METHODS.clear()
    for place, name, ours in (
        (responses, "method_names_from_class", cache(utils.method_names_from_class)),
        (BaseJSONSerializer, "_serialize_type_structure", _structure),
        (Table, "__deepcopy__", _copied),
        (DynamoDBBackend, "update_item", _updated),
        (LimitedSizeDict, "__setitem__", _set),
        (LimitedSizeDict, "__deepcopy__", _copied_row),
        (UserAgentString, "to_string", lambda _: "tests"),
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


def _set(row: Any, key: str, value: Any) -> None:
    """Set an attribute; let moto measure the row where all that was ever set in it may be too much."""
    known = vars(row)
    if "most" not in known:
        known["most"] = sum(map(_bytes, [*row.keys(), *row.values()]))
    known["most"] += _bytes(key) + _bytes(value)
    if known["most"] > MOST_BYTES:
        own_set(row, key, value)
    else:
        dict.__setitem__(row, key, value)


def _bytes(part: Any) -> int:
    return part.size() if type(part) is DynamoType else bytesize(str(part))


def _copied_row(row: Any, memo: dict[int, Any]) -> Any:
    """Copy a row; what it measures is found when something is set in it."""
    found: Any = LimitedSizeDict.__new__(LimitedSizeDict)
    dict.update(found, {name: copy.deepcopy(value, memo) for name, value in row.items()})
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
