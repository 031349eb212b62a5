"""The receipt an entry is about, as its events tell it. Pure."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from loyalty.buckets import BucketKey, expires_on
from loyalty.clock import date_of
from loyalty.coupons.codes import reference
from loyalty.earning.lines import PricedLine
from loyalty.entries import Entry
from loyalty.events.parts import Receipt, ReceiptLine, ReceiptReduction, ReceiptRef
from loyalty.pricing.records import from_plain

TILL = "till"
"""The channel of a receipt whose facts name none."""
TIER = "tier"
"""The source of a reduction that a member's tier gives; of any other automatic one, the campaign's id."""


def receipt(entry: Entry) -> Receipt:
    """Return the receipt of a purchase, with what was taken off."""
    facts = entry.facts
    kept = facts.get("nets") or [None] * len(facts["lines"])
    lines = tuple(_line(PricedLine(*line), net) for line, net in zip(facts["lines"], kept, strict=True))
    reductions = tuple(_reduction(plain, len(lines)) for plain in facts.get("reductions", ()))
    return Receipt(
        tenant_id=facts["tenant_id"],
        receipt_no=facts["receipt_no"],
        purchased_at=entry.cause.at,
        gross=facts["gross"],
        paid=facts["paid"],
        lines=lines,
        reductions=reductions or None,
        tier=facts.get("tier"),
        multiplier=facts["multiplier"],
        channel=facts.get("channel", TILL),
        till=facts.get("till"),
        first=facts.get("first", False),
        earned_until=date_of(expires_on(BucketKey(facts["bucket"]))),
    )


def receipt_ref(entry: Entry) -> ReceiptRef | None:
    """Return which receipt an entry is about: its source is `receipt/<tenant>/[<period>/]<number>`."""
    root, *parts = entry.cause.key.source.split("/")
    if root != "receipt":
        return None
    return ReceiptRef(tenant_id=unquote(parts[0]), receipt_no=unquote(parts[-1]))


def _line(line: PricedLine, kept: int | None) -> ReceiptLine:
    return ReceiptLine(
        sku=line.sku,
        category=line.category,
        quantity=line.quantity,
        amount=line.amount,
        net=line.net,
        brand=line.brand or None,
        ratio=line.ratio,
        payable=line.payable,
        kept=kept,
    )


def _reduction(plain: Sequence[Any], lines: int) -> ReceiptReduction:
    """Return what took something off; of a coupon its reference, for the code is nobody else's business."""
    found = from_plain(plain, lines)
    what = {"kind": found.kind, "off": found.off}
    if found.template_id is not None:
        named = {"template_id": found.template_id, "coupon_ref": reference(found.source)}
        return ReceiptReduction.model_validate({"source": "coupon", **named, **what})
    if found.source == TIER:
        return ReceiptReduction.model_validate({"source": TIER, **what})
    return ReceiptReduction.model_validate({"source": "campaign", "campaign_id": found.source, **what})
