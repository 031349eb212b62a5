"""The newest documents of the nights: one row each, replaced by a refresh that was asked for later, never earlier."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.insight import store
from functions.insight.nights.night import Document
from loyalty import dynamo
from loyalty.dynamo import Item, to_item

NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is kept.

    Attributes:
        as_of: the mall-local day it stands on; `made_at` is when its refresh was asked for.
    """

    body: Any
    as_of: date
    made_at: str
    refresh_id: str


def write(document: Document, as_of: date, made_at: str, refresh_id: str) -> None:
    """Keep a document, unless a later refresh has made its own already."""
    row: Item = {"text": document.text, "as_of": as_of.isoformat(), "made_at": made_at, "refresh_id": refresh_id}
    if document.kept_days:
        row["ttl"] = int((datetime.fromisoformat(made_at) + timedelta(days=document.kept_days)).timestamp())
    try:
        dynamo.client().put_item(
            TableName=store.table(),
            Item=to_item({**_key(document.name), **row}),
            ConditionExpression="attribute_not_exists(made_at) OR made_at <= :made_at",
            ExpressionAttributeValues=to_item({":made_at": made_at}),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def read(name: str) -> Kept | None:
    """Read the newest document of a name; None before the first night."""
    row = dynamo.get(store.table(), _key(name))
    return _kept(row) if row else None


def _kept(row: Item) -> Kept:
    return Kept(json.loads(row["text"]), date.fromisoformat(row["as_of"]), row["made_at"], row["refresh_id"])


def _key(name: str) -> dict[str, str]:
    return store.key(f"document/{name}", NEWEST)
