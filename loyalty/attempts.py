"""Load, decide, write: the loop of every change that moves no points (coupons, stock, templates).

It is the ledger's loop (`loyalty.ledger.settle`) without the account: a refusal is provisional until it was decided on
a consistent reading, a write that lost its race or its answer is decided again, and the rule itself recognises what it
has already done: it then returns a plan without parts.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from loyalty import dynamo
from loyalty.errors import BusyError, LoyaltyError

ATTEMPTS = 10
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.4

CONFLICTS = (ClientError, *dynamo.NOTHING_KNOWN)
"""What a call may raise when something moved under us, or nothing is known; `is_conflict` tells."""
_RETRIED_REASONS = {
    None,
    "None",
    "ConditionalCheckFailed",
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
}
_jitter = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Plan[Answer]:
    """What a rule decided: the writes that make it so, and what the caller is told.

    Attributes:
        writes: parts of one transaction (`{"Put": ...}`); none where it was done before, or nothing is to do.
        replayed: whether an earlier request had done it.
    """

    answer: Answer
    writes: tuple[Mapping[str, Any], ...] = ()
    replayed: bool = False


def settle[Loaded, Answer](load: Callable[[bool], Loaded], decide: Callable[[Loaded], Plan[Answer]]) -> Plan[Answer]:
    """Make one change exactly once, however often and concurrently it is asked for.

    Args:
        load: reads what `decide` needs; called with True when the reading must be consistent.
        decide: the pure rule; raises a `LoyaltyError` to refuse, and recognises its own work.

    Raises:
        LoyaltyError: the rule's refusal, once it is certain.
        BusyError: too many conflicts; nothing was written by this call, or its answer was lost: repeat it.
    """
    certain = False
    for attempt in range(ATTEMPTS):
        try:
            loaded = load(certain)
            try:
                plan = decide(loaded)
            except LoyaltyError:
                if certain:
                    raise
            else:
                write(plan.writes)
                return plan
        except CONFLICTS as error:
            if not is_conflict(error):
                raise
            pause(attempt)
        certain = True
    raise BusyError(retry_after=1)


def write(parts: tuple[Mapping[str, Any], ...]) -> None:
    """Write the parts: a lone put by itself (half the price), anything else in one transaction.

    A put that the SDK repeats after a lost answer fails its own condition; an update that counts would count twice,
    so even a lone one goes through a transaction, whose token makes the repetition harmless.
    """
    match parts:
        case ():
            return
        case ({"Put": put},):
            dynamo.client().put_item(**put)
        case _:
            dynamo.client().transact_write_items(TransactItems=list(parts))


def is_conflict(error: Exception) -> bool:
    """Tell whether trying again can help: something moved under us, or nothing is known."""
    if not isinstance(error, ClientError):
        return dynamo.is_transient(error)
    code = error.response["Error"]["Code"]
    if code == "TransactionCanceledException":
        codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
        return codes <= _RETRIED_REASONS
    return code == "ConditionalCheckFailedException" or dynamo.is_transient(error)


def pause(attempt: int) -> None:
    """Wait with full jitter, so that rivals for one row spread out."""
    time.sleep(_jitter.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)))
