"""Examples for the OpenAPI document: one story, so the same member and receipt run through every operation.

A model's or a field's own example comes first; what has none is looked up here by the field's name, and a field that
is found nowhere stops the generator rather than leaving a hole.
"""

from collections.abc import Mapping
from typing import Any

from docs.coupon_examples import COUPON_FIELDS, COUPON_MODELS

Schema = Mapping[str, Any]

BEEF_NOODLES = {"sku": "SKU-1", "category": "dining", "quantity": 2, "amount": 12800}
MODELS: dict[str, Any] = {
    "Company": {"name": "极光贸易有限公司", "registration_no": "91310000MA1FL0000X", "address": "上海市南京西路 1 号"},
    "EnrolRequest": {
        "name": "王小明",
        "phone": "13800138000",
        "phone_code": "402913",
        "birthday": "1990-05-17",
        "terms_version": "2026-01",
        "channel": "app",
        "consents": {"marketing": True},
    },
    "DeskEnrolRequest": {"name": "王小明", "phone": "13800138000", "channel": "counter"},
    "ProfileChanges": {"email": "xiaoming@example.com", "interests": ["tea"]},
    "SearchRequest": {"phone": "13800138000"},
    "ProgressAnswer": {"spend_fen": 862000, "next_tier": "gold", "missing_fen": 138000},
    "PurchaseRequest": {
        "receipt_no": "R-1001",
        "member_session": "bV81Y0RxOFprUDJ3.c2lnbmVk",
        "purchased_at": "2026-11-02T18:20:00+08:00",
        "lines": [BEEF_NOODLES],
        "gross": 12800,
        "points": 500,
        "paid": 12300,
    },
    "QuoteRequest": {"member_id": "m_5cDq8ZkP2w", "lines": [BEEF_NOODLES], "points": 500},
    "TierAnswer": {
        "code": "silver",
        "name": "银卡",
        "since": "2026-03-14",
        "until": "2027-03-31",
        "multiplier": "1",
    },
    "ExportAnswer.consents": {"marketing": {"granted": True, "at": "2026-03-14T02:20:00.000Z"}},
    "ExportAnswer.family": [
        {
            "relative_id": "5f1d2c3b5a697887",
            "relation": "child",
            "call_name": "小宝",
            "birthday": "2019-06-01",
            "registered_at": "2026-03-14T02:20:00.000Z",
            "consent": {"by": "guardian", "version": "2026-11", "at": "2026-03-14T02:20:00.000Z"},
        }
    ],
    "ExportAnswer.account": {"tier": "silver", "balance": 1260},
    "ExportAnswer.entries": [{"entry_id": "receipt/noodle-bar/20261102/R-1001:purchase", "points": 123}],
    "ExportAnswer.coupons": [{"name": "父亲节满500减50", "state": "issued", "valid_until": "2026-06-30"}],
    "ExportAnswer.surveys": [{"kind": "invitation", "state": "open", "invited_at": "2026-11-21T11:00:00.000Z"}],
    "ExportAnswer.control_decisions": [
        {"task": "void", "why": "false_receipts", "state": "approved", "purse": "points", "moved": -500, "appeal": None}
    ],
    "ExportAnswer.activity": [
        {
            "what": "clicked",
            "kind": "coupon",
            "ref": "b7c5c9e2f3a14d21",
            "channel": "app",
            "at": "2026-11-21T11:00:00.000Z",
        }
    ],
    "ExportAnswer.occasions": [
        {
            "what": "given",
            "name": "生日礼遇",
            "occasion": "birthday",
            "times": 1,
            "last_at": "2026-11-02T02:00:00.000Z",
            "days": [{"about": "self", "day": "2026-12-02"}],
        }
    ],
    "ExportAnswer.wechat": {"mini_program": "oGx3y5Example0openid0of0them"},
    "ExportAnswer.notices": {
        "language": "zh",
        "refused": [{"channel": "sms", "purpose": "marketing"}],
        "unreachable": ["email"],
        "marketing_lately": ["2026-11-20T10:00:00.000Z"],
        "messages": [
            {
                "occasion": "PointsExpiring",
                "purpose": "service",
                "channel": "sms",
                "state": "delivered",
                "planned_at": "2026-11-20T02:00:00.000Z",
                "at": "2026-11-20T02:00:03.000Z",
            }
        ],
    },
    "ExportAnswer.rewards": [{"name": "雨伞", "state": "handed_over", "points": 800}],
    "SurveyOffer": {
        "invitation_id": "IBRwrcN8omxKQu-Sgellz5y_",
        "survey_id": "5f0c3e9a1b7d42e8a6c40b13",
        "title": "兑换体验小调查",
        "expires_at": "2026-12-05T10:20:00.000Z",
        "link": "/s/JVulY3TuGAjKekt3s6mPD9iX",
        "reward": {"purse": "courtesy", "points": 20},
    },
    "MissingPart": {"code": "insufficient_points", "detail": "积分不足，还差 350 分。", "missing_points": 350},
    "MemberCodeAnswer.svg": None,
    "MeAnswer.company": None,
    "ProfileAnswer.company": None,
    "ImportStatus.kind": "members",
    "ImportStatus.reason": None,
    **COUPON_MODELS,
}
"""Examples of whole models, where not every field goes with every other, and of fields with another meaning there."""

