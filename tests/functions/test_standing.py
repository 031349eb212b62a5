"""The mall that tests stand on is new for each of them, and answers as moto itself does."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import LimitedSizeDict

from loyalty import dynamo
from tests import quick_moto, standing
from tests.support import INDEXES, TABLES

ROW = {
    "coupon_id": {"S": "c-1"},
    "kind": {"S": "券"},
    "member_id": {"S": "m-1"},
    "placed": {"S": "p"},
    "empty": {"S": ""},
    "number": {"N": "-12.50"},
    "yes": {"BOOL": True},
    "no": {"BOOL": False},
    "nothing": {"NULL": True},
    "names": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "bytes": {"B": b"\x00\xff"},
    "pictures": {"BS": [b"\x01"]},
    "list": {"L": [{"S": "a"}, {"N": "1"}, {"L": []}, {"M": {}}, {"B": b"in a list"}]},
    "map": {"M": {"S": {"S": "named like a type"}, "deep": {"M": {"N": {"N": "2"}, "sets": {"L": [{"NS": ["7"]}]}}}}},
}
HERE = {name: ROW[name] for name in ("coupon_id", "kind")}


def spoil() -> None:
    """Leave behind everything that a test could: rows, an index's entries, other tables, none, another secret."""
    client, secrets = dynamo.client(), dynamo.service("secretsmanager")
    for name, keys in TABLES.items():
        row = {key: {kind: "1"} for key, kind in keys} | {"member_id": {"S": "m"}, "left": {"L": [{"S": "behind"}]}}
        client.put_item(TableName=name, Item=row)
    program = client.scan(TableName="program")["Items"][0]
    client.put_item(TableName="program", Item=program | {"definition": {"S": "another"}})
    client.put_item(TableName="coupons", Item=ROW)
    client.update_time_to_live(TableName="books", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    client.delete_table(TableName="surveys")
    client.create_table(
        TableName="mine",
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    secrets.put_secret_value(SecretId="pepper", SecretString="another")
    secrets.create_secret(Name="mine", SecretString="mine")


def found() -> dict[str, Any]:
    """All there is: tables as they describe themselves, their rows, the rows of their indexes, secrets."""
    client, secrets = dynamo.client(), dynamo.service("secretsmanager")
    names = client.list_tables()["TableNames"]
    indexes = [(name, index) for name, own in INDEXES.items() for index, *_ in own if name in names]
    return {
        "tables": {name: client.describe_table(TableName=name)["Table"] for name in names},
        "rows": {name: client.scan(TableName=name)["Items"] for name in names},
        "indexed": {one: client.scan(TableName=one[0], IndexName=one[1])["Items"] for one in indexes},
        "kept for": client.describe_time_to_live(TableName="books")["TimeToLiveDescription"],
        "secrets": [
            (one["Name"], secrets.get_secret_value(SecretId=one["Name"])["SecretString"])
            for one in secrets.list_secrets()["SecretList"]
        ],
    }


def test_what_a_test_leaves_behind_is_not_there_for_the_next(environment: None) -> None:
    malls = []
    for _ in range(3):
        with mock_aws():
            standing.stand_up()
            malls.append(found())
            spoil()
            assert found() != malls[0]
    assert malls[0] == malls[1] == malls[2]
    assert set(malls[0]["tables"]) == set(TABLES)
    assert {name for name, rows in malls[0]["rows"].items() if rows} == {"program"}


@pytest.mark.parametrize("number", [1, 2])
def test_each_of_two_tests_finds_it_new(cloud: Any, number: int) -> None:
    everything = found()
    assert {name for name, rows in everything["rows"].items() if rows} == {"program"}
    assert everything["secrets"] == [("pepper", "p" * 64)]
    spoil()


def test_no_two_malls_share_an_object_that_can_change(environment: None) -> None:
    malls = []
    for _ in range(2):
        with mock_aws():
            standing.stand_up()
            (backend,) = [one for account in dynamodb_backends.values() for one in account.values() if one.tables]
            malls.append({id(part): part for part in parts(vars(backend))})
    assert malls[0].keys() & malls[1].keys() == set()
    assert len(malls[0]) > 100


def parts(whole: Any) -> list[Any]:
    """Everything inside that can change: lists, dicts, sets and objects that have such."""
    if isinstance(whole, dict):
        return [whole, *(part for value in whole.values() for part in parts(value))]
    if isinstance(whole, list | set | tuple):
        return [whole, *(part for value in whole for part in parts(value))]
    return [whole, *parts(vars(whole))] if hasattr(whole, "__dict__") and not isinstance(whole, type) else []


def refused() -> Any:
    """A transaction that is refused, with the row that stood in its way."""
    put = {"TableName": "coupons", "Item": HERE, "ConditionExpression": "attribute_not_exists(kind)"}
    put["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    with pytest.raises(ClientError) as error:
        dynamo.client().transact_write_items(TransactItems=[{"Put": put}])
    return error.value.response["CancellationReasons"]


def updated() -> Any:
    return dynamo.client().update_item(
        TableName="coupons",
        Key=HERE,
        UpdateExpression="SET #n = #n + :more",
        ExpressionAttributeNames={"#n": "number"},
        ExpressionAttributeValues={":more": {"N": "3"}},
        ReturnValues="ALL_NEW",
    )["Attributes"]


def mistaken(**request: Any) -> Any:
    """What is said to a request that is wrong."""
    with pytest.raises(ClientError) as error:
        dynamo.client().get_item(**request)
    return error.value.response["Error"]


READINGS: dict[str, Callable[[], Any]] = {
    "get": lambda: dynamo.client().get_item(TableName="coupons", Key=HERE)["Item"],
    "scan": lambda: dynamo.client().scan(TableName="coupons")["Items"],
    "batch": lambda: dynamo.client().batch_get_item(RequestItems={"coupons": {"Keys": [HERE]}})["Responses"],
    "transaction": lambda: dynamo.client().transact_get_items(
        TransactItems=[{"Get": {"TableName": "coupons", "Key": HERE}}]
    )["Responses"],
    "query": lambda: dynamo.client().query(
        TableName="coupons",
        IndexName="by_member",
        KeyConditionExpression="member_id = :m",
        ExpressionAttributeValues={":m": {"S": "m-1"}},
    )["Items"],
    "page": lambda: dynamo.client().scan(TableName="coupons", Limit=1).get("LastEvaluatedKey"),
    "update": updated,
    "refusal": refused,
    "no such table": lambda: mistaken(TableName="nowhere", Key=HERE),
    "no such key": lambda: mistaken(TableName="coupons", Key={"coupon_id": {"S": "c-1"}}),
    "nothing": lambda: dynamo.client().get_item(TableName="coupons", Key=HERE | {"kind": {"S": "none"}}).get("Item"),
}


@pytest.mark.parametrize("reading", READINGS)
def test_rows_are_answered_as_moto_itself_answers_them(
    cloud: Any, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamo.client().put_item(TableName="coupons", Item=ROW)
    dynamo.client().put_item(TableName="coupons", Item=ROW | {"coupon_id": {"S": "c-2"}})
    assert BaseJSONSerializer._serialize_type_structure is not quick_moto.own_way
    quick = READINGS[reading]()
    dynamo.client().put_item(TableName="coupons", Item=ROW)
    monkeypatch.setattr(BaseJSONSerializer, "_serialize_type_structure", quick_moto.own_way)
    assert READINGS[reading]() == quick


@pytest.mark.parametrize("reading", READINGS)
def test_the_handler_that_is_asked_at_once_answers_as_over_http(
    cloud: Any, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamo.client().put_item(TableName="coupons", Item=ROW)
    dynamo.client().put_item(TableName="coupons", Item=ROW | {"coupon_id": {"S": "c-2"}})
    quick = READINGS[reading]()
    dynamo.client().put_item(TableName="coupons", Item=ROW)
    sent = list[Any]()

    def send(endpoint: Any, params: Any, operation_model: Any = None) -> Any:
        sent.append(quick_moto.own_request(endpoint, params, operation_model))
        return sent[-1]

    monkeypatch.setattr(Endpoint, "create_request", send)
    assert READINGS[reading]() == quick
    assert [one.headers["Authorization"] is not None for one in sent] == [True]


def test_who_listens_to_requests_hears_them(cloud: Any) -> None:
    heard, events = list[str](), dynamo.client().meta.events

    def hear(request: Any, **_: Any) -> None:
        heard.append(request.headers["X-Amz-Target"].decode())

    events.register("before-send.dynamodb.GetItem", hear)
    dynamo.client().get_item(TableName="coupons", Key=HERE)
    events.unregister("before-send.dynamodb.GetItem", hear)
    dynamo.client().get_item(TableName="coupons", Key=HERE)
    assert heard == ["DynamoDB_20120810.GetItem"]


@pytest.mark.parametrize("rows", [0, 3])
def test_a_refused_transaction_leaves_every_table_as_it_was(cloud: Any, rows: int) -> None:
    client = dynamo.client()
    for number in range(rows):
        client.put_item(TableName="coupons", Item=ROW | {"coupon_id": {"S": f"c-{number}"}})
    before = found()
    update = {
        "Update": {
            "TableName": "coupons",
            "Key": HERE,
            "UpdateExpression": "SET #m.deep.N = :n, member_id = :m REMOVE #s",
            "ExpressionAttributeNames": {"#m": "map", "#s": "names"},
            "ExpressionAttributeValues": {":n": {"N": "9"}, ":m": {"S": "m-9"}},
        }
    }
    put = {"Put": {"TableName": "coupons", "Item": ROW | {"coupon_id": {"S": "c-2"}, "placed": {"S": "q"}}}}
    check = {"TableName": "members", "Key": {"member_id": {"S": "m"}, "kind": {"S": "k"}}}
    refusal = {"ConditionCheck": check | {"ConditionExpression": "attribute_exists(kind)"}}
    with pytest.raises(ClientError):
        client.transact_write_items(TransactItems=[update, put, refusal])
    assert found() == before
    if rows:
        client.transact_write_items(TransactItems=[update, put])
        assert found() != before


@pytest.mark.parametrize("sizes", [(405_000,), (300_000, 110_000), (100_000,) * 4 + (9_000,), (1_000, 410_000)])
def test_a_row_that_grows_too_large_is_refused_where_moto_itself_refuses_it(
    cloud: Any, sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LimitedSizeDict.__setitem__ is not quick_moto.own_set
    quick = grown(sizes)
    monkeypatch.setattr(LimitedSizeDict, "__setitem__", quick_moto.own_set)
    monkeypatch.delattr(LimitedSizeDict, "__deepcopy__")
    assert grown(sizes) == quick
    assert quick[-1] == "ValidationException"


def test_a_row_whose_attribute_is_replaced_often_does_not_grow(cloud: Any) -> None:
    assert grown((100_000,), again=6) == ["set"] * 6


def grown(sizes: tuple[int, ...], again: int = 1) -> list[str]:
    """Add attributes of so many bytes to a row, one after the other; what came of each."""
    client, told = dynamo.client(), list[str]()
    client.put_item(TableName="coupons", Item=HERE)
    for number, size in [*enumerate(sizes)] * again:
        change = {":a": {"S": "x" * size}}
        try:
            client.update_item(
                TableName="coupons",
                Key=HERE,
                UpdateExpression=f"SET a{number} = :a",
                ExpressionAttributeValues=change,
            )
            told.append("set")
        except ClientError as error:
            told.append(error.response["Error"]["Code"])
    return told
