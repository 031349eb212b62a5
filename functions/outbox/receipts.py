"""The receipt an entry is about, as its events tell it. Pure."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from functions.outbox.coupons import reference
from loyalty.entries import Entry
from loyalty.events.parts import Receipt, ReceiptLine, ReceiptReduction, ReceiptRef
from loyalty.pricing.records import from_plain

TIER = "tier"
"""The source of a reduction that a member's tier gives; of any other automatic one, the campaign's id."""


def receipt(entry: Entry) -> Receipt:
    """Return the receipt of a purchase, with what was taken off."""
    facts = entry.facts
    lines = tuple(_line(*line) for line in facts["lines"])
    reductions = tuple(_reduction(plain, len(lines)) for plain in facts.get("reductions", ()))
    return Receipt(
        tenant_id=facts["tenant_id"],
        receipt_no=facts["receipt_no"],
        purchased_at=entry.cause.at,
        gross=facts["gross"],
        paid=facts["paid"],
        lines=lines,
        reductions=reductions or None,
    )


def receipt_ref(entry: Entry) -> ReceiptRef | None:
    """Return which receipt an entry is about: its source is `receipt/<tenant>/[<period>/]<number>`."""
    root, *parts = entry.cause.key.source.split("/")
    if root != "receipt":
        return None
    return ReceiptRef(tenant_id=unquote(parts[0]), receipt_no=unquote(parts[-1]))


def _line(sku: str, category: str, quantity: int, amount: int, net: int, *_later: object) -> ReceiptLine:
    return ReceiptLine(sku=sku, category=category, quantity=quantity, amount=amount, net=net)


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
