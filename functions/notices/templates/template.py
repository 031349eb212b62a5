"""What marketers define: for which occasion, to what end, through which channels, in which words (N1, K6). Pure."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from functions.notices.templates.wechat_words import MiniProgramWords, OfficialAccountWords, WechatWords
from functions.notices.templates.words import PLACEHOLDER, Channel, EmailWords, PushWords, SmsWords, Words
from loyalty.notices.occasions import OF_EVERYBODY, PLACEHOLDERS, Occasion, Sort
from loyalty.parts import Part

MALL = "mall"
"""The placeholder of the mall's name, which every template may say."""
OF_A_SEGMENT = frozenset({Occasion.SEGMENT_ENTERED, Occasion.BROADCAST})
PACED = OF_EVERYBODY | {Occasion.BROADCAST}
"""What goes to many at once."""

Label = Annotated[str, Field(min_length=1, max_length=64)]


class Purpose(StrEnum):
    """To what end somebody is written to: marketing needs their consent, service does not."""

    SERVICE = "service"
    MARKETING = "marketing"


class NoticeTemplate(Part):
    """A notice that follows an event, or goes to a segment once.

    Attributes:
        segment_id: which segment a member entered, where that is the occasion; of a broadcast: whom it is for.
        a_minute: of what goes to many at once: how many members it goes on to in a minute.
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
    mini_program: MiniProgramWords | None = None
    official_account: OfficialAccountWords | None = None
    webhook: PushWords | None = None
    a_minute: Annotated[int, Field(strict=True, ge=1, le=6_000)] | None = None
    good_for_hours: Annotated[int, Field(strict=True, ge=1, le=168)] = 48

    @model_validator(mode="after")
    def _has_words_for_its_channels(self) -> Self:
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("name each channel once")
        if set(self.words()) != set(self.channels):
            raise ValueError("write words for exactly the channels that are named")
        return self

    @model_validator(mode="after")
    def _names_its_segment(self) -> Self:
        if (self.segment_id is not None) != (self.occasion in OF_A_SEGMENT):
            raise ValueError("name a segment_id for SegmentEntered and Broadcast, and for nothing else")
        if (self.a_minute is not None) != (self.occasion in PACED):
            raise ValueError("say how many a_minute for Broadcast and ProgrammeAnnounced, and for nothing else")
        if self.occasion in OF_EVERYBODY and self.purpose is not Purpose.SERVICE:
            raise ValueError("everybody has to be told, whatever they agreed to: its purpose is service")
        return self

    @model_validator(mode="after")
    def _says_what_its_event_tells(self) -> Self:
        sorts = {MALL: Sort.TEXT} | {name: one.sort for name, one in PLACEHOLDERS[self.occasion].items()}
        has_braces = any(set("{}") & set(PLACEHOLDER.sub("", text)) for text in self.texts())
        if has_braces or self.names() - set(sorts):
            raise ValueError(f"placeholders of this occasion: {', '.join(sorted(sorts))}, each in braces")
        for words in self.words().values():
            if isinstance(words, WechatWords):
                words.require_sorts(sorts)
        return self

    def words(self) -> dict[Channel, Words]:
        """Return what it says, by channel."""
        written: dict[Channel, Words | None] = {channel: getattr(self, channel.value) for channel in Channel}
        return {channel: words for channel, words in written.items() if words}

    def texts(self) -> Iterator[str]:
        """Yield every text of the template, in every language."""
        for words in self.words().values():
            yield from words.texts()

    def names(self) -> frozenset[str]:
        """Return the placeholders it says."""
        return frozenset(name for words in self.words().values() for name in words.names())

    def links(self) -> bool:
        """Tell whether a text leads to a page of the mall."""
        said = self.names()
        return any(one.sort is Sort.LINK for name, one in PLACEHOLDERS[self.occasion].items() if name in said)
