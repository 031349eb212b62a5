"""Ladders by every measure: spend, points earned, activity, any or all of them; with grace, with entitlements."""

from typing import Any

from loyalty.programme import Programme
from tests.support import PROGRAMME
from tests.unit.ledger.programmes import MALL_A, MALL_B


def _programme(*rungs: dict[str, Any], **tiers: Any) -> Programme:
    ladder = [{"name_zh": "卡", "name_en": "Card", **rung} for rung in rungs]
    return Programme.model_validate({"tiers": {"ladder": ladder, **tiers}})


WITH_GRACE = MALL_A.model_copy(update={"tiers": MALL_A.tiers.model_copy(update={"grace_days": 30})})
FREQUENT = _programme(
    {"code": "member"},
    {"code": "frequent", "activity": {"months": 3, "purchases": 3}},
    {"code": "regular_guest", "activity": {"months": 3, "purchases": 30, "each_month": False}},
    grace_days=45,
)
BY_POINTS = _programme(
    {"code": "member"},
    {"code": "both", "spend_yuan": 3000, "points_earned": 3000},
    {"code": "either", "spend_yuan": 10_000, "points_earned": 10_000, "match": "any"},
    window="calendar_year",
)
MIXED = _programme(
    {"code": "member"},
    {"code": "silver", "spend_yuan": 3000, "activity": {"months": 2, "purchases": 2}, "match": "any"},
    {"code": "gold", "points_earned": 9000, "activity": {"months": 2, "purchases": 3, "each_month": False}},
    grace_days=90,
)
LADDERS = [MALL_A, MALL_B, WITH_GRACE, FREQUENT, BY_POINTS, MIXED]

_PARKING = {"code": "parking", "name_zh": "免费停车", "name_en": "Free parking", "per": "month"}
_LOUNGE = {"code": "lounge", "name_zh": "贵宾厅", "name_en": "Lounge", "per": "year"}


def _with_benefits() -> Programme:
    plain = PROGRAMME.published()
    regular, silver, gold = plain["tiers"]["ladder"]
    unlocks = [
        {
            "code": "tasting",
            "name_zh": "品鉴会",
            "name_en": "Tasting",
            "quarter_spend_yuan": 5000,
            "entitlements": [
                {"code": "tasting", "name_zh": "品鉴", "name_en": "Tasting", "quota": 1, "per": "quarter"}
            ],
        },
        {
            "code": "rich",
            "name_zh": "积分特权",
            "name_en": "Points privilege",
            "tiers": ["silver", "gold"],
            "balance_points": 1000,
            "entitlements": [{**_PARKING, "quota": 1}],
        },
    ]
    silver = {**silver, "entitlements": [{**_PARKING, "quota": 2}]}
    gold = {**gold, "entitlements": [{**_PARKING, "quota": 3}, {**_LOUNGE, "quota": 1}]}
    return Programme.model_validate({**plain, "tiers": {"ladder": [regular, silver, gold], "unlocks": unlocks}})


WITH_BENEFITS = _with_benefits()
"""Tiers and unlocks with entitlements: parking by month in both, a lounge by year, a tasting by quarter."""
