"""Rows of requests, alarms, offers and programme versions, as the product writes them."""

from events.examples import MEMBER
from loyalty import catalogue
from loyalty.catalogue import Catalogue, Step
from loyalty.dynamo import Item, from_item

TRACE = "1-69203b01-5d6c2f1e0a9b8c7d6e5f4a3b"
WORDS = "同一收银台一分钟内二十笔小票，疑似套积分"
"""What staff wrote; must not be found in any event."""
REQUEST = "b7e1c0d94f2a4c6e8a135d70"
OFFER = "5f0c3e9a1b7d42e8a6c40b13"
_MAKER, _APPROVER, _JUDGE = "operator-7", "approver-2", "approver-3"
_OPEN = {"appeal_state": "open", "appeal_text": WORDS}
_UPHELD = {**_OPEN, "appeal_state": "upheld"}


def _request(version: int, state: str, actor: str, at: str, *happened: str, **appeal: str) -> Item:
    return {
        "control_id": f"request/{REQUEST}",
        "kind": "request",
        "member_id": MEMBER,
        "task": "void",
        "state": state,
        "why": "abuse",
        "purse": "points",
        "points": -500,
        "actor": actor,
        "maker": _MAKER,
        "text": WORDS,
        "at": at,
        "recorded_at": at,
        "origin": "member" if actor == "member" else "staff",
        "correlation_id": TRACE,
        "version": version,
        "happened": list(happened),
        **appeal,
    }


_PASSED: Item = {
    "control_id": "alarm/shoes-and-more.2026112110",
    "kind": "alarm",
    "tenant_id": "shoes-and-more",
    "till": "client-of-shoes-and-more",
    "limit": "receipts_an_hour",
    "allowed": 120,
    "found": 121,
    "period": "2026112110",
    "held": True,
    "raised_at": "2026-11-21T02:40:00.000Z",
    "at": "2026-11-21T02:40:00.000Z",
    "origin": "schedule",
    "version": 1,
    "happened": ["VelocityAlarmRaised"],
}


CONTROL_ROWS: dict[str, Item] = {
    "void_asked_for": _request(1, "open", _MAKER, "2026-11-21T02:00:00.000Z", "ControlRequested"),
    "void_approved": _request(2, "approved", _APPROVER, "2026-11-21T03:00:00.000Z", "ControlDecided"),
    "void_appealed": _request(3, "approved", "member", "2026-11-22T03:00:00.000Z", "ControlAppealed", **_OPEN),
    "appeal_upheld": _request(4, "approved", _JUDGE, "2026-11-23T03:00:00.000Z", "ControlDecided", **_UPHELD),
    "too_many_receipts": _PASSED,
    "trades_again": {
        **_PASSED,
        "version": 2,
        "happened": ["TenantReleased"],
        "actor": _MAKER,
        "origin": "staff",
        "at": "2026-11-21T03:10:00.000Z",
        "recorded_at": "2026-11-21T03:10:00.000Z",
        "correlation_id": TRACE,
        "released_by": _MAKER,
        "released_at": "2026-11-21T03:10:00.000Z",
        "release_text": WORDS,
    },
}
"""New versions of rows of the control table, by what happened."""

_TEMPLATES = Catalogue("coupons", "coupon_id", "template")
_DRAFT = catalogue.drafted(OFFER, {"name_zh": "满500减50"}, "marketer-1", "2026-11-20T02:00:00.000Z")
_APPROVED = catalogue.stepped(_DRAFT, Step.APPROVE, _APPROVER, "2026-11-20T03:00:00.000Z")

DEFINITIONS: dict[str, Item] = {
    "template_drafted": from_item(_TEMPLATES.put_if_absent(_DRAFT)[0]["Put"]["Item"]),
    "template_approved": from_item(_TEMPLATES.put_if_unchanged(_APPROVED)[0]["Put"]["Item"]),
}
"""New versions of a definition, by what happened."""

PROGRAMMES: dict[str, Item] = {
    "from_january": {
        "name": "program",
        "version": 2,
        "effective_from": "2027-01-01",
        "programme": "{}",
        "actor": _APPROVER,
        "at": "2026-11-21T03:00:00.000Z",
    }
}
"""New versions of the programme."""
