"""The parked queue: rows that cannot become events wait there, whole, for a person (docs/operations.md).

A message keeps the stream's record in its own shape, so that `{"Records": [record]}` given to `outbox-on-change`
is the redrive. Of a profile only what events are made of is kept: who the person is stays in the members table. What
people wrote in their own words is left out, for nobody knows what that says, and so is what opens a survey.
"""

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

from functions.outbox.clients import impatient
from functions.outbox.conversion import PROFILE_ATTRIBUTES
from loyalty.catalogue import DEFINITION
from loyalty.settings import setting

NOT_KEPT = frozenset({"note", "texts", "text", "because", "partial", "token", "history", "appeal_text", "release_text"})
MAX_BYTES = 256 * 1024
"""What a message may hold; a row of 400 KB is compressed."""


def park(record: Mapping[str, Any], reason: str) -> None:
    """Send a stream's record to the parked queue.

    Args:
        reason: an error's name or the bus's code; never a value of the row.

    Raises:
        ClientError, BotoCoreError: if the queue does not take it now.
    """
    impatient("sqs").send_message(QueueUrl=setting("PARKED_QUEUE_URL"), MessageBody=message(record, reason))


def message(record: Mapping[str, Any], reason: str) -> str:
    """Return the message that parks a record: ASCII, because the queue refuses some characters a row may have.

    What no compression makes small enough is named by its key; the row itself is still in its table.
    """
    kept = without_identity(record)
    whole = json.dumps({"reason": reason, "record": kept})
    if len(whole) <= MAX_BYTES:
        return whole
    packed = base64.b64encode(gzip.compress(json.dumps(kept).encode())).decode()
    if len(packed) + len(reason) < MAX_BYTES - 100:
        return json.dumps({"reason": reason, "record_gzip": packed})
    return json.dumps({"reason": reason, "keys": kept["dynamodb"]["Keys"]})


def without_identity(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without what tells a person's identity; ledger rows know none."""
    change = dict(record["dynamodb"])
    change.pop("OldImage", None)
    keys, image = change.get("Keys", {}), change.get("NewImage", {})
    if "member_id" in keys:
        change["NewImage"] = {name: value for name, value in image.items() if name in PROFILE_ATTRIBUTES}
    elif image:
        change["NewImage"] = {name: value for name, value in image.items() if name not in _left_out(image)}
    return {**record, "dynamodb": change}


def _left_out(image: Mapping[str, Any]) -> frozenset[str]:
    """Return what is not kept; the history of a definition is logins and instants, and its event is made of it."""
    return NOT_KEPT - {"history"} if image.get("kind") == {"S": DEFINITION} else NOT_KEPT
