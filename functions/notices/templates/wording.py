"""A template and an event's facts, made into what a member reads (requirements N1, K6). Pure.

    words of the channel, in the member's language  +  the event's facts, written as that language does
        ──render of the channel──> what goes out

What is filled in is filled in once: a value with braces in it stays as it is.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from functions.notices.channels.capabilities import Rendered, Speech
from functions.notices.channels.registry import CHANNELS
from functions.notices.rules import Mall
from functions.notices.templates.template import MALL, NoticeTemplate, Purpose
from functions.notices.templates.words import Channel
from loyalty.notices.occasions import PLACEHOLDERS, Sort

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def rendered(
    template: NoticeTemplate, channel: Channel, facts: Mapping[str, Any], language: str, mall: Mall
) -> Rendered:
    """Return what a member reads through a channel; Chinese where the template has no English."""
    words = template.words()[channel]
    spoken = "en" if language == "en" and words.speaks_english() else "zh"
    name = {MALL: mall.names[spoken]}
    speech = Speech(
        language=spoken,
        values=name | {key: _value(template, key, facts, spoken, mall) for key in facts},
        plain=name | {key: _plain(template, key, facts, spoken, mall) for key in facts},
        mall=mall.names[spoken],
        marketing=template.purpose is Purpose.MARKETING,
    )
    return CHANNELS[channel].render(words, speech)


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


def _plain(template: NoticeTemplate, name: str, facts: Mapping[str, Any], language: str, mall: Mall) -> str:
    """Return a value as WeChat's fields take it: no separators in numbers, days in Chinese."""
    match PLACEHOLDERS[template.occasion][name].sort:
        case Sort.NUMBER | Sort.MONEY:
            return _value(template, name, facts, language, mall).replace(",", "")
        case Sort.DAY:
            return _value(template, name, facts, "zh", mall)
        case _:
            return _value(template, name, facts, language, mall)


def _day(day: date, language: str) -> str:
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
