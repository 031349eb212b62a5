"""Receipts and returns as the journal keeps them: what campaigns are decided on, nobody's name (A10). Pure.

(receipts/<yymmdd>/<shard>, "<recorded at>/<member seq>/<event id>")    kept 70 days

The day is the mall-local one of recording, so the partitions of a day hold what was decided on it, in the order it was
decided in; all of a member's rows of a day lie in one shard. A row is a function of its event (a return's also of its
purchase, which never changes), so writing it again changes nothing.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from loyalty.clock import day_of, iso
from loyalty.earning.lines import PricedLine
from loyalty.entries import key_of
from loyalty.events.catalogue import PointsEarned, PointsRefunded
from loyalty.events.parts import ReceiptLine
from loyalty.types import Day, Kind

SHARDS = 16
KEPT = timedelta(days=70)
BOUGHT, RETURNED = "bought", "returned"


@dataclass(frozen=True, slots=True)
class Noted:
    """A purchase or a return, as the journal has it.

    Attributes:
        place: the row's sort key: what is decided first sorts first.
        key: the ledger source of the receipt; day: the mall-local day of the purchase.
        lines: of a purchase, with what its early returns left; of a return, with what it left.
        until: the last day that points the purchase earned are valid.
        paid: fen paid in money for the whole receipt.
    """

    what: str
    place: str
    member_id: str
    key: str
    day: Day
    recorded_at: datetime
    lines: tuple[PricedLine, ...]
    multiplier: int
    tenant_id: str = ""
    at: datetime | None = None
    channel: str = ""
    tier: str = ""
    first: bool = False
    until: Day | None = None
    paid: int = 0


def partition(day: Day, shard: int) -> str:
    """Return the partition of a mall-local day's shard."""
    return f"receipts/{day}/{shard:02d}"


def of_purchase(event: PointsEarned, mall_zone: tzinfo) -> dict[str, Any] | None:
    """Return the row of a purchase; None of what is none, or says too little to decide on (it is older than this)."""
    receipt, key = event.data.receipt, key_of(event.data.entry_id)
    if receipt is None or key is None or receipt.tier is None or receipt.earned_until is None:
        return None
    return {
        **_key(event.subject, event.member_seq, event.id, event.recordedat, mall_zone),
        "what": BOUGHT,
        "member_id": event.subject,
        "source": key.source,
        "day": day_of(receipt.purchased_at.astimezone(mall_zone).date()),
        "recorded_at": iso(event.recordedat),
        "lines": [_line(line).plain() for line in receipt.lines],
        "multiplier": receipt.multiplier,
        "tenant_id": receipt.tenant_id,
        "at": iso(receipt.purchased_at),
        "channel": receipt.channel,
        "tier": receipt.tier,
        "first": receipt.first or None,
        "until": day_of(receipt.earned_until),
        "paid": receipt.paid,
        "ttl": int((event.recordedat + KEPT).timestamp()),
    }


def source_of(event: PointsRefunded) -> str | None:
    """Return the ledger source of the receipt that goods came back of; None where it is no return of a receipt.

    Returns that came before their purchase are part of it (`ReceiptLine.kept`).
    """
    key, is_return = key_of(event.data.entry_id), event.data.movement == Kind.REFUND
    return key.source if is_return and key and event.data.nets is not None and event.data.receipt else None


def of_return(event: PointsRefunded, purchase: Mapping[str, Any], mall_zone: tzinfo) -> dict[str, Any]:
    """Return the row of a return.

    Args:
        purchase: the ledger's row of what came back.
    """
    facts, nets = purchase["facts"], event.data.nets or ()
    lines = [PricedLine(*line)._replace(net=net) for line, net in zip(facts["lines"], nets, strict=True)]
    return {
        **_key(event.subject, event.member_seq, event.id, event.recordedat, mall_zone),
        "what": RETURNED,
        "member_id": event.subject,
        "source": purchase["source"],
        "day": facts["bought_on"],
        "recorded_at": iso(event.recordedat),
        "lines": [line.plain() for line in lines],
        "multiplier": facts["multiplier"],
        "ttl": int((event.recordedat + KEPT).timestamp()),
    }


def noted(row: Mapping[str, Any]) -> Noted:
    """Return what a row of the journal says."""
    at = row.get("at")
    return Noted(
        what=row["what"],
        place=row["kind"],
        member_id=row["member_id"],
        key=row["source"],
        day=Day(row["day"]),
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        lines=tuple(PricedLine(*line) for line in row["lines"]),
        multiplier=row["multiplier"],
        tenant_id=row.get("tenant_id", ""),
        at=datetime.fromisoformat(at) if at else None,
        channel=row.get("channel", ""),
        tier=row.get("tier", ""),
        first=row.get("first", False),
        until=Day(row["until"]) if "until" in row else None,
        paid=row.get("paid", 0),
    )


def _key(member_id: str, seq: int, event_id: str, recorded_at: datetime, mall_zone: tzinfo) -> dict[str, str]:
    day = day_of(recorded_at.astimezone(mall_zone).date())
    shard = zlib.crc32(member_id.encode()) % SHARDS
    return {"campaign_id": partition(day, shard), "kind": f"{iso(recorded_at)}/{seq:010d}/{event_id}"}


def _line(line: ReceiptLine) -> PricedLine:
    return PricedLine(
        sku=line.sku,
        category=line.category,
        quantity=line.quantity,
        amount=line.amount,
        net=line.net if line.kept is None else line.kept,
        ratio=line.ratio or 0,
        payable=line.payable,
        brand=line.brand or "",
    )
