"""Rows of what moved points: purchases, their lines, returns, and every reason. Pure."""

from collections.abc import Mapping
from typing import Any

from functions.lake.happened import Happened, Row, Rows

DRAWS = "draws"
"""The purse that `DrawsMoved` tells of without naming it."""


def earned(happened: Happened) -> Rows:
    """Yield a purchase and its lines; nothing of other credits."""
    receipt = happened.data.get("receipt")
    if receipt:
        lines = [_line(happened, receipt, number) for number in range(1, len(receipt["lines"]) + 1)]
        yield Row(
            "receipts",
            {
                **_on_receipt(happened, receipt),
                "entry_id": happened.data["entry_id"],
                "is_first": int(receipt.get("first", False)),
                "gross": receipt["gross"],
                "paid": receipt["paid"],
                "points": happened.data["points"],
                "pieces": sum(line.values["quantity"] for line in lines),
            },
        )
        yield from lines


def refunded(happened: Happened) -> Rows:
    """Yield a return of goods; nothing of a redemption that was undone."""
    receipt = happened.data.get("receipt")
    if receipt:
        told = happened.told("entry_id", "amount", "money_back", "taken_back", "given_back")
        yield Row("returns", {**happened.of_member(), **told, **_place(receipt)})


def moved(happened: Happened) -> Rows:
    """Yield why points moved, reason by reason; reasons that only announce are in no such event."""
    told = happened.told("entry_id", "movement", "balance", "tier")
    for number, reason in enumerate(happened.data["reasons"], start=1):
        yield Row(
            "points",
            {
                **happened.of_member(),
                **told,
                "reason_no": number,
                "member_seq": happened.event["member_seq"],
                "purse": reason.get("purse", DRAWS),
                "code": reason["code"],
                "about": reason.get("about"),
                "points": reason["points"],
            },
        )


def _line(happened: Happened, receipt: Mapping[str, Any], number: int) -> Row:
    line = receipt["lines"][number - 1]
    told = {name: line.get(name) for name in ("sku", "category", "brand", "quantity", "amount", "net")}
    own = {"line_no": number, **told, "is_payable": int(line.get("payable", True))}
    return Row("lines", {**_on_receipt(happened, receipt), **own})


def _on_receipt(happened: Happened, receipt: Mapping[str, Any]) -> dict[str, Any]:
    known = {"channel": receipt.get("channel"), "tier": receipt.get("tier")}
    return {**happened.of_member(), **_place(receipt), **known}


def _place(receipt: Mapping[str, Any]) -> dict[str, Any]:
    return {"tenant_id": receipt["tenant_id"], "receipt_no": receipt["receipt_no"]}
