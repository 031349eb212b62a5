"""Everything the mall holds of one member, for that member (requirements M6, K1)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from operator import itemgetter
from typing import Any

from functions.members.profiles import Identity
from loyalty import account_store, dynamo, gifts, ledger, looks, naming
from loyalty.clock import date_of
from loyalty.coupons import store
from loyalty.coupons.coupon import Coupon
from loyalty.coupons.coupon import from_row as coupon_of_row
from loyalty.dynamo import Item
from loyalty.earning.lines import PricedLine
from loyalty.entries import Entry, from_row
from loyalty.identity import OPENIDS
from loyalty.notices import known
from loyalty.settings import setting
from loyalty.texts import render
from loyalty.types import Kind, MemberId

BY_MEMBER = "by_member"
A_READING = 100


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
        "spend_fen_by_month": dict(found.record.spend),
    }


def statement(member_id: MemberId, language: str, now: datetime) -> list[dict[str, Any]]:
    """Return every entry of the member's account, oldest first, with the names of what its reasons speak of.

    Raises:
        BusyError: if the ledger is throttled; asking again is safe.
    """
    entries = [from_row(row) for row in _rows(ledger.table(), member_id)]
    names, bought = naming.names(entries, now, language), _bought(entries)
    return [_line(entry, language, names) | {"bought": bought.get(entry.entry_id, [])} for entry in entries]


def coupons(member_id: MemberId, language: str) -> list[dict[str, Any]]:
    """Return every coupon the member has or had, used ones after open ones."""
    return [_coupon(coupon_of_row(row), language) for row in _rows(store.table(), member_id)]


def orders(member_id: MemberId, language: str) -> list[dict[str, Any]]:
    """Return every reward the member has redeemed, oldest first."""
    named = f"name_{language}"
    return [
        {"name": row[named], **{name: row.get(name) for name in _OF_AN_ORDER}}
        for row in _rows(setting("REWARDS_TABLE"), member_id)
    ]


def surveys(member_id: MemberId) -> list[dict[str, Any]]:
    """Return the member's answers to surveys, begun ones too, their complaints in their own words, and invitations."""
    return [_survey(row) for row in _rows(setting("SURVEYS_TABLE"), member_id)]


def control_decisions(member_id: MemberId) -> list[dict[str, Any]]:
    """Return what staff decided about the member, oldest request first, with the member's own words of appeal.

    What is only asked for yet is no decision; who asked and decided, and what they wrote, is about others.
    """
    rows = _rows(setting("CONTROL_TABLE"), member_id)
    return [_decision(row) for row in rows if row["kind"] == _REQUEST and "decided_at" in row]


def activity(member_id: MemberId) -> list[dict[str, Any]]:
    """Return what the member looked at and clicked on, oldest first, as far as it is kept (requirement M11)."""
    rows = looks.everything(member_id)
    found = [{"channel": row["channel"], **action} for row in rows for action in row["actions"]]
    return sorted(found, key=itemgetter("at"))


def occasions(member_id: MemberId, language: str) -> list[dict[str, Any]]:
    """Return what the member had by occasion, and on which of these days they were congratulated (requirement B2).

    Coupons and points of it stand among the others'.
    """
    rows = ((shelf, row) for shelf in (gifts.GIVEN, gifts.GREETED) for row in gifts.rows_of(member_id, shelf))
    return [_occasion(shelf, row, language) for shelf, row in rows]


def notices(member_id: MemberId) -> dict[str, Any]:
    """Return how the member is written to: language, refusals, and what notices learned meanwhile; and what was sent.

    Of an address that did not work they keep a digest, which says nothing to anybody: its channel is told. Messages
    are kept for 180 days, their words are the mall's templates.
    """
    row = dynamo.get(known.table(), known.member_key(member_id), consistent=True) or {}
    return {
        "language": row.get("language"),
        "refused": [dict(zip(_OF_A_REFUSAL, name.split("/"), strict=True)) for name in row.get("opted_out", ())],
        "unreachable": sorted(row.get("dead", {})),
        "marketing_lately": list(row.get("recent", ())),
        "permitted": row.get("grants", {}),
        "messages": [_message(row) for row in known.messages_of(member_id)],
    }


def wechat(identity: Identity) -> dict[str, str]:
    """Return by which openids WeChat knows the member, for each of the mall's accounts."""
    return {account: identity.wechat[name] for account, name in OPENIDS.items() if name in identity.wechat}


