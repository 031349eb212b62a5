"""Transactions on the identity rows: tried again while that can help, and explained when a condition fails.

A transaction says which of its parts failed by their position; here the position becomes the key of the row that
stood in the way, so that a rule can say what it means.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from functions.members.rows import Part, RowKey, key_of
from loyalty import dynamo
from loyalty.attempts import pause
from loyalty.dynamo import NOTHING_KNOWN, Item
from loyalty.errors import BusyError

ATTEMPTS = 6
_CANCELLED = "TransactionCanceledException"
_FAILED = "ConditionalCheckFailed"


class BlockedError(Exception):
    """Conditions failed; nothing was written.

    Attributes:
        rows: what was found under each key whose condition failed; empty where nothing is there.
    """

    def __init__(self, rows: Mapping[RowKey, Item]) -> None:
        super().__init__("a condition failed")
        self.rows = rows


def write(parts: Sequence[Part]) -> None:
    """Write all parts or none.

    Raises:
        BlockedError: a condition failed; after a lost answer the rows in the way may be this call's own.
        BusyError: too many conflicts, or no answer: repeat the request.
    """
    for attempt in range(ATTEMPTS):
        try:
            dynamo.client().transact_write_items(TransactItems=list(parts))
        except (ClientError, *NOTHING_KNOWN) as error:
            if found := _blocked(error, parts):
                raise BlockedError(found) from None
            if not _can_help(error):
                raise
            pause(attempt)
        else:
            return
    raise BusyError(retry_after=1)


def _reasons(error: Exception) -> list[dict[str, Any]]:
    if isinstance(error, ClientError) and error.response["Error"]["Code"] == _CANCELLED:
        reasons: Any = error.response.get("CancellationReasons", [])
        return list(reasons)
    return []


def _blocked(error: Exception, parts: Sequence[Part]) -> dict[RowKey, Item]:
    pairs = zip(parts, _reasons(error), strict=False)
    return {
        key_of(part): dynamo.from_item(reason.get("Item") or {}) for part, reason in pairs if reason["Code"] == _FAILED
    }


def _can_help(error: Exception) -> bool:
    return {reason["Code"] for reason in _reasons(error)} <= _RETRIED and (
        bool(_reasons(error)) or dynamo.is_transient(error)
    )


_RETRIED = {"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
