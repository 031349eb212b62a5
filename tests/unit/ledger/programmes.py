"""Programmes that differ in everything a rule depends on: rate, expiry, pending period, ladder, multiplier."""

from loyalty.programme import Programme

_LADDER = [
    {"code": "regular", "name_zh": "普卡", "name_en": "Regular", "spend_yuan": 0},
    {"code": "silver", "name_zh": "银卡", "name_en": "Silver", "spend_yuan": 3000},
    {"code": "gold", "name_zh": "金卡", "name_en": "Gold", "spend_yuan": 10000, "multiplier": "1.2"},
    {"code": "diamond", "name_zh": "钻石卡", "name_en": "Diamond", "spend_yuan": 50000, "multiplier": "1.5"},
]

MALL_A = Programme.model_validate({"tiers": {"ladder": _LADDER}})
MALL_B = Programme.model_validate(
    {
        "expiry": {"kind": "calendar_year", "months": 12},
        "redemption": {"points": 100, "fen": 1000},
        "tiers": {"window": "calendar_year", "ladder": _LADDER},
    }
)
PENDING = Programme.model_validate(
    {
        "points_per_yuan": "1.5",
        "pending": {"days": 14},
        "redemption": {"points": 1000, "fen": 100},
        "expiry": {"months": 3, "reminder_days": [30, 7]},
        "tiers": {"ladder": _LADDER},
    }
)
PROGRAMMES = [MALL_A, MALL_B, PENDING]
