"""Load, decide, commit: how every movement of points is made, exactly once.

    read (eventually consistent) ──> decide (pure) ──> one transaction: entry if absent + account if unchanged
             ▲                          │ refused            │ entry there: same request -> its answer, else 422
             │                          ▼                    │ account changed or conflict: pause, again
             └── read account and entry together (certain) <─┘ bounded, then 503: nothing happened, repeat

A refusal is provisional until account and entry were read together: the first try may have spent the last point and
lost its answer. The answer to a lost commit is found the same way. There is no second table of idempotency records
and no instant at which a crash leaves half a movement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from loyalty import account_store, dynamo
from loyalty.accounts import Account
from loyalty.attempts import ATTEMPTS, CONFLICTS, is_conflict, pause
from loyalty.buckets import Leg
from loyalty.clock import local_day
from loyalty.coupons import store as coupon_store
from loyalty.coupons.coupon import Coupon
from loyalty.dynamo import Item
from loyalty.entries import Cause, Entry, EntryKey, Reason, from_row, to_row
from loyalty.errors import BusyError, IdempotencyKeyReusedError, LoyaltyError, UnknownMemberError
from loyalty.programme import Programme
from loyalty.settings import setting, time_zone
from loyalty.types import Day, MemberId

PLACEHOLDER = "placeholder"
"""The kind of a row that claims a purchase's key for returns that came before it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule decided: the account after it and everything the entry keeps.

    Attributes:
        guards: further keys of the ledger that must not exist yet, written in the same transaction.
        coupons: the next versions of coupons, each written over exactly the version before it.
        beside: further parts of the same transaction, each with its own condition, such as stock. When one fails,
            everything is read and decided again.
    """

    account: Account
    legs: tuple[Leg, ...]
    reasons: tuple[Reason, ...]
    answer: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    guards: tuple[EntryKey, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    beside: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded[Extra]:
    """What a movement reads before it decides.

    Attributes:
        account: the account, None where no such member was found.
        standing: the row already at the entry's key: an entry, a placeholder, or None.
        extra: whatever else the rule needs (the tenant, a receipt's earlier movements).
    """

    account: Account | None
    standing: Item | None
    extra: Extra


@dataclass(frozen=True, slots=True)
class Outcome:
    """An entry that stands in the ledger, and whether this request found it rather than wrote it."""

    entry: Entry
    replayed: bool


Load = Callable[[bool], Loaded[Any]]
Decide = Callable[[Loaded[Any]], Decision]


def table() -> str:
    """Return the ledger table's name."""
    return setting("LEDGER_TABLE")


def settle(cause: Cause, programme: Programme, load: Load, decide: Decide) -> Outcome:
    """Make one movement exactly once, however often and concurrently it is asked for.

    Args:
        load: reads what `decide` needs; called with True when the reading must be certain (account and entry of
            one instant), with False for the cheap first try.
        decide: the pure rule; raises a `LoyaltyError` to refuse.

    Raises:
        LoyaltyError: the rule's refusal, once it is certain.
        IdempotencyKeyReusedError: the key stands for a different request.
        BusyError: too many conflicts; nothing was written by this call.
    """
    certain = False
    for attempt in range(ATTEMPTS):
        try:
            loaded = load(certain)
            if is_entry(loaded.standing):
                return _replay(cause, loaded.standing)
            decision = _decided(loaded, decide)
            if not isinstance(decision, LoyaltyError):
                return _commit(cause, programme, loaded, decision)
            if certain:
                raise decision
        except CONFLICTS as error:
            if not is_conflict(error):
                raise
            pause(attempt)
        certain = True
    raise BusyError(retry_after=1)


def look_again(
    member_id: MemberId, key: EntryKey, *beside: tuple[str, Mapping[str, object]]
) -> tuple[Account | None, Item | None, list[Item | None]]:
    """Read an account, a ledger row and other rows of one instant: what makes a refusal, or a lost answer, certain."""
    account, row, *others = dynamo.transact_get(
        (account_store.table(), {"member_id": member_id}), (table(), key.item()), *beside
    )
    return (account_store.from_row(account) if account else None), row, others


def is_entry(row: Item | None) -> bool:
    """Tell whether a row of the ledger is an entry, not a placeholder and not absent."""
    return row is not None and row.get("kind") != PLACEHOLDER


def read(key: EntryKey) -> Item | None:
    """Read one row of the ledger."""
    return dynamo.get(table(), key.item(), consistent=True)


def movements(source: str) -> list[Item]:
    """Read every row of a source, consistently."""
    return list(
        dynamo.query(
            table(),
            KeyConditionExpression="#source = :source",
            ExpressionAttributeNames={"#source": "source"},
            ExpressionAttributeValues=dynamo.to_item({":source": source}),
            ConsistentRead=True,
        )
    )


def _decided(loaded: Loaded[Any], decide: Decide) -> Decision | LoyaltyError:
    if loaded.account is None:
        return UnknownMemberError()
    try:
        return decide(loaded)
    except LoyaltyError as refusal:
        return refusal


def _commit(cause: Cause, programme: Programme, loaded: Loaded[Any], decision: Decision) -> Outcome:
    before = loaded.account
    assert before is not None  # noqa: S101 - `_decided` refused otherwise
    entry, written = movement(cause, programme, before, decision, loaded.standing)
    parts = [
        *written,
        *(put_entry({**guard.item(), "kind": "guard"}, None) for guard in decision.guards),
        *({"Put": coupon_store.put_if_unchanged(coupon)} for coupon in decision.coupons),
        *decision.beside,
    ]
    try:
        dynamo.client().transact_write_items(TransactItems=parts)
    except ClientError as error:
        if is_entry(row := _standing(error)):
            return _replay(cause, row)
        raise
    return Outcome(entry, replayed=False)


def movement(
    cause: Cause, programme: Programme, before: Account, decision: Decision, placeholder: Item | None = None
) -> tuple[Entry, tuple[Mapping[str, Any], ...]]:
    """Return the entry a decision makes, and the two parts that write it with the account's next version.

    `settle` writes them; a movement with two sides (a transfer) hands the other side's to it as `Decision.beside`.
    """
    # A request stamped before midnight may be written after one that was stamped behind it: the day never goes back.
    moved_on = max(local_day(datetime.fromisoformat(cause.recorded_at), time_zone()), before.moved_on or Day(""))
    account = replace(decision.account, version=before.version + 1, moved_on=moved_on)
    entry = Entry(
        cause=cause,
        member_id=account.member_id,
        account_version=account.version,
        legs=decision.legs,
        reasons=decision.reasons,
        answer=decision.answer,
        facts=decision.facts,
        programme_version=programme.version,
    )
    put = account_store.put_if_unchanged(account, before.version, programme)
    return entry, (put_entry(to_row(entry), placeholder), put)


def put_entry(row: Item, placeholder: Item | None) -> dict[str, Any]:
    """Return the transaction part that writes a row if its key is free, or over exactly the placeholder read."""
    put: dict[str, Any] = {
        "TableName": table(),
        "Item": dynamo.to_item(row),
        "ConditionExpression": "attribute_not_exists(movement)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if placeholder:
        put["ConditionExpression"] = "kind = :placeholder AND returns_seen = :seen"
        put["ExpressionAttributeValues"] = dynamo.to_item(
            {":placeholder": PLACEHOLDER, ":seen": placeholder["returns_seen"]}
        )
    return {"Put": put}


def _standing(error: ClientError) -> Item | None:
    reasons = error.response.get("CancellationReasons") or [{}]
    image = reasons[0].get("Item")
    return dynamo.from_item(image) if image else None


def _replay(cause: Cause, row: Item | None) -> Outcome:
    assert row is not None  # noqa: S101 - callers ask `is_entry` first
    if row.get("fingerprint", "") != cause.fingerprint:
        raise IdempotencyKeyReusedError
    return Outcome(from_row(row), replayed=True)
