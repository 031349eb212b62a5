"""The audit of coupons: each was redeemed by the one receipt that names it, or by none, and says so itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from loyalty import dynamo
from loyalty.coupons import store
from loyalty.coupons.codes import normalized
from loyalty.coupons.coupon import Coupon, CouponState, from_row
from loyalty.entries import Entry
from loyalty.types import Kind


def coupons_told(entries: Iterable[Entry]) -> Iterator[str]:
    """Compare every coupon that the ledger names with its own row."""
    used, back = defaultdict(list), defaultdict(list)
    for entry in entries:
        if entry.cause.kind is Kind.PURCHASE:
            for code in entry.facts.get("coupons", ()):
                used[code].append(entry)
        for code in entry.answer.get("coupons_returned", ()):
            back[normalized(code)].append(entry)
    for code, receipts in used.items():
        yield from _coupon(code, receipts, len(back[code]))


def _coupon(code: str, receipts: list[Entry], returns: int) -> Iterator[str]:
    row = dynamo.get(store.table(), store.key(code), consistent=True)
    if row is None:
        yield f"{code}: redeemed, and there is no such coupon"
        return
    coupon = from_row(row)
    open_again = returns - len(receipts)
    if open_again not in {-1, 0}:
        yield f"{code}: {len(receipts)} receipts redeemed it, it came back {returns} times"
    elif (coupon.state is CouponState.ISSUED) != (open_again == 0):
        yield f"{code}: is {coupon.state}, but was redeemed {len(receipts)} times and came back {returns} times"
    elif coupon.state is CouponState.REDEEMED and not any(_is_its_receipt(coupon, entry) for entry in receipts):
        yield f"{code}: says it was used at {coupon.use}"


def _is_its_receipt(coupon: Coupon, entry: Entry) -> bool:
    return bool(coupon.use and coupon.use.receipt_no == entry.facts["receipt_no"])
