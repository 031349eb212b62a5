"""E-mail by Amazon SES, as plain text, through its first API: the local cloud tells what became of such e-mail only.

SES knows no key of ours either, so what was lost is not sent again; but the message's own id travels with it as a tag,
and a receipt that names it tells that it went out after all.
"""

import re
from datetime import datetime

from functions.notices.channels.answers import Outcome
from functions.notices.channels.capabilities import ChannelSpec, Envelope, Rendered, Speech
from functions.notices.channels.outcome import outcome_of, provider
from functions.notices.channels.receipts import Fate, Receipt, Told
from functions.notices.rules import Mall
from functions.notices.templates.words import Channel, EmailWords

TAG = "notice"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
OPT_OUT = {
    "zh": "\n\n如不希望再收到此类邮件，请在会员中心的“消息设置”中关闭。",
    "en": "\n\nTo hear no more of this, switch it off under Messages in your account.",
}
"""How a member refuses further marketing; the law asks for it in every such message."""


def render(words: EmailWords, speech: Speech) -> Rendered:
    """Return an e-mail."""
    in_english = speech.language == "en"
    subject = (words.subject_en if in_english else None) or words.subject_zh
    text = (words.text_en if in_english else None) or words.text_zh
    ending = OPT_OUT[speech.language] if speech.marketing else ""
    return Rendered(speech.filled(subject), f"{speech.filled(text)}{ending}")


def send(address: str, words: Rendered, envelope: Envelope, mall: Mall) -> Outcome:
    """Send an e-mail."""
    texts = {"Subject": {"Data": words.subject, "Charset": "UTF-8"}, "Body": {"Text": _utf8(words.text)}}
    events = {"ConfigurationSetName": mall.email_events} if mall.email_events else {}
    return outcome_of(
        provider("ses").send_email,
        Source=mall.email_from,
        Destination={"ToAddresses": [address]},
        Message=texts,
        Tags=[{"Name": TAG, "Value": envelope.message_id}],
        **events,
    )


def receipt(told: Told) -> Receipt | None:
    """Return what SES tells, `{eventType | notificationType, mail: {messageId, tags}, bounce: {bounceType}}`.

    Raises:
        LookupError, TypeError, ValueError: if it is not in that format.
    """
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


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _typed(text: str) -> str | None:
    return text if ADDRESS.fullmatch(text) else None


CHANNEL = ChannelSpec(name=Channel.EMAIL, field="email", render=render, send=send, typed=_typed)
