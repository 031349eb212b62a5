"""A template and an event's facts, made into what a member reads (requirements N1, K6). Pure.

    【mall】 text of the template, placeholders filled in  +  how to opt out, where it is marketing

What is filled in is filled in once: a value with braces in it stays as it is.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from functions.notices.rules import Mall
from functions.notices.templates.template import MALL, PLACEHOLDER, Channel, NoticeTemplate, Purpose
from loyalty.notices.occasions import PLACEHOLDERS, Sort

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
OPT_OUT = {
    (Channel.SMS, "zh"): "拒收请回复R",
    (Channel.SMS, "en"): " Reply R to opt out",
    (Channel.EMAIL, "zh"): "\n\n如不希望再收到此类邮件，请在会员中心的“消息设置”中关闭。",
    (Channel.EMAIL, "en"): "\n\nTo hear no more of this, switch it off under Messages in your account.",
}
"""How a member refuses further marketing; the law asks for it in every such message."""
SIGNATURE = {"zh": "【{}】", "en": "[{}] "}
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters a text message holds 160 of (GSM 03.38); with any other it holds 70."""
GSM_PAIRS = frozenset("[]{}\\^~|€")
"""Characters that are two of those 160."""


class Rendered(NamedTuple):
    """What goes out; a text message has no subject."""

    subject: str
    text: str


def rendered(
    template: NoticeTemplate, channel: Channel, facts: Mapping[str, Any], language: str, mall: Mall
) -> Rendered:
    """Return what a member reads through a channel; Chinese where the template has no English."""
    subject, text, spoken = _words(template, channel, language)
    name = mall.names[spoken]
    values = {MALL: name} | {key: _value(template, key, facts, spoken, mall) for key in facts}
    ending = OPT_OUT[channel, spoken] if template.purpose is Purpose.MARKETING else ""
    beginning = SIGNATURE[spoken].format(name) if channel is Channel.SMS else ""
    return Rendered(_filled(subject, values), f"{beginning}{_filled(text, values)}{ending}")


def sms_parts(text: str) -> int:
    """Return as how many text messages a text is charged."""
    if set(text) <= GSM | GSM_PAIRS:
        one, of_several, size = 160, 153, len(text) + sum(letter in GSM_PAIRS for letter in text)
    else:
        one, of_several, size = 70, 67, len(text.encode("utf-16-be")) // 2
    return 1 if size <= one else -(-size // of_several)


def _words(template: NoticeTemplate, channel: Channel, language: str) -> tuple[str, str, str]:
    """Return subject, text, and the language they are in."""
    if channel is Channel.SMS and template.sms:
        in_english = template.sms.en if language == "en" else None
        return "", in_english or template.sms.zh, "en" if in_english else "zh"
    if channel is Channel.EMAIL and template.email:
        words = template.email
        if language == "en" and words.subject_en and words.text_en:
            return words.subject_en, words.text_en, "en"
        return words.subject_zh, words.text_zh, "zh"
    raise LookupError(channel)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _value(template: NoticeTemplate, name: str, facts: Mapping[str, Any], language: str, mall: Mall) -> str:
    value = facts[name]
    match PLACEHOLDERS[template.occasion][name].sort:
        case Sort.NUMBER:
            return f"{value:,}"
        case Sort.MONEY:
            return f"¥{value // 100:,}.{value % 100:02}"
        case Sort.DAY:
            return _day(date.fromisoformat(value), language) if value else ""
        case Sort.TEXT:
            return value.get(language) or value["zh"] or ""
        case Sort.LINK:
            return f"{mall.member_url or ''}{value}"


def _day(day: date, language: str) -> str:
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
