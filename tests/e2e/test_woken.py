"""What wakes the outbox: after everything the other tests did, no row that means an event is kept from it."""

from functions.outbox.on_change import events_of
from infra.capabilities.outbox import STREAMS
from infra.specs import Table
from infra.tables import KEYS, MEANT, Meant
from loyalty.dynamo import Item
from tests.e2e.mall import Mall


def wakes(table: Table, keys: Item) -> bool:
    """Tell whether the stream's filter lets a row through, by its keys."""
    meant, (partition, *sort) = MEANT.get(table, Meant()), KEYS[table]
    begins = not meant.partitions or keys[partition]["S"].startswith(meant.partitions)
    return begins and (not meant.kinds or keys[sort[0]]["S"] in meant.kinds)


def test_no_row_that_means_an_event_is_kept_from_the_outbox(mall: Mall) -> None:
    mall.member()
    dynamodb, meaning, kept_back = mall.aws("dynamodb"), set(), []
    names = dynamodb.list_tables()["TableNames"]
    for table in STREAMS:
        (name,) = [one for one in names if f"-{table}" in one.lower()]
        for row in (row for page in dynamodb.get_paginator("scan").paginate(TableName=name) for row in page["Items"]):
            keys = {key: row[key] for key in KEYS[table]}
            if events_of({"eventName": "INSERT", "dynamodb": {"NewImage": row, "Keys": keys}}, "test"):
                meaning.add(table)
                kept_back += [] if wakes(table, keys) else [(table, keys)]
    assert Table.MEMBERS in meaning
    assert not kept_back
