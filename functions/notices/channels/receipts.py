"""What a provider tells of a message it took, and what somebody answered to one, in no provider's words. Pure.

Each channel's module reads its providers' own formats into these (requirements N3, M3, K6). What comes by a callback is
read at the door, and goes on through the queue in the form of `document`: without a number, and without the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from functions.notices.templates.words import Channel
from loyalty.clock import iso

Told = Mapping[str, Any]
OPT_OUT_WORDS = frozenset({"R", "TD", "T", "N", "退订", "拒收", "STOP", "QUIT", "UNSUBSCRIBE", "CANCEL", "END"})
"""Words by which somebody refuses further text messages; they stand alone."""
RECEIPT, REPLY = "receipt", "reply"


class Fate(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider tells of one message.

    Attributes:
        message_id: ours, where the provider carries it.
        for_good: whether the address need not be tried again.
        taken_at: when the provider took it; where it does not tell, when we heard of it.
    """

    channel: Channel
    provider_id: str
    fate: Fate
    taken_at: datetime
    message_id: str | None = None
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered to a text message: their number, and whether it says that they want no more."""

    phone: str
    refuses: bool


def is_refusal(text: str) -> bool:
    """Tell whether an answer says that somebody wants no more."""
    return "".join(text.split()).strip(".。!！").upper() in OPT_OUT_WORDS


def document(told: Receipt | Reply) -> dict[str, Any]:
    """Return a receipt or a reply as it waits in the queue."""
    if isinstance(told, Reply):
        return {REPLY: {"phone": told.phone, "refuses": told.refuses}}
    return {
        RECEIPT: {
            "channel": told.channel.value,
            "provider_id": told.provider_id,
            "fate": told.fate.value,
            "taken_at": iso(told.taken_at),
            "message_id": told.message_id,
            "for_good": told.for_good,
        }
    }


def from_document(told: Told) -> Receipt | Reply | None:
    """Return what `document` wrote; None where it is something else.

    Raises:
        LookupError, TypeError, ValueError: if it only begins like one.
    """
    if REPLY in told:
        return Reply(**told[REPLY])
    if RECEIPT not in told:
        return None
    known = told[RECEIPT]
    return Receipt(
        **{
            **known,
            "channel": Channel(known["channel"]),
            "fate": Fate(known["fate"]),
            "taken_at": datetime.fromisoformat(known["taken_at"]),
        }
    )