STORY: dict[str, Any] = {
    "Idempotency-Key": "5f0c8f2e-9a41-4c8e-b1f7-2f6a0d9b7c11",
    "accepted": 790,
    "amount": 12800,
    "approved_at": None,
    "at": "2026-11-02T10:20:00.000Z",
    "balance": 1260,
    "birthday": "1990-05-17",
    "card_lost_at": None,
    "card_no": "A0010023",
    "channel": "app",
    "client_id": "7h3k9q2m5v8x1c4b6n0p",
    "code": "base",
    "column": "phone",
    "created_at": "2026-11-02T01:31:00.000Z",
    "cursor": "q3sD0bY4NDI",
    "debt": 0,
    "detail": "积分不足。",
    "email": "xiaoming@example.com",
    "enrolled_at": "2026-03-14T02:20:00.000Z",
    "entry_id": "receipt/noodle-bar/20261102/R-1001:purchase",
    "finished_at": None,
    "gross": 12800,
    "import_id": "4f1d2c3b5a69788796a5b4c3d2e1f001",
    "kind": "person",
    "known": 3,
    "leaderboard_name": "爱喝茶的猫",
    "member_code": "MC1.8Qk2vX0b.Zr4",
    "member_id": "m_5cDq8ZkP2w",
    "relative_id": "5f1d2c3b5a697887",
    "member_session": "bV81Y0RxOFprUDJ3.c2lnbmVk",
    "money_back": 12300,
    "movement": "purchase",
    "name": "王小明",
    "name_masked": "王**",
    "next": None,
    "paid": 12300,
    "payable": 12300,
    "pending": 0,
    "phone": "13800138000",
    "phone_masked": "138****8000",
    "points": 123,
    "points_earned": 123,
    "points_given_back": 500,
    "points_lapsed": 0,
    "points_spent": 500,
    "points_value": 500,
    "purchased_at": "2026-11-02T10:20:00.000Z",
    "purchased_on": "2026-11-02",
    "purse": "points",
    "reason": "消费积分",
    "receipt_no": "R-1001",
    "recorded_at": "2026-11-02T10:20:01.120Z",
    "redemption_id": "9xQm3TzR",
    "refund_no": "F-1",
    "refused": 0,
    "report_url": None,
    "returnable": 0,
    "row": 17,
    "rows": 793,
    "rule": "base",
    "status": "active",
    "status_url": "/members/imports/4f1d2c3b5a69788796a5b4c3d2e1f001",
    "tenant_id": "noodle-bar",
    "text": "消费积分",
    "tier": "silver",
    "upload_url": "https://uploads.example.com/members/4f1d2c3b5a69788796a5b4c3d2e1f001?signature=…",
    "uploaded_at": None,
    "value_fen": 500,
    "version": "2026-01",
    **COUPON_FIELDS,
}
FORMATS = {"date": "2026-11-02", "date-time": "2026-11-02T18:20:00+08:00"}


class NoExampleError(Exception):
    """A field has no example; the message names it and says where to put one."""


def example_of(schema: Schema, schemas: Mapping[str, Schema], name: str, owner: str = "") -> Any:
    """Return an example of a schema.

    Args:
        schema: the schema, or a reference to one of `schemas`.
        schemas: the document's components.
        name: the field's (or model's) name.
        owner: the model the field belongs to.

    Raises:
        NoExampleError: naming a field nothing is known about.
    """
    model, schema = _resolved(schema, schemas)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    for known, table in ((model, MODELS), (f"{owner}.{name}", MODELS), (name, {} if model else STORY)):
        if known in table:
            return table[known]
    if schema.get("default") is not None:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return example_of(choices[0], schemas, name, owner)
    return _by_type(schema, schemas, name, model or owner)


def _by_type(schema: Schema, schemas: Mapping[str, Schema], name: str, owner: str) -> Any:
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {key: example_of(part, schemas, key, owner) for key, part in schema["properties"].items()}
        case "array" if "items" in schema:
            return [example_of(schema["items"], schemas, name, owner)]
        case "boolean":
            return True
        case "null":
            return None
        case "string" if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        case None:
            return {}
    place = f"{owner}.{name}".strip(".")
    raise NoExampleError(f"{place} has no example: give the field one, or add it to docs/examples.py")


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> tuple[str, Schema]:
    """Follow references to the model; what stands beside one (a field's own example) comes first."""
    model = ""
    while "$ref" in schema:
        model = schema["$ref"].rsplit("/", 1)[-1]
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**schemas[model], **beside}
    return model, schema