_REQUEST = "request"
_OF_A_REFUSAL = ("channel", "purpose")
_OF_A_DECISION = ("request_id", "task", "why", "state", "purse", "moved", "entry_id", "created_at", "decided_at")
_OF_AN_APPEAL = ("text", "at", "state", "judged_at")
_OF_A_SURVEY = (
    "kind", "survey", "state", "channel", "invited_at", "expires_at", "partial", "answered_at", "scores", "choices",
    "texts", "said_at",
)  # fmt: skip
_COMPLAINT = "concern/"
_OF_A_MESSAGE = ("occasion", "purpose", "channel", "state", "why", "planned_at", "at", "facts")
_OF_AN_ORDER = ("state", "points", "purse", "cash_fen", "point", "ordered_at", "handed_over_at")


def _rows(table: str, member_id: MemberId) -> Iterator[Item]:
    """Yield a member's rows of a table, through every page of its index."""
    return dynamo.query(
        table,
        IndexName=BY_MEMBER,
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=dynamo.to_item({":member": member_id}),
    )


def _survey(row: Item) -> dict[str, Any]:
    """Return an invitation, an answer or a complaint; of a complaint staff took down, the member's own words."""
    said = {"text": row["text"]} if row["kind"].startswith(_COMPLAINT) and "text" in row else {}
    return {name: row[name] for name in _OF_A_SURVEY if name in row} | said


def _decision(row: Item) -> dict[str, Any]:
    """Return a decision and the appeal against it, if there was one."""
    told = {name: row[name] for name in _OF_A_DECISION if name in row}
    appeal = {name: row[f"appeal_{name}"] for name in _OF_AN_APPEAL if f"appeal_{name}" in row}
    return {**told, "appeal": appeal or None}


def _occasion(shelf: str, row: Item, language: str) -> dict[str, Any]:
    return {
        "what": shelf,
        "name": row[f"name_{language}"],
        "occasion": row["occasion"],
        "times": row["version"],
        "last_at": row["at"],
        "days": [{"about": about, "day": day} for about, day in sorted(row["days"].items())],
    }


def _message(row: Item) -> dict[str, Any]:
    """Return a message: which, when, and what became of it; the digest of where it went says nothing to anybody."""
    return {name: row[name] for name in _OF_A_MESSAGE if row.get(name)}


def _coupon(coupon: Coupon, language: str) -> dict[str, Any]:
    return {
        "name": coupon.name_en if language == "en" else coupon.name_zh,
        "state": coupon.state,
        "way": coupon.way,
        "channel": coupon.channel,
        "issued_at": coupon.issued_at,
        "seen_at": coupon.seen_at,
        "valid_from": date_of(coupon.valid_from).isoformat(),
        "valid_until": date_of(coupon.valid_until).isoformat(),
        "used_at": coupon.use.at if coupon.use else None,
        "tenant_id": coupon.use.tenant_id if coupon.use else None,
    }


def consents(identity: Identity) -> dict[str, Any]:
    """Return what was agreed to, with its history."""
    return {name: value for name, value in identity.consent.items() if name not in ("member_id", "kind")}


def _line(entry: Entry, language: str, names: Mapping[str, str]) -> dict[str, Any]:
    purses = {leg.purse for leg in entry.legs}
    return {
        "entry_id": entry.entry_id,
        "movement": entry.cause.kind,
        "at": entry.cause.at,
        "origin": entry.cause.origin,
        "points": {purse: entry.points(purse) for purse in sorted(purses)},
        "reasons": [render(reason, language, names.get(reason.about)) for reason in entry.reasons],
    }


def _bought(entries: Iterable[Entry]) -> dict[str, list[dict[str, Any]]]:
    """Return what was on each receipt, by its entry: recommendations and segments rest on it.

    The index that a statement is read from does not hold it.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    purchases = [entry for entry in entries if entry.cause.kind is Kind.PURCHASE]
    for some in batched(purchases, A_READING, strict=False):
        rows = dynamo.batch_get(*((ledger.table(), entry.cause.key.item()) for entry in some))
        for entry, row in zip(some, rows, strict=True):
            lines = (row or {}).get("facts", {}).get("lines", ())
            found[entry.entry_id] = [_item(PricedLine(*line)) for line in lines]
    return found


def _item(line: PricedLine) -> dict[str, Any]:
    told = {"sku": line.sku, "category": line.category, "brand": line.brand, "quantity": line.quantity}
    return {**told, "amount_fen": line.amount, "paid_fen": line.net}
