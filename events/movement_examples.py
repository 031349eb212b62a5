"""Entries that no purchase causes, as the product writes them: transfers, corrections, reviews, warnings, uses."""

from events.examples import MEMBER, NEXT_YEAR, THIS_MONTH, entry_row
from loyalty.buckets import DEBT
from loyalty.dynamo import Item
from loyalty.entries import EntryKey, source
from loyalty.types import Kind, Origin

FRIEND = "a81d33e6097b4c2f95d0"
_REQUEST = "b7e1c0d94f2a4c6e8a135d70"
_TRANSFER = source("transfer", MEMBER, "k0q1Zb3v")
_BY_STAFF = {"origin": Origin.STAFF, "actor": "staff:approver-2"}
_BY_SCHEDULE = {"origin": Origin.SCHEDULE, "actor": "schedule"}


def _requested(movement: str) -> EntryKey:
    return EntryKey(source("control", _REQUEST), movement)


MOVEMENTS: dict[str, Item] = {
    "points_to_a_friend": entry_row(
        Kind.TRANSFER,
        EntryKey(_TRANSFER, "out"),
        [(THIS_MONTH, -300), (NEXT_YEAR, -210)],
        [("transfer_out", -500), ("transfer_fee", -10)],
        version=14,
        origin=Origin.MEMBER,
        actor="member",
        facts={"other": FRIEND},
        answer={"balance": 3696, "tier": "gold"},
    ),
    "points_from_a_friend": entry_row(
        Kind.TRANSFER,
        EntryKey(_TRANSFER, "in"),
        [(DEBT, 100), (THIS_MONTH, 200), (NEXT_YEAR, 200)],
        [("transfer_in", 500)],
        version=3,
        origin=Origin.MEMBER,
        actor="member",
        facts={"other": MEMBER},
        answer={"balance": 400, "tier": "regular"},
    ),
    "credited_by_staff": entry_row(
        Kind.ADJUST,
        _requested("adjust"),
        [(NEXT_YEAR, 150)],
        [("adjusted", 150)],
        version=15,
        facts={"why": "goodwill"},
        answer={"balance": 3846, "tier": "gold"},
        **_BY_STAFF,
    ),
    "voided_by_staff": entry_row(
        Kind.VOID,
        _requested("void"),
        [(NEXT_YEAR, -400), (DEBT, -100)],
        [("voided", -500)],
        version=16,
        facts={"why": "abuse"},
        answer={"balance": 0, "debt": 100, "tier": "gold"},
        **_BY_STAFF,
    ),
    "frozen": entry_row(
        Kind.STATUS,
        _requested("freeze"),
        [],
        [],
        version=17,
        facts={"status_before": "active", "status_after": "frozen", "why": "abuse"},
        answer={"status": "frozen"},
        **_BY_STAFF,
    ),
    "claimed": entry_row(
        Kind.STATUS,
        EntryKey(source("status", MEMBER), "claim"),
        [],
        [],
        version=2,
        origin=Origin.MEMBER,
        actor="member",
        facts={"status_before": "unclaimed", "status_after": "active"},
        answer={"status": "active"},
    ),
    "one_step_down": entry_row(
        Kind.REVIEW,
        EntryKey(source("review", MEMBER), "271201/18"),
        [],
        [],
        version=18,
        facts={"tier_before": "gold", "tier_after": "silver"},
        answer={"balance": 0, "tier": "silver"},
        **_BY_SCHEDULE,
    ),
    "before_the_review": entry_row(
        Kind.WARN,
        EntryKey(source("warn", MEMBER), "271001/19"),
        [],
        [],
        version=19,
        facts={"until": "271130", "missing": 250_000},
        answer={"balance": 0, "tier": "gold"},
        **_BY_SCHEDULE,
    ),
    "lounge": entry_row(
        Kind.USE,
        EntryKey(source("use", MEMBER, "m7w2Xc9p"), "use"),
        [],
        [],
        version=20,
        origin=Origin.STAFF,
        actor="staff:operator-7",
        facts={"entitlement": "lounge", "period": "2026Q4"},
        answer={"balance": 0, "tier": "gold"},
    ),
    "lounge_after_all_not": entry_row(
        Kind.REFUND,
        EntryKey(source("use", MEMBER, "m7w2Xc9p"), "refund"),
        [],
        [],
        version=21,
        origin=Origin.STAFF,
        actor="staff:operator-7",
        facts={"entitlement": "lounge", "period": "2026Q4"},
        answer={"balance": 0, "tier": "gold"},
    ),
}
"""New ledger entries, by what happened."""
