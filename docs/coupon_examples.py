"""Examples of coupons for the OpenAPI document: a Father's Day coupon, claimed, held at a till, redeemed."""

from typing import Any

TEMPLATE_ID = "5f0c3e9a1b7d42e8a6c40b13"
CODE = "7KQ2-M5V8-X1C4-B6N0"
TERMS: dict[str, Any] = {
    "kind": "amount_off",
    "threshold_fen": 50000,
    "off_fen": 5000,
    "percent": None,
    "max_off_fen": None,
    "buy": None,
    "get": None,
    "sets": None,
    "price_fen": None,
    "pieces": None,
    "benefit": "",
    "units": None,
    "tenants": [],
    "categories": ["menswear"],
    "brands": [],
    "skus": [],
    "combines": "other_groups",
    "per_receipt": 1,
    "with_discounts": True,
    "with_points": True,
    "giftable": True,
    "comes_back": True,
}
CLAIMED: dict[str, Any] = {
    "code": CODE,
    "template_id": TEMPLATE_ID,
    "name": "父亲节满500减50",
    "terms": TERMS,
    "valid_from": "2026-06-15",
    "valid_until": "2026-06-30",
}
COUPON: dict[str, Any] = {
    **CLAIMED,
    "category": "festival",
    "state": "issued",
    "hold": None,
    "seen": True,
    "issued_at": "2026-06-15T02:20:00.000Z",
    "used_at": None,
}
OFFER = {key: value for key, value in CLAIMED.items() if key != "code"} | {
    "category": "festival",
    "per_member": 1,
    "had": 0,
    "left": "plenty",
}
TEMPLATE: dict[str, Any] = {
    "name_zh": "父亲节满500减50",
    "name_en": "Father's Day: 50 off 500",
    "category": "festival",
    "terms": {"kind": "amount_off", "threshold_fen": 50000, "off_fen": 5000, "scope": {"categories": ["menswear"]}},
    "validity": {"from": "2026-06-15", "until": "2026-06-30"},
    "quantity": 1000,
    "word": "DAD2026",
}
CAMPAIGN: dict[str, Any] = {
    "name_zh": "周年庆全场八折",
    "name_en": "Anniversary: 20% off",
    "percent": 20,
    "tiers": ["gold"],
    "from": "2026-11-02T00:00:00+08:00",
    "until": "2026-11-09T00:00:00+08:00",
}

COUPON_MODELS: dict[str, Any] = {
    "Template": TEMPLATE,
    "Campaign": CAMPAIGN,
    "ClaimRequest": {"template_id": TEMPLATE_ID, "channel": "app"},
    "ClaimAnswer": CLAIMED,
    "CouponAnswer": COUPON,
    "TermsAnswer": TERMS,
    "HoldAnswer": {"held_for": "till", "until": "2026-06-15T10:30:00.000Z"},
    "GiftAnswer": {"gift_code": "Q1W2-E3R4-T5Y6-Z7X8", "until": "2026-06-18T10:20:00.000Z"},
    "OfferAnswer": OFFER,
    "LockRequest": {"receipt_no": "R-1001", "member_session": "bV81Y0RxOFprUDJ3.c2lnbmVk"},
    "ReceiptRequest": {"receipt_no": "R-1001"},
    "RollbackAnswer": {"code": CODE, "receipt_no": "R-1001"},
    "ReductionAnswer": {"source": "coupon", "kind": "amount_off", "off": 5000, "coupon": CODE, "campaign_id": None},
    "LineAnswer": {
        "sku": "SKU-1",
        "amount": 12800,
        "off": 0,
        "paid_with_points": 500,
        "net": 12300,
        "reductions": [],
    },
}
"""By model; a model here needs no example of its own."""
COUPON_FIELDS: dict[str, Any] = {
    "campaign_id": TEMPLATE_ID,
    "coupons": [],
    "coupons_returned": [],
    "job_id": "0b7d42e8a6c40b135f0c3e9a",
    "locked_until": "2026-06-15T10:30:00.000Z",
    "redeemed_at": "2026-06-15T10:21:00.000Z",
    "reductions": [],
    "reward_id": "8a6c40b135f0c3e9a1b7d42e",
    "shortfall": 0,
    "template_id": TEMPLATE_ID,
    "valid_from": "2026-06-15",
    "valid_until": "2026-06-30",
}
"""By field, where the model has no example."""
