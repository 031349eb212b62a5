"""Makes moto answer DynamoDB's calls in half the time, with the same answers (`tests/functions/test_standing.py`).

Moto asks every attribute of every row for each of the ten types it could have, under two spellings; lists the methods
of a class at every call; copies whole tables before a transaction, object by object; measures a whole row again for
every attribute it sets or copies; and prepares each test for callers that use `requests`, of which there are none: more
than all else that the tests of the functions do. Botocore names itself anew at every call, to nobody. And both speak
HTTP to each other in one process: what is asked of rows goes to moto's own handler, neither signed nor sent nor routed.
"""

import copy
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.endpoint import Endpoint
from botocore.useragent import UserAgentString
from moto.core import models, responses, utils
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.parse import JSONParser
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import bytesize
from moto.dynamodb.responses import DynamoHandler

own_way = BaseJSONSerializer._serialize_type_structure
own_update = DynamoDBBackend.update_item
own_set = LimitedSizeDict.__setitem__
own_request = Endpoint.create_request
own_answer = BotocoreStubber.process_request
MOST_BYTES = 405_000
"""What a row may have by moto's measure."""
OF_ROWS = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchGetItem", "BatchWriteItem", "Query", "Scan"} | {
    "TransactGetItems",
    "TransactWriteItems",
}
"""The operations that go to the handler at once."""
HOST = re.compile(r"https://dynamodb\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to DynamoDB as it is before it is signed and sent; it has what botocore looks at."""

    operation: Any
    region: str
    url: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"
    stream_output: bool = False

    def reset_stream(self) -> None:
        """Nothing of it was read."""


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
        (responses, "gen_amzn_requestid_long", _numbered),
        (Endpoint, "create_request", _request),
        (BotocoreStubber, "process_request", _answer),
    ):
        setattr(place, name, ours)


def _structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name == "AttributeValue" and _is_plain(value):
        serialized[serializer.get_serialized_name(shape, key)] = value
    else:
        own_way(serializer, serialized, value, shape, key)


def _numbered(headers: Any = None) -> str:
    """Give every answer the same id: drawing one takes as long as looking up a row."""
    if headers is not None:
        headers["x-amzn-requestid"] = "R"
    return "R"


def _request(endpoint: Any, params: Any, operation_model: Any = None) -> Any:
    """Make no request to be signed where moto will answer what is asked of rows, and nobody else looks at requests."""
    at = HOST.fullmatch(endpoint.host) if models.botocore_stubber.enabled else None
    if at is None or operation_model is None or operation_model.name not in OF_ROWS:
        return own_request(endpoint, params, operation_model)
    event = f"before-send.dynamodb.{operation_model.name}"
    if len(endpoint._event_emitter._emitter._handlers.prefix_search(event)) > 1:
        return own_request(endpoint, params, operation_model)
    return Asked(operation_model, at[1], params["url"], params["headers"], params["body"])


def _answer(stubber: BotocoreStubber, request: Any) -> Any:
    """Let moto's handler answer what was read already."""
    if not isinstance(request, Asked):
        return own_answer(stubber, request)
    handler: Any = DynamoHandler()
    handler.region, handler.current_account = request.region, DEFAULT_ACCOUNT_ID
    handler.headers, handler.querystring, handler.response_headers = request.headers, {}, {"server": "amazon.com"}
    reader: Any = JSONParser(request.operation, map_type=handler.PROTOCOL_PARSER_MAP_TYPE)
    handler.params = reader.parse({"headers": request.headers, "body": request.body})
    return handler.call_action()


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
