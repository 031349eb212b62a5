"""The expiry sweep, run for a day a year ahead, and awaited."""

import json
import time
from datetime import date
from typing import Any

from local.clients import client
from local.console import Progress
from local.demo.api import DemoError
from local.stack import Stack

_MAX_SECONDS = 900
_SHARDS = 64


def run_sweep(stack: Stack, as_of: date) -> None:
    """Start the sweep for a day and wait until nobody is due on or before it.

    Raises:
        DemoError: it failed, or did not end within a quarter of an hour.
    """
    progress = Progress(f"expiry sweep for {as_of}")
    _invoke(stack, as_of)
    deadline = time.monotonic() + _MAX_SECONDS
    while due := members_due(stack, as_of):
        progress.update(f"{due} members still due")
        if time.monotonic() > deadline:
            raise DemoError(f"The sweep did not end within {_MAX_SECONDS // 60} minutes; {due} members are still due.")
        time.sleep(1)
    progress.done("nobody is due any more")


def _invoke(stack: Stack, as_of: date) -> None:
    answer = _client(stack, "lambda").invoke(
        FunctionName=stack.function("expiry-daily"),
        Payload=json.dumps({"as_of": as_of.isoformat()}),
    )
    if "FunctionError" in answer:
        raise DemoError(f"The sweep failed: {answer['Payload'].read().decode()}")


def members_due(stack: Stack, as_of: date) -> int:
    """How many members the index of due work names for this day and before."""
    dynamodb = _client(stack, "dynamodb")
    return sum(_due_in_shard(dynamodb, stack.resources["accounts_table_name"], n, as_of) for n in range(_SHARDS))


def _due_in_shard(dynamodb: Any, table: str, shard: int, as_of: date) -> int:
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        IndexName="due",
        Select="COUNT",
        KeyConditionExpression="due_shard = :shard AND due_on <= :day",
        ExpressionAttributeValues={":shard": {"N": str(shard)}, ":day": {"S": f"{as_of:%y%m%d}"}},
    )
    return sum(page["Count"] for page in pages)


def _client(stack: Stack, service: str) -> Any:
    return client(service, endpoint_url=stack.endpoint_url, region=stack.region)
