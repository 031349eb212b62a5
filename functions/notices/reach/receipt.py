"""What providers tell of messages they took, read from their own formats (requirements N3, M3, K6). Pure.

SES tells of e-mail as `{eventType | notificationType, mail: {messageId, tags}, bounce: {bounceType}}`; SNS's delivery
log tells of text messages as `{notification: {messageId}, delivery: {providerResponse}, status}`; two-way text
messages bring members' own words as `{originationNumber, messageBody}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from functions.notices.channels.email import TAG
from functions.notices.templates.template import Channel

Told = Mapping[str, Any]
OPT_OUT_WORDS = frozenset({"R", "TD", "T", "N", "退订", "拒收", "STOP", "QUIT", "UNSUBSCRIBE", "CANCEL", "END"})
"""Words by which somebody refuses further text messages; they stand alone."""
_PERMANENT_SMS = ("Invalid phone number", "Phone number is opted out")
"""Answers of carriers after which a number need not be tried again."""


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
        taken_at: when the provider took it.
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


def read(told: Told) -> Receipt | Reply | None:
    """Return what a provider tells; None where it is nothing that notices wait for.

    Raises:
        LookupError, TypeError, ValueError: if it is in none of the formats.
    """
    if "originationNumber" in told:
        word = "".join(told["messageBody"].split()).strip(".。!！").upper()
        return Reply(told["originationNumber"], word in OPT_OUT_WORDS)
    return _of_email(told) if "mail" in told else _of_sms(told)


def _of_email(told: Told) -> Receipt | None:
    kind, mail = told.get("eventType") or told["notificationType"], told["mail"]
    fates = {"Delivery": Fate.DELIVERED, "Bounce": Fate.BOUNCED, "Complaint": Fate.COMPLAINED}
    if kind not in fates:
        return None
    tagged = mail.get("tags", {}).get(TAG, [None])
    return Receipt(
        channel=Channel.EMAIL,
        provider_id=mail["messageId"],
        fate=fates[kind],
        taken_at=datetime.fromisoformat(mail["timestamp"]),
        message_id=tagged[0],
        for_good=kind == "Bounce" and told["bounce"]["bounceType"] == "Permanent",
    )


def _of_sms(told: Told) -> Receipt:
    arrived = told["status"] == "SUCCESS"
    answer = told["delivery"].get("providerResponse", "")
    return Receipt(
        channel=Channel.SMS,
        provider_id=told["notification"]["messageId"],
        fate=Fate.DELIVERED if arrived else Fate.BOUNCED,
        taken_at=datetime.fromisoformat(told["notification"]["timestamp"].replace(" ", "T") + "+00:00"),
        for_good=not arrived and answer.startswith(_PERMANENT_SMS),
    )
