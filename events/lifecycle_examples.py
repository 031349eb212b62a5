"""Rows of what members were given on an occasion, as the product writes them."""

from events.examples import MEMBER
from loyalty.dynamo import Item

BIRTHDAY, WELCOME = "6a1d0e8b3f5c42d7918e4b07", "0f7c2b9d5e6a48139b0d7c52"
TEMPLATE = "5f0c3e9a1b7d42e8a6c40b13"


def _row(shelf: str, offer_id: str, version: int, day: str, happened: str, **more: object) -> Item:
    return {
        "occasion_id": f"{shelf}/{MEMBER}",
        "kind": offer_id,
        "member_id": MEMBER,
        "offer_id": offer_id,
        "version": version,
        "days": {"self": day},
        "happened": [happened],
        "tier": "silver",
        "at": "2026-11-21T01:00:03.000Z",
        "origin": "schedule",
        "correlation_id": "0b6f6a3e-1111-4222-8333-444455556666",
        **more,
    }


_BIRTHDAY = {"occasion": "birthday", "name_zh": "生日礼", "name_en": "Birthday gift"}

OCCASION_ROWS: dict[str, Item] = {
    "birthday_gift": _row(
        "given",
        BIRTHDAY,
        2,
        "2026-12-21",
        "OccasionGiven",
        **_BIRTHDAY,
        coupons=[[TEMPLATE, f"occasion/{BIRTHDAY}/{MEMBER}/2/0"]],
    ),
    "birthday_itself": _row("greeted", BIRTHDAY, 2, "2026-11-21", "OccasionCame", **_BIRTHDAY),
    "welcome_pack": _row(
        "given",
        WELCOME,
        1,
        "2026-11-21",
        "OccasionGiven",
        occasion="welcome",
        name_zh="入会礼",
        name_en="Welcome pack",
        coupons=[[TEMPLATE, f"occasion/{WELCOME}/{MEMBER}/1/0"]],
        purse="points",
        points=200,
        shard=0,
    ),
}
"""Versions of what a member had, by what they mean."""
