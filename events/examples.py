"""Rows as the product writes them, one for every way an event comes about: what the samples are made of."""

from typing import Any

from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.dynamo import Item
from loyalty.entries import Cause, Entry, EntryKey, Reason, source, to_row
from loyalty.types import Kind, MemberId, Origin, Purse

MALL = "aurora"
MEMBER = MemberId("3f9a51c07be24d8815aa")
COUPON = "7QK2M9XA4TRB0WHC"
NEXT_YEAR = BucketKey("271130")
THIS_MONTH = BucketKey("261130")
LAST_YEAR = BucketKey("251130")
RECEIPT = source("receipt", "shoes-and-more", "A-20261121-0042")
_LINES = [["SHOE-42", "shoes", 1, 59900, 58900, 1000, True], ["GIFT-CARD-100", "gift_cards", 1, 10000, 10000, 0, False]]


def entry_row(
    kind: Kind,
    key: EntryKey,
    legs: list[tuple[BucketKey, int] | Leg],
    reasons: list[tuple[str, int] | Reason],
    **rest: Any,
) -> Item:
    """Return a new entry's row; what names no purse moves points."""
    cause = Cause(
        key=key,
        kind=kind,
        at=rest.pop("at", "2026-11-21T10:30:00.000Z"),
        recorded_at=rest.pop("recorded_at", "2026-11-21T10:30:01.250Z"),
        actor=rest.pop("actor", "till:shoes-and-more"),
        origin=rest.pop("origin", Origin.TILL),
        correlation_id=rest.pop("correlation_id", "1-69203b01-5d6c2f1e0a9b8c7d6e5f4a3b"),
        batch=rest.pop("batch", None),
    )
    entry = Entry(
        cause=cause,
        member_id=MEMBER,
        account_version=rest.pop("version", 7),
        legs=tuple(leg if isinstance(leg, Leg) else Leg(Purse.POINTS, *leg) for leg in legs),
        reasons=tuple(one if isinstance(one, Reason) else Reason(one[0], Purse.POINTS, one[1]) for one in reasons),
        answer=rest.pop("answer", {}),
        facts=rest.pop("facts", {}),
        programme_version=rest.pop("programme", 1),
    )
    return {name: value for name, value in to_row(entry).items() if value is not None}


def purchase_facts(**more: Any) -> dict[str, Any]:
    """Return the facts of a purchase."""
    return {
        "tenant_id": "shoes-and-more",
        "receipt_no": "A-20261121-0042",
        "gross": 69900,
        "paid": 68900,
        "multiplier": 1200,
        "bucket": NEXT_YEAR,
        "bought_on": "261121",
        "lines": _LINES,
        **more,
    }


def _profile(**more: Any) -> Item:
    return {
        "member_id": MEMBER,
        "kind": "profile",
        "name": "王小明",
        "phone": "+8613800138000",
        "birthday": "1990-05-01",
        "type": "person",
        "channel": "app",
        "status": "active",
        "enrolled_at": "2026-11-21T10:00:00.000Z",
        "recorded_at": "2026-11-21T10:00:00.000Z",
        "origin": "member",
        "actor": "member",
        "correlation_id": "1-69203a01-0a1b2c3d4e5f60718293a4b5",
        **more,
    }


PROFILES: dict[str, Item] = {
    "enrolled_by_app": _profile(),
    "enrolled_by_import": _profile(
        origin="import", actor="staff:import", channel="import", status="unclaimed", batch="imp-20261121-01"
    ),
}
"""New profiles; what they tell of a person must not be found in any event."""

_AGREED, _WITHDREW = "2026-11-21T10:00:00.000Z", "2027-02-01T09:00:00.000Z"
_FACTS: Item = {"member_id": MEMBER, "kind": "facts", "origin": "member"}
FACTS: dict[str, Item] = {
    "agrees_to_profiling": {
        **_FACTS,
        "seq": 1,
        "at": _AGREED,
        "recorded_at": _AGREED,
        "profiling": "granted",
        "birth_year": 1990,
        "interests": ["茶", "fashion"],
        "categories": ["shoes"],
        "brands": ["Aurora Basics"],
    },
    "no_longer": {**_FACTS, "seq": 2, "at": _WITHDREW, "recorded_at": _WITHDREW, "profiling": "refused"},
}
"""Versions of what is known of a member for profiling."""

