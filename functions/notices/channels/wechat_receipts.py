"""What WeChat tells of messages it took, read from its own format (requirements N3, M3). Pure.

It proves itself by a digest over a token that only it and the mall know, the time and a random text. What it tells is
XML, or JSON where the mini-program was set so; it is read as plain text, for it holds nothing worth hiding: the number
of a message and what became of it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from functions.notices.channels.receipts import Fate, Receipt
from functions.notices.templates.words import Channel

FRESH = timedelta(minutes=5)
"""So far its clock and ours may be apart, and so long somebody else could say the same again."""
HARMFUL = ("<!doctype", "<!entity")
TEMPLATE_SENT, SUBSCRIBE_SENT = "TEMPLATESENDJOBFINISH", "subscribe_msg_sent_event"

Query = Mapping[str, str]


class ForgedError(ValueError):
    """It does not prove that it comes from WeChat, or that it was said just now."""


def require_genuine(query: Query, token: str, now: datetime) -> None:
    """Refuse what did not come from WeChat just now.

    Raises:
        ForgedError.
    """
    said = [query.get(name, "") for name in ("timestamp", "nonce", "signature")]
    expected = hashlib.sha1("".join(sorted([token, *said[:2]])).encode(), usedforsecurity=False).hexdigest()
    is_signed = hmac.compare_digest(expected.encode(), said[2].encode())
    if not token or not is_signed or not said[0].isdecimal() or not _is_fresh(said[0], now):
        raise ForgedError


def greeting(query: Query, token: str, now: datetime) -> str:
    """Return what WeChat wants to hear when the address of the callback is entered with it.

    Raises:
        ForgedError.
    """
    require_genuine(query, token, now)
    return query.get("echostr", "")


def parse(query: Query, body: bytes, token: str, now: datetime) -> list[Receipt]:
    """Return what WeChat tells of messages; nothing where it tells something else.

    Raises:
        ForgedError: it does not come from WeChat.
        ValueError: it is in no known format.
    """
    require_genuine(query, token, now)
    told = _read(body)
    at = datetime.fromtimestamp(int(told.get("CreateTime", "")), UTC)
    return list(_receipts(told, at))


def _is_fresh(timestamp: str, now: datetime) -> bool:
    return abs(int(timestamp) - int(now.timestamp())) <= FRESH.total_seconds()


def _receipts(told: Mapping[str, Any], at: datetime) -> Iterator[Receipt]:
    event = told.get("Event")
    if event == TEMPLATE_SENT:
        fate = Fate.DELIVERED if told.get("Status") == "success" else Fate.BOUNCED
        yield Receipt(Channel.OFFICIAL_ACCOUNT, str(told.get("MsgID", "")), fate, at)
    elif event == SUBSCRIBE_SENT:
        listed = told.get("SubscribeMsgSentEvent") or {}
        found = listed.get("List", []) if isinstance(listed, dict) else listed
        for one in found if isinstance(found, list) else [found]:
            fate = Fate.DELIVERED if str(one.get("ErrorCode")) == "0" else Fate.BOUNCED
            yield Receipt(Channel.MINI_PROGRAM, str(one.get("MsgID", "")), fate, at)


def _read(body: bytes) -> Mapping[str, Any]:
    text = body.decode()
    if text.lstrip().startswith("{"):
        told: Any = json.loads(text)
        return dict(told)
    if any(part in text.lower() for part in HARMFUL):
        raise ValueError("no document type is taken")
    try:
        # Without a document type there are no entities.
        return _part(ElementTree.fromstring(text))  # noqa: S314  # nosec B314
    except ElementTree.ParseError:
        raise ValueError("neither XML nor JSON") from None


def _part(element: ElementTree.Element) -> dict[str, Any]:
    """Return an element's children by name: their text, or theirs; those of a name that comes twice as a list."""
    found: dict[str, Any] = {}
    for child in element:
        value: Any = _part(child) if len(child) else (child.text or "")
        if child.tag in found:
            before = found[child.tag]
            value = [*(before if isinstance(before, list) else [before]), value]
        found[child.tag] = value
    return found
