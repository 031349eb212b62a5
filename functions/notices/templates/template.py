"""What marketers define: for which occasion, to what end, through which channels, in which words (N1, K6). Pure.

Texts are in Chinese; English may be added, and is sent to whoever prefers it.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from loyalty.notices.occasions import PLACEHOLDERS, Occasion, Sort
from loyalty.parts import Part

MALL = "mall"
"""The placeholder of the mall's name, which every template may say."""
PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
OF_A_SEGMENT = frozenset({Occasion.SEGMENT_ENTERED, Occasion.BROADCAST})
LONGEST_SMS, LONGEST_EMAIL = 300, 5_000

Label = Annotated[str, Field(min_length=1, max_length=64)]
Sms = Annotated[str, Field(min_length=1, max_length=LONGEST_SMS)]
Subject = Annotated[str, Field(min_length=1, max_length=120)]
Letter = Annotated[str, Field(min_length=1, max_length=LONGEST_EMAIL)]


class Channel(StrEnum):
    """Ways to a member."""

    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    """To what end somebody is written to: marketing needs their consent, service does not."""

    SERVICE = "service"
    MARKETING = "marketing"


class SmsWords(Part):
    """A text message; the mall's signature and, in marketing, how to opt out are added to it."""

    zh: Sms
    en: Sms | None = None


class EmailWords(Part):
    """An e-mail, in plain text; in marketing, how to opt out is added to it."""

    subject_zh: Subject
    text_zh: Letter
    subject_en: Subject | None = None
    text_en: Letter | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.subject_en is None) != (self.text_en is None):
            raise ValueError("in English, write subject_en and text_en")
        return self


class NoticeTemplate(Part):
    """A notice that follows an event, or goes to a segment once.

    Attributes:
        segment_id: which segment a member entered, where that is the occasion; of a broadcast: whom it is for.
        a_minute: of a broadcast: how many members it goes on to in a minute.
        channels: the ways to try, in this order, until one is open.
        good_for_hours: what could not be sent by then is not sent any more.
    """

    name_zh: Label
    name_en: Label | None = None
    occasion: Occasion
    segment_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    purpose: Purpose
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=len(Channel))]
    sms: SmsWords | None = None
    email: EmailWords | None = None
    a_minute: Annotated[int, Field(strict=True, ge=1, le=6_000)] | None = None
    good_for_hours: Annotated[int, Field(strict=True, ge=1, le=168)] = 48

    @model_validator(mode="after")
    def _has_words_for_its_channels(self) -> Self:
        written = {Channel.SMS: self.sms, Channel.EMAIL: self.email}
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("name each channel once")
        if {channel for channel, words in written.items() if words} != set(self.channels):
            raise ValueError("write words for exactly the channels that are named")
        return self

    @model_validator(mode="after")
    def _names_its_segment(self) -> Self:
        if (self.segment_id is not None) != (self.occasion in OF_A_SEGMENT):
            raise ValueError("name a segment_id for SegmentEntered and Broadcast, and for nothing else")
        if (self.a_minute is not None) != (self.occasion is Occasion.BROADCAST):
            raise ValueError("say how many a_minute for Broadcast, and for nothing else")
        return self

    @model_validator(mode="after")
    def _says_what_its_event_tells(self) -> Self:
        allowed = {MALL, *PLACEHOLDERS[self.occasion]}
        for text in self.texts():
            if set(PLACEHOLDER.findall(text)) - allowed or set("{}") & set(PLACEHOLDER.sub("", text)):
                raise ValueError(f"placeholders of this occasion: {', '.join(sorted(allowed))}, each in braces")
        return self

    def texts(self) -> Iterator[str]:
        """Yield every text of the template, in every language."""
        for words in (self.sms, self.email):
            yield from (text for text in (words.model_dump().values() if words else ()) if text)

    def links(self) -> bool:
        """Tell whether a text leads to a page of the mall."""
        said = {name for text in self.texts() for name in PLACEHOLDER.findall(text)}
        return any(one.sort is Sort.LINK for name, one in PLACEHOLDERS[self.occasion].items() if name in said)
