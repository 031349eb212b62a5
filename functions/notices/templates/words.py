"""The words of a template, channel by channel, as marketers write them (requirements N1, K6). Pure.

Texts are in Chinese; English may be added, and is sent to whoever prefers it.
"""

import re
from abc import abstractmethod
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from loyalty.parts import Part

PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
LONGEST_SMS, LONGEST_LETTER = 300, 5_000

Sms = Annotated[str, Field(min_length=1, max_length=LONGEST_SMS)]
Subject = Annotated[str, Field(min_length=1, max_length=120)]
Letter = Annotated[str, Field(min_length=1, max_length=LONGEST_LETTER)]
PushTitle = Annotated[str, Field(min_length=1, max_length=50)]
PushText = Annotated[str, Field(min_length=1, max_length=500)]
RegisteredId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
ParamName = Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]


class Channel(StrEnum):
    """Ways to a member; each is a field of a template, which holds its words."""

    SMS = "sms"
    EMAIL = "email"
    MINI_PROGRAM = "mini_program"
    OFFICIAL_ACCOUNT = "official_account"
    WEBHOOK = "webhook"


class Words(Part):
    """What a template says through one channel."""

    def texts(self) -> Iterator[str]:
        """Yield every text, in every language."""
        yield from (text for text in self.model_dump().values() if isinstance(text, str))

    def names(self) -> frozenset[str]:
        """Return the placeholders that are said."""
        return frozenset(name for text in self.texts() for name in PLACEHOLDER.findall(text))

    @abstractmethod
    def speaks_english(self) -> bool:
        """Tell whether there are English words too."""


class RegisteredSms(Part):
    """The same text as it is registered with a provider that sends nothing else (Tencent Cloud).

    Attributes:
        zh, en: the provider's ids of the registered texts.
        params: the placeholders in the order in which the registered texts number them, the same in both languages.
    """

    zh: RegisteredId
    en: RegisteredId | None = None
    params: Annotated[tuple[ParamName, ...], Field(max_length=12)] = ()


class SmsWords(Words):
    """A text message; the mall's signature and, in marketing, how to opt out are added to it."""

    zh: Sms
    en: Sms | None = None
    registered: RegisteredSms | None = None

    @model_validator(mode="after")
    def _registers_what_it_says(self) -> Self:
        if self.registered and self.speaks_english() != (self.registered.en is not None):
            raise ValueError("name the registered text of exactly the languages that are written")
        return self

    def names(self) -> frozenset[str]:
        """Return the placeholders that are said, those of the registered text among them."""
        return super().names() | frozenset(self.registered.params if self.registered else ())

    def speaks_english(self) -> bool:
        """Tell whether there are English words too."""
        return self.en is not None


class EmailWords(Words):
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

    def speaks_english(self) -> bool:
        """Tell whether there are English words too."""
        return self.text_en is not None


class PushWords(Words):
    """What the mall's own app shows (N1): it is handed to the mall's push service, which knows the app."""

    title_zh: PushTitle
    text_zh: PushText
    title_en: PushTitle | None = None
    text_en: PushText | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.title_en is None) != (self.text_en is None):
            raise ValueError("in English, write title_en and text_en")
        return self

    def speaks_english(self) -> bool:
        """Tell whether there are English words too."""
        return self.text_en is not None
