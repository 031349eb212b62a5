"""Ledgers that look right and are not: what the proof must find, or it would prove nothing.

Each works without fault while one till is served at a time in fair weather.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from loyalty import account_store, dynamo, ledger
from loyalty.coupons import store as coupon_store
from loyalty.dynamo import to_attribute
from loyalty.entries import Cause, Entry, to_row
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.programme import Programme
from loyalty.types import Purse

Commit = Callable[[Cause, Programme, Loaded[Any], Decision], Outcome]


def adding_outside_the_transaction(
    cause: Cause, programme: Programme, loaded: Loaded[Any], decision: Decision
) -> Outcome:
    """Write the entry once, then add to the account: the SDK, or a till, silently repeats the addition."""
    entry = _entry(cause, programme, loaded, decision)
    dynamo.client().transact_write_items(TransactItems=[ledger.put_entry(to_row(entry), loaded.standing)])
    sums = {leg.bucket: leg.points for leg in decision.legs}
    names = {f"#b{n}": bucket for n, bucket in enumerate(sums)}
    values = {f":p{n}": to_attribute(points) for n, points in enumerate(sums.values())}
    parts = [f"buckets.points.#b{n} = if_not_exists(buckets.points.#b{n}, :zero) + :p{n}" for n in range(len(sums))]
    dynamo.client().update_item(
        TableName=account_store.table(),
        Key=dynamo.to_item({"member_id": entry.member_id}),
        UpdateExpression=f"SET spend = :spend, {', '.join(parts)} ADD version :one",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={
            **values,
            ":zero": to_attribute(0),
            ":one": to_attribute(1),
            ":spend": to_attribute(decision.account.record.spend),
        },
    )
    return Outcome(entry, replayed=False)


def writing_the_balance_back(cause: Cause, programme: Programme, loaded: Loaded[Any], decision: Decision) -> Outcome:
    """Write the account without asking whether it is still the one that was read (pitfall 1)."""
    entry = _entry(cause, programme, loaded, decision)
    account = replace(decision.account, version=entry.account_version)
    parts = [
        ledger.put_entry(to_row(entry), loaded.standing),
        account_store.put_if_unchanged(account, entry.account_version - 1, programme),
    ]
    for name in ("ConditionExpression", "ExpressionAttributeValues"):
        del parts[1]["Put"][name]
    dynamo.client().transact_write_items(TransactItems=parts)
    return Outcome(entry, replayed=False)


def without_the_entry_condition(cause: Cause, programme: Programme, loaded: Loaded[Any], decision: Decision) -> Outcome:
    """Write the entry whether or not it stands already: a till that never heard its answer pays twice."""
    entry = _entry(cause, programme, loaded, decision)
    account = replace(decision.account, version=entry.account_version)
    put = ledger.put_entry(to_row(entry), None)
    del put["Put"]["ConditionExpression"]
    parts = [put, account_store.put_if_unchanged(account, entry.account_version - 1, programme)]
    dynamo.client().transact_write_items(TransactItems=parts)
    return Outcome(entry, replayed=False)


def redeeming_coupons_without_their_version(
    cause: Cause, programme: Programme, loaded: Loaded[Any], decision: Decision
) -> Outcome:
    """Redeem coupons whatever became of them since they were read: a lock, a gift, another receipt (pitfall 4)."""
    entry = _entry(cause, programme, loaded, decision)
    account = replace(decision.account, version=entry.account_version)
    coupons = [{"Put": coupon_store.put_if_unchanged(coupon)} for coupon in decision.coupons]
    for part in coupons:
        del part["Put"]["ConditionExpression"], part["Put"]["ExpressionAttributeValues"]
    parts = [
        ledger.put_entry(to_row(entry), loaded.standing),
        account_store.put_if_unchanged(account, entry.account_version - 1, programme),
        *coupons,
    ]
    dynamo.client().transact_write_items(TransactItems=parts)
    return Outcome(entry, replayed=False)


VARIANTS: tuple[Commit, ...] = (
    adding_outside_the_transaction,
    writing_the_balance_back,
    without_the_entry_condition,
)


def _entry(cause: Cause, programme: Programme, loaded: Loaded[Any], decision: Decision) -> Entry:
    assert loaded.account is not None
    return Entry(
        cause=cause,
        member_id=loaded.account.member_id,
        account_version=loaded.account.version + 1,
        legs=decision.legs,
        reasons=decision.reasons,
        answer=decision.answer,
        facts=decision.facts,
        programme_version=programme.version,
    )


def open_purse(member_id: str) -> None:
    """Give an account the empty purse that additions need."""
    dynamo.client().update_item(
        TableName=account_store.table(),
        Key=dynamo.to_item({"member_id": member_id}),
        UpdateExpression="SET buckets = :empty",
        ExpressionAttributeValues={":empty": to_attribute({Purse.POINTS.value: {}})},
    )
