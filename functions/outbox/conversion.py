"""From a row to the events it means. Pure: no clock, no AWS, so publishing again gives the very same events.

ledger   purchase   PointsEarned  + PointsRedeemed, PointsExpired, PointsRefunded, TierChanged where it did that
         refund     PointsRefunded + PointsExpired, TierChanged
         redeem     PointsRedeemed
         opening    PointsEarned  + PointsExpired
         expire     PointsExpired
         erase      MemberErased + PointsExpired
         remind     PointsExpiring
         guard, placeholder: nothing
members  profile    MemberEnrolled, when it is first written
         consent, lookup and everything else: nothing
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from functions.outbox.receipts import receipt, receipt_ref
from functions.outbox.shares import ANNOUNCEMENTS, NOTHING, Moved, Share, shares
from loyalty.buckets import DEBT, BucketKey, Leg, expires_on, opens_on
from loyalty.clock import date_of
from loyalty.dynamo import Item
from loyalty.entries import Entry, Reason, from_row
from loyalty.events import catalogue as c
from loyalty.events.envelope import Event, event_id
from loyalty.events.parts import Lot, PointsLeg, PointsReason
from loyalty.types import Kind, Purse

SILENT = frozenset({"guard", "placeholder"})
"""Kinds of ledger rows that record no movement."""
PROFILE = "profile"
PROFILE_ATTRIBUTES = frozenset(
    {
        "member_id",
        "kind",
        "type",
        "status",
        "channel",
        "enrolled_at",
        "recorded_at",
        "origin",
        "correlation_id",
        "batch",
    }
)
"""Everything of a profile that events are made of: none of it says who the person is."""

Split = Mapping[Share, Moved]


def of_ledger(row: Item, mall: str) -> list[Event]:
    """Return the events of a ledger row; none for rows that record no movement.

    Raises:
        UnexplainedLegsError: if legs and reasons disagree.
        LookupError, TypeError, ValueError: if it is no row of ours.
    """
    if row["kind"] in SILENT:
        return []
    entry = from_row(row)
    split = shares(entry.legs, entry.reasons)
    return [event for make in _MAKERS for event in make(entry, split, mall)]


def of_new_member_row(row: Item, mall: str) -> list[Event]:
    """Return the event of a row that was first written to the members table."""
    if row["kind"] != PROFILE:
        return []
    return [
        c.MemberEnrolled(
            id=event_id((row["member_id"], PROFILE), 0, "MemberEnrolled"),
            source=f"/malls/{mall}/members",
            time=row["enrolled_at"],
            subject=row["member_id"],
            mall=mall,
            member_seq=0,
            correlationid=row.get("correlation_id"),
            origin=row["origin"],
            recordedat=row["recorded_at"],
            data=c.MemberEnrolledData(
                status=row["status"],
                channel=row.get("channel"),
                member_kind=row["type"],
                batch=row.get("batch"),
            ),
        )
    ]


def _envelope(entry: Entry, name: str, mall: str) -> dict[str, Any]:
    cause = entry.cause
    return {
        "id": event_id((cause.key.source, cause.key.movement), entry.account_version, name),
        "source": f"/malls/{mall}/ledger",
        "time": cause.at,
        "subject": entry.member_id,
        "mall": mall,
        "member_seq": entry.account_version,
        "correlationid": cause.correlation_id or None,
        "origin": cause.origin,
        "recordedat": cause.recorded_at,
    }


def _moved(entry: Entry, *parts: Moved) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "movement": entry.cause.kind,
        "legs": tuple(_leg(leg) for part in parts for leg in part.legs),
        "reasons": tuple(_reason(reason) for part in parts for reason in part.reasons),
        "balance": entry.answer.get("balance"),
        "programme_version": entry.programme_version,
        "batch": entry.cause.batch,
    }


def _earned(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    """A purchase always says so, also when it earned nothing: the receipt itself is news."""
    kind, share = entry.cause.kind, split.get(Share.EARNED, NOTHING)
    if kind not in {Kind.PURCHASE, Kind.OPENING} and not share.legs:
        return
    data = c.PointsEarnedData(
        **_moved(entry, share),
        points=share.points(),
        receipt=receipt(entry) if kind is Kind.PURCHASE else None,
    )
    yield c.PointsEarned(**_envelope(entry, "PointsEarned", mall), data=data)


def _redeemed(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    if Share.REDEEMED not in split:
        return
    share, facts, is_purchase = split[Share.REDEEMED], entry.facts, entry.cause.kind is Kind.PURCHASE
    data = c.PointsRedeemedData(
        **_moved(entry, share),
        points=-share.points(),
        redeemed_for="purchase" if is_purchase else facts.get("kind", "cash"),
        value=facts.get("points_value", entry.answer.get("value_fen")),
        tenant_id=facts.get("tenant_id"),
        receipt=receipt_ref(entry),
    )
    yield c.PointsRedeemed(**_envelope(entry, "PointsRedeemed", mall), data=data)


def _refunded(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    """A return always says so; in a purchase, those that came before it say so together."""
    given, taken = split.get(Share.GIVEN_BACK, NOTHING), split.get(Share.TAKEN_BACK, NOTHING)
    is_refund = entry.cause.kind is Kind.REFUND
    if not (is_refund or "early" in entry.facts):
        return
    data = c.PointsRefundedData(
        **_moved(entry, given, taken),
        taken_back=-taken.points(),
        given_back=given.points(),
        debt=entry.answer.get("debt"),
        amount=entry.answer.get("amount") if is_refund else sum(entry.facts["returned"]),
        money_back=entry.answer.get("money_back"),
        receipt=receipt_ref(entry),
    )
    yield c.PointsRefunded(**_envelope(entry, "PointsRefunded", mall), data=data)


def _expiring(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    announced = [reason for reason in entry.reasons if reason.code in ANNOUNCEMENTS]
    if not announced:
        return
    data = c.PointsExpiringData(
        entry_id=entry.entry_id,
        points=sum(reason.points for reason in announced if reason.purse is Purse.POINTS),
        lots=tuple(_lot(*lot) for lot in entry.facts["expiring"]),
        programme_version=entry.programme_version,
    )
    yield c.PointsExpiring(**_envelope(entry, "PointsExpiring", mall), data=data)


def _expired(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    if Share.EXPIRED not in split:
        return
    share = split[Share.EXPIRED]
    data = c.PointsExpiredData(**_moved(entry, share), points=-share.points())
    yield c.PointsExpired(**_envelope(entry, "PointsExpired", mall), data=data)


def _tier_changed(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    if "tier_after" not in entry.facts:
        return
    data = c.TierChangedData(
        entry_id=entry.entry_id,
        movement=entry.cause.kind,
        tier_before=entry.facts["tier_before"],
        tier_after=entry.facts["tier_after"],
        programme_version=entry.programme_version,
    )
    yield c.TierChanged(**_envelope(entry, "TierChanged", mall), data=data)


def _erased(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    if entry.cause.kind is Kind.ERASE:
        data = c.MemberErasedData(entry_id=entry.entry_id)
        yield c.MemberErased(**_envelope(entry, "MemberErased", mall), data=data)


Maker = Callable[[Entry, Split, str], Iterator[Event]]
_MAKERS: tuple[Maker, ...] = (_redeemed, _earned, _refunded, _expired, _expiring, _tier_changed, _erased)


def _leg(leg: Leg) -> PointsLeg:
    if leg.bucket == DEBT:
        return PointsLeg(purse=leg.purse, points=leg.points)
    opens = opens_on(leg.bucket)
    return PointsLeg(
        purse=leg.purse,
        points=leg.points,
        expires_on=_last_day(leg.bucket),
        available_from=date_of(opens) if opens else None,
    )


def _reason(reason: Reason) -> PointsReason:
    return PointsReason(code=reason.code, purse=reason.purse, points=reason.points)


def _lot(purse: str, bucket: str, points: int) -> Lot:
    return Lot(purse=Purse(purse), points=points, expires_on=_last_day(BucketKey(bucket)))


def _last_day(bucket: BucketKey) -> date:
    return date_of(expires_on(bucket))
