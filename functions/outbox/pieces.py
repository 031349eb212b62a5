"""The pieces that all events of a ledger entry share: envelope, legs, reasons, who of the staff did it. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from functions.outbox.shares import Moved, Share
from loyalty.buckets import DEBT, BucketKey, Leg, expires_on, opens_on
from loyalty.clock import date_of
from loyalty.entries import Entry, Reason
from loyalty.events.envelope import event_id
from loyalty.events.parts import PointsLeg, PointsReason, Purse

Split = Mapping[Share, Moved]
"""What an entry moved, by share; purse `draws` is told apart (`functions.outbox.campaigns`)."""

STAFF = "staff:"
"""What an entry's actor begins with where staff acted; the login follows."""


def envelope(entry: Entry, name: str, mall: str, about: str = "") -> dict[str, Any]:
    """Return the attributes of an entry's event of that type.

    Args:
        about: what tells the event from others of the same entry and type, such as the campaign's id.
    """
    cause = entry.cause
    named = f"{name}/{about}" if about else name
    return {
        "id": event_id((cause.key.source, cause.key.movement), entry.account_version, named),
        "source": f"/malls/{mall}/ledger",
        "time": cause.at,
        "subject": entry.member_id,
        "mall": mall,
        "member_seq": entry.account_version,
        "correlationid": cause.correlation_id or None,
        "origin": cause.origin,
        "recordedat": cause.recorded_at,
    }


def moved(entry: Entry, *parts: Moved) -> dict[str, Any]:
    """Return what every movement tells, for the parts of the entry that one event is about."""
    return {
        "entry_id": entry.entry_id,
        "movement": entry.cause.kind,
        "legs": tuple(_leg(leg) for part in parts for leg in part.legs),
        "reasons": tuple(_reason(reason) for part in parts for reason in part.reasons),
        "balance": entry.answer.get("balance"),
        "tier": entry.answer.get("tier"),
        "programme_version": entry.programme_version,
        "batch": entry.cause.batch,
    }


def staff_login(entry: Entry) -> str | None:
    """Return the login of the staff that caused an entry; None where a member, a till or a schedule did."""
    actor = entry.cause.actor
    return actor.removeprefix(STAFF) if actor.startswith(STAFF) else None


def days(bucket: BucketKey) -> dict[str, date]:
    """Return the last day of a bucket and, if it opens later, the first; nothing for the debt."""
    if bucket == DEBT:
        return {}
    opens = opens_on(bucket)
    return {"expires_on": last_day(bucket), **({"available_from": date_of(opens)} if opens else {})}


def last_day(bucket: BucketKey) -> date:
    """Return the last day a bucket is valid."""
    return date_of(expires_on(bucket))


def _leg(leg: Leg) -> PointsLeg:
    return PointsLeg.model_validate({"purse": Purse(leg.purse), "points": leg.points, **days(leg.bucket)})


def _reason(reason: Reason) -> PointsReason:
    return PointsReason(code=reason.code, purse=Purse(reason.purse), points=reason.points, about=reason.about or None)
