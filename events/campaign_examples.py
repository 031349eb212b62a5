"""Entries of purchases and returns that campaigns took part in, as the product writes them."""

from events.examples import NEXT_YEAR, entry_row, purchase_facts
from loyalty.buckets import BucketKey, Leg
from loyalty.dynamo import Item
from loyalty.entries import EntryKey, Reason, source
from loyalty.types import Kind, Purse

STEPS, DOUBLE = "7d1f6a0b9c8e4d2f5a3b6c71", "0c4b8e2d6f1a3957b8d0e6f2"
TEMPLATE = "5f0c3e9a1b7d42e8a6c40b13"
NEVER = BucketKey("991231")
RECEIPT = source("receipt", "shoes-and-more", "A-20261121-0051")
_KEY = EntryKey(RECEIPT, "purchase")
_LATER = EntryKey(source("receipt", "tea-house", "T-7"), "purchase")
_COMPARED = EntryKey(source("receipt", "tea-house", "T-8"), "purchase")
_LINES = [
    ["SHOE-42", "shoes", 1, 59900, 59900, 1000, True, 0, "NORTHWAY"],
    ["SOCK-7", "socks", 2, 5000, 5000, 1000, True],
]
_REFUND = EntryKey(RECEIPT, "refund/R-1")


_COUPON = [STEPS, TEMPLATE, f"{_KEY.entry_id}/{STEPS}/1"]
_AWARDS = [[DOUBLE, {"points": 597, "draws": 2}, 599, [[3, 599]]], [STEPS, {"courtesy": 50}, 1, [[0, 1]]]]

CAMPAIGN_ENTRIES: dict[str, Item] = {
    "purchase_with_campaigns": entry_row(
        Kind.PURCHASE,
        _KEY,
        [
            (NEXT_YEAR, 1246),
            Leg(Purse.COURTESY, NEXT_YEAR, 50),
            Leg(Purse.GROWTH, NEVER, 649),
            Leg(Purse.DRAWS, NEXT_YEAR, 2),
        ],
        [
            Reason("base", Purse.POINTS, 649),
            Reason("campaign", Purse.POINTS, 597, DOUBLE),
            Reason("campaign", Purse.DRAWS, 2, DOUBLE),
            Reason("campaign", Purse.COURTESY, 50, STEPS),
            Reason("growth", Purse.GROWTH, 649),
        ],
        version=21,
        facts=purchase_facts(
            receipt_no="A-20261121-0051",
            gross=64900,
            paid=64900,
            multiplier=1000,
            lines=_LINES,
            tier="silver",
            till="client-of-shoes-and-more",
            first=True,
            awards=_AWARDS,
            vouchers=[_COUPON],
        ),
        answer={"points_earned": 1246, "points_spent": 0, "balance": 1246, "tier": "silver"},
    ),
    "purchase_reaches_the_next_step": entry_row(
        Kind.PURCHASE,
        _LATER,
        [(NEXT_YEAR, 400)],
        [("base", 400)],
        version=22,
        facts=purchase_facts(
            tenant_id="tea-house",
            receipt_no="T-7",
            gross=40000,
            paid=40000,
            multiplier=1000,
            lines=[["TEA-1", "tea", 4, 40000, 40000, 1000, True]],
            tier="silver",
            channel="import",
            awards=[[STEPS, {}, 1, [[0, 1]]]],
            vouchers=[[STEPS, TEMPLATE, f"{_LATER.entry_id}/{STEPS}/1"]],
            vouchers_back=[_COUPON],
        ),
        answer={"points_earned": 400, "points_spent": 0, "balance": 1646, "tier": "silver"},
    ),
    "purchase_of_the_control_group": entry_row(
        Kind.PURCHASE,
        _COMPARED,
        [(NEXT_YEAR, 300)],
        [("base", 300)],
        version=24,
        facts=purchase_facts(
            tenant_id="tea-house",
            receipt_no="T-8",
            gross=30000,
            paid=30000,
            multiplier=1000,
            lines=[["TEA-1", "tea", 3, 30000, 30000, 1000, True]],
            tier="silver",
            withheld=[DOUBLE],
        ),
        answer={"points_earned": 300, "points_spent": 0, "balance": 1946, "tier": "silver"},
    ),
    "goods_of_a_campaign_came_back": entry_row(
        Kind.REFUND,
        _REFUND,
        [
            (NEXT_YEAR, -1150),
            Leg(Purse.COURTESY, NEXT_YEAR, -50),
            Leg(Purse.GROWTH, NEVER, -599),
            Leg(Purse.DRAWS, NEXT_YEAR, -2),
        ],
        [
            Reason("taken_back", Purse.POINTS, -599),
            Reason("campaign_back", Purse.POINTS, -551, DOUBLE),
            Reason("campaign_back", Purse.DRAWS, -2, DOUBLE),
            Reason("campaign_back", Purse.COURTESY, -50, STEPS),
            Reason("growth_back", Purse.GROWTH, -599),
        ],
        version=23,
        facts={
            "sequence": 1,
            "returned": [59900, 0],
            "nets": [0, 5000],
            "awards_back": [
                [DOUBLE, {"points": 551, "draws": 2}, 553, [[3, 553]]],
                [STEPS, {"courtesy": 50}, 1, [[0, 1]]],
            ],
            "vouchers_back": [_COUPON],
        },
        answer={"amount": 59900, "money_back": 59900, "balance": 496, "debt": 0, "tier": "silver", "returnable": 5000},
    ),
}
"""New ledger entries, by what happened."""
