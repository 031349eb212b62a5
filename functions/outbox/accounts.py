"""Entries that no purchase causes: transfers, corrections, changes of status, warnings, uses of entitlements. Pure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from functions.outbox.pieces import Split, envelope, moved, staff_login
from functions.outbox.shares import Share
from loyalty.entries import Entry
from loyalty.events import memberships as m
from loyalty.events import points as p
from loyalty.events.envelope import Event
from loyalty.types import Kind

FEE = "transfer_fee"
USE, UNDONE, CONTROL = "use", "refund", "control"
"""Roots of sources, and the movement by which a use is undone."""


def transferred(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    """Tell one member's side of a transfer."""
    share = split.get(Share.TRANSFERRED)
    if share is None:
        return
    fee = -sum(reason.points for reason in share.reasons if reason.code == FEE)
    data = p.PointsTransferredData(
        **moved(entry, share),
        direction=entry.cause.key.movement,
        points=abs(share.points()) - fee,
        fee=fee,
        other=entry.facts.get("other"),
    )
    yield p.PointsTransferred(**envelope(entry, "PointsTransferred", mall), data=data)


def adjusted(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    """Tell a correction by hand."""
    if share := split.get(Share.ADJUSTED):
        data = p.PointsAdjustedData(**moved(entry, share), points=share.points(), **_by_hand(entry))
        yield p.PointsAdjusted(**envelope(entry, "PointsAdjusted", mall), data=data)


def voided(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    """Tell what was taken by hand."""
    if share := split.get(Share.VOIDED):
        data = p.PointsVoidedData(**moved(entry, share), points=-share.points(), **_by_hand(entry))
        yield p.PointsVoided(**envelope(entry, "PointsVoided", mall), data=data)


def status_changed(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    """Tell a change of status; of an erasure `MemberErased` tells it."""
    before, after = entry.facts.get("status_before"), entry.facts.get("status_after")
    if after in {None, before} or entry.cause.kind is Kind.ERASE:
        return
    data = m.MembershipStatusChangedData.model_validate(
        {
            "entry_id": entry.entry_id,
            "movement": entry.cause.kind,
            "status_before": before,
            "status_after": after,
            "request_id": _request(entry),
            "why": entry.facts.get("why") if _request(entry) else None,
            "actor": staff_login(entry),
        }
    )
    yield m.MembershipStatusChanged(**envelope(entry, "MembershipStatusChanged", mall), data=data)


def entitlement_used(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    """Tell the use of an entitlement, or that a use was undone."""
    if not is_use(entry):
        return
    data = m.EntitlementUsedData(
        entry_id=entry.entry_id,
        entitlement=entry.facts["entitlement"],
        period=entry.facts.get("period"),
        tier=entry.answer.get("tier"),
        tenant_id=entry.facts.get("tenant_id"),
        undone=entry.cause.key.movement.startswith(UNDONE),
        programme_version=entry.programme_version,
    )
    yield m.EntitlementUsed(**envelope(entry, "EntitlementUsed", mall), data=data)


def is_use(entry: Entry) -> bool:
    """Tell whether an entry is the use of an entitlement, or its undoing."""
    return entry.cause.key.source.split("/")[0] == USE


def _by_hand(entry: Entry) -> dict[str, Any]:
    return {"request_id": _request(entry), "why": entry.facts.get("why"), "actor": staff_login(entry)}


def _request(entry: Entry) -> str | None:
    root, *parts = entry.cause.key.source.split("/")
    return unquote(parts[0]) if root == CONTROL and parts else None
