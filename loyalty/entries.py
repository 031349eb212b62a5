"""Ledger entries: append-only, keyed by their cause, one for every version of an account (requirements P13).

An entry's key says why it exists (`receipt/<tenant>/<number>` + `purchase`), so writing it only if absent is
idempotency, uniqueness across members and audit in one. It keeps a fingerprint of the request and the answer given,
so that a repetition is answered alike.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from loyalty.buckets import BucketKey, Leg
from loyalty.dynamo import Item
from loyalty.types import Kind, MemberId, Origin, Purse


class Reason(NamedTuple):
    """Why points moved: a code that `loyalty.texts` renders, and how many points it accounts for.

    `about` names what the code speaks of, such as the campaign; empty where the code says everything.
    """

    code: str
    purse: Purse
    points: int
    about: str = ""

    def plain(self) -> list[str | int]:
        """Return the reason as it is stored: without an empty `about`."""
        return list(self if self.about else self[:3])


@dataclass(frozen=True, slots=True)
class EntryKey:
    """The cause of an entry: its partition and its place in it."""

    source: str
    movement: str

    def item(self) -> dict[str, str]:
        """Return the key as DynamoDB's key attributes."""
        return {"source": self.source, "movement": self.movement}

    @property
    def entry_id(self) -> str:
        """The opaque id under which callers see the entry."""
        text = f"{self.source}\n{self.movement}".encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def key_of(entry_id: str) -> EntryKey | None:
    """Return the key an opaque entry id stands for; None where it is not one of ours."""
    try:
        text = base64.urlsafe_b64decode(entry_id + "=" * (-len(entry_id) % 4)).decode()
    except ValueError:
        return None
    source, separator, movement = text.partition("\n")
    key = EntryKey(source, movement)
    return key if separator and movement and key.entry_id == entry_id else None


def source(*parts: str) -> str:
    """Join the parts of a source so that no part can imitate a separator."""
    return "/".join(quote(part, safe="") for part in parts)


def fingerprint(request: Mapping[str, object]) -> str:
    """Return a short digest of a resolved, canonical request."""
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()[:16]).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Cause:
    """What asks for a movement.

    Attributes:
        at: when it happened in the world, RFC 3339 in UTC; `recorded_at` is when we wrote it.
        actor: who asked: `till:<tenant>`, `member`, `staff:<login>`, `schedule`.
        fingerprint: digest of the canonical request, empty where the key alone says everything.
        correlation_id: the trace of the request, carried into the events.
    """

    key: EntryKey
    kind: Kind
    at: str
    recorded_at: str
    actor: str
    origin: Origin
    correlation_id: str
    fingerprint: str = ""
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of one account, as written."""

    cause: Cause
    member_id: MemberId
    account_version: int
    legs: tuple[Leg, ...]
    reasons: tuple[Reason, ...]
    answer: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    programme_version: int = 1

    @property
    def entry_id(self) -> str:
        """The opaque id under which callers see the entry."""
        return self.cause.key.entry_id

    def points(self, purse: Purse = Purse.POINTS) -> int:
        """Return the signed points this entry moved in a purse."""
        return sum(leg.points for leg in self.legs if leg.purse == purse)


def to_row(entry: Entry) -> Item:
    """Return an entry as the row that is stored."""
    cause = entry.cause
    return {
        **cause.key.item(),
        "kind": cause.kind,
        "at": cause.at,
        "recorded_at": cause.recorded_at,
        "actor": cause.actor,
        "origin": cause.origin,
        "correlation_id": cause.correlation_id,
        "fingerprint": cause.fingerprint or None,
        "batch": cause.batch,
        "member_id": entry.member_id,
        "account_version": entry.account_version,
        "legs": [list(leg) for leg in entry.legs],
        "reasons": [reason.plain() for reason in entry.reasons],
        "answer": entry.answer,
        "facts": entry.facts or None,
        "programme": entry.programme_version,
    }


def from_row(row: Item) -> Entry:
    """Return the entry a stored row (or its projection in the statement's index) holds."""
    cause = Cause(
        key=EntryKey(row["source"], row["movement"]),
        kind=Kind(row["kind"]),
        at=row["at"],
        recorded_at=row["recorded_at"],
        actor=row.get("actor", ""),
        origin=Origin(row["origin"]),
        correlation_id=row.get("correlation_id", ""),
        fingerprint=row.get("fingerprint", ""),
        batch=row.get("batch"),
    )
    return Entry(
        cause=cause,
        member_id=MemberId(row["member_id"]),
        account_version=row["account_version"],
        legs=tuple(Leg(Purse(purse), BucketKey(bucket), points) for purse, bucket, points in row["legs"]),
        reasons=tuple(Reason(code, Purse(purse), points, *about) for code, purse, points, *about in row["reasons"]),
        answer=row["answer"],
        facts=row.get("facts", {}),
        programme_version=row.get("programme", 1),
    )
