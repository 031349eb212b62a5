"""What Tencent Cloud's two callbacks bring, read into receipts and replies (requirements N3, M3, K6). Pure.

    an array of reports   [{report_status, errmsg, description, sid, mobile ...}]   what became of messages
    one reply             {mobile, nationcode, text ...}                           what somebody answered

Tencent signs neither: whoever knows the address may tell. Nothing is read but what decides, and no number goes on
except that of somebody who wants no more.
"""

import json
from datetime import datetime
from typing import Any

from functions.notices.channels.receipts import Fate, Receipt, Reply, is_refusal
from functions.notices.templates.words import Channel

MOST_REPORTS = 500
PERMANENT = frozenset({"CB:0001", "CB:0053", "DB:0101"})
"""Codes of carriers that say that there is no such number; whatever else they say, it is tried again."""
NO_SUCH_NUMBER = "空号"
LONGEST_ID = 128


def parse(body: bytes, now: datetime) -> list[Receipt | Reply]:
    """Return what a callback tells; replies that refuse nothing are left out.

    Raises:
        LookupError, TypeError, ValueError: if it is in neither format; then nothing of it counts.
    """
    told: Any = json.loads(body)
    if isinstance(told, list):
        if len(told) > MOST_REPORTS:
            raise ValueError("more reports than a callback brings")
        return [_receipt(one, now) for one in told]
    return [Reply(_phone(told), refuses=True)] if is_refusal(str(told["text"])) else []


def _receipt(told: Any, now: datetime) -> Receipt:
    arrived = {"SUCCESS": True, "FAIL": False}[_text(told, "report_status")]
    unknown = told.get("errmsg") in PERMANENT or NO_SUCH_NUMBER in str(told.get("description"))
    return Receipt(
        channel=Channel.SMS,
        provider_id=_text(told, "sid"),
        fate=Fate.DELIVERED if arrived else Fate.BOUNCED,
        taken_at=now,
        for_good=not arrived and unknown,
    )


def _phone(told: Any) -> str:
    country, number = _text(told, "nationcode"), _text(told, "mobile")
    if not (country.isascii() and country.isdecimal() and number.isascii() and number.isdecimal()):
        raise ValueError("no number")
    return f"+{country}{number}"


def _text(told: Any, name: str) -> str:
    text = told[name]
    if not isinstance(text, str) or not text or len(text) > LONGEST_ID:
        raise ValueError(f"{name} is no short text")
    return text
