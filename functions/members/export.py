"""Everything the mall holds of one member, for that member (requirements M6, K1)."""

from typing import Any

from functions.members.profiles import Identity
from loyalty import account_store, dynamo, ledger
from loyalty.clock import date_of
from loyalty.entries import Entry, from_row
from loyalty.texts import render
from loyalty.types import MemberId

BY_MEMBER = "by_member"


def account(member_id: MemberId) -> dict[str, Any]:
    """Return the account in words a person can read; days are ISO dates."""
    found = account_store.read(member_id)
    if found is None:
        return {}
    return {
        "status": found.status,
        "tier": found.rung.code,
        "tier_since": date_of(found.rung.since).isoformat(),
        "tier_until": date_of(found.rung.until).isoformat(),
        "purses": {purse: dict(own) for purse, own in found.buckets.items()},
        "owed": dict(found.debt),
        "spend_fen_by_month": dict(found.spend),
    }


def statement(member_id: MemberId, language: str) -> list[dict[str, Any]]:
    """Return every entry of the member's account, oldest first, through every page of the index."""
    found = dynamo.query(
        ledger.table(),
        IndexName=BY_MEMBER,
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=dynamo.to_item({":member": member_id}),
    )
    return [_line(from_row(row), language) for row in found]


def consents(identity: Identity) -> dict[str, Any]:
    """Return what was agreed to, with its history."""
    return {name: value for name, value in identity.consent.items() if name not in ("member_id", "kind")}


def _line(entry: Entry, language: str) -> dict[str, Any]:
    purses = {leg.purse for leg in entry.legs}
    return {
        "entry_id": entry.entry_id,
        "movement": entry.cause.kind,
        "at": entry.cause.at,
        "origin": entry.cause.origin,
        "points": {purse: entry.points(purse) for purse in sorted(purses)},
        "reasons": [render(reason, language) for reason in entry.reasons],
    }