ENTRIES: dict[str, Item] = {
    "purchase": entry_row(
        Kind.PURCHASE,
        EntryKey(RECEIPT, "purchase"),
        [(THIS_MONTH, -1000), (NEXT_YEAR, 706)],
        [("redeemed", -1000), ("base", 589), ("tier_multiplier", 117)],
        facts=purchase_facts(points_value=1000, spent=[[THIS_MONTH, 1000]], tier_before="gold", tier_after="diamond"),
        answer={"points_earned": 706, "points_spent": 1000, "balance": 4706, "tier": "diamond"},
    ),
    "purchase_with_coupon": entry_row(
        Kind.PURCHASE,
        EntryKey(source("receipt", "shoes-and-more", "A-20261121-0043"), "purchase"),
        [(NEXT_YEAR, 579)],
        [("base", 579)],
        version=13,
        facts=purchase_facts(
            receipt_no="A-20261121-0043",
            gross=64900,
            paid=57905,
            multiplier=1000,
            lines=[
                ["SHOE-42", "shoes", 1, 59900, 54102, 0, True],
                ["SOCK-7", "socks", 2, 5000, 3803, 0, True],
            ],
            reductions=[
                ["tier", None, "discount", [[0, 2995]], None],
                ["sock-week", None, "discount", [[1, 1000]], None],
                [COUPON, "autumn-200-30", "amount_off", [[0, 2803], [1, 197]], [20000, [[0, 56905], [1, 4000]]]],
            ],
        ),
        answer={"points_earned": 579, "points_spent": 0, "balance": 579, "tier": "gold"},
    ),
    "purchase_arrived_late": entry_row(
        Kind.PURCHASE,
        EntryKey(source("receipt", "shoes-and-more", "A-20241105-0007"), "purchase"),
        [(LAST_YEAR, 689), (LAST_YEAR, -689)],
        [("base", 689), ("lapsed", -689)],
        at="2024-11-05T08:00:00.000Z",
        origin=Origin.IMPORT,
        actor="staff:import",
        batch="imp-20261121-02",
        version=3,
        facts=purchase_facts(receipt_no="A-20241105-0007", paid=69900, multiplier=1000, bucket=LAST_YEAR),
        answer={"points_earned": 689, "points_spent": 0, "balance": 0, "tier": "regular"},
    ),
    "opening_balance": entry_row(
        Kind.OPENING,
        EntryKey(source("opening", MEMBER), "opening"),
        [(NEXT_YEAR, 1200)],
        [("opening_balance", 1200)],
        origin=Origin.IMPORT,
        actor="staff:import",
        batch="imp-20261121-01",
        version=1,
        answer={"balance": 1200},
    ),
    "redemption": entry_row(
        Kind.REDEEM,
        EntryKey(source("redeem", "till", "service-desk", "k0q1Zb3v"), "redeem"),
        [(THIS_MONTH, -300), (NEXT_YEAR, -200)],
        [("redeemed", -500)],
        version=8,
        facts={"kind": "cash", "tenant_id": "service-desk"},
        answer={"points_spent": 500, "value_fen": 500, "balance": 4206, "tier": "diamond"},
    ),
    "refund_into_debt": entry_row(
        Kind.REFUND,
        EntryKey(RECEIPT, "refund/R-1"),
        [(THIS_MONTH, 1000), (NEXT_YEAR, -506), (DEBT, -200)],
        [("given_back", 1000), ("taken_back", -706)],
        version=9,
        facts={"sequence": 1, "returned": [59900, 0], "tier_before": "diamond", "tier_after": "gold"},
        answer={"amount": 59900, "money_back": 58900, "balance": 1000, "debt": 200, "tier": "gold", "returnable": 0},
    ),
    "expiry_ahead": entry_row(
        Kind.REMIND,
        EntryKey(source("remind", MEMBER), "261101/9"),
        [],
        [("expiring", 1000)],
        at="2026-10-31T19:30:00.000Z",
        recorded_at="2026-10-31T19:30:04.000Z",
        origin=Origin.SCHEDULE,
        actor="schedule",
        version=10,
        facts={"as_of": "261101", "expiring": [["points", THIS_MONTH, 1000]]},
        answer={"balance": 1000, "tier": "gold"},
    ),
    "expiry": entry_row(
        Kind.EXPIRE,
        EntryKey(source("expire", MEMBER), "261201/10"),
        [(THIS_MONTH, -1000)],
        [("expired", -1000)],
        at="2026-11-30T19:30:00.000Z",
        recorded_at="2026-11-30T19:30:04.000Z",
        origin=Origin.SCHEDULE,
        actor="schedule",
        version=11,
        facts={"as_of": "261201"},
        answer={"balance": 0, "tier": "gold", "points_expired": 1000},
    ),
    "erased": entry_row(
        Kind.ERASE,
        EntryKey(source("erase", MEMBER), "erase"),
        [(NEXT_YEAR, -412)],
        [("erased", -412)],
        origin=Origin.MEMBER,
        actor="member",
        version=12,
        facts={"status_before": "active", "status_after": "erased"},
        answer={"status": "erased"},
    ),
}
"""New ledger entries, by what happened."""
