"""The words of WeChat's messages: a registered template's fields, each of a kind with its own limits (N1). Pure.

A field's name says what it may hold (`thing1`, `date3`, `amount2`): WeChat refuses a message whose values break the
kind's rule, so a template that could not be sent is refused when it is drafted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from functions.notices.templates.words import PLACEHOLDER, RegisteredId, Words
from loyalty.notices.occasions import Sort

MOST_FIELDS = 10
FIELD = re.compile(r"^([a-z]+(?:_[a-z]+)?)(\d{1,3})$")
MORE = "…"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field may hold.

    Attributes:
        longest: in characters.
        sorts: the placeholders it can hold; of any of them only one alone, unless it is free text.
        is_cut: whether a longer value is cut; a number or a day cannot be.
        shape: how fixed text has to look; None: any.
    """

    longest: int
    sorts: frozenset[Sort]
    is_cut: bool = False
    shape: re.Pattern[str] | None = None


_NONE: frozenset[Sort] = frozenset()
_SAID = frozenset({Sort.NUMBER, Sort.DAY, Sort.MONEY, Sort.TEXT})
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?: ?\d{2}:\d{2})?")
KINDS: Mapping[str, Kind] = {
    "thing": Kind(20, _SAID, is_cut=True),
    "short_thing": Kind(5, frozenset({Sort.TEXT}), is_cut=True),
    "const": Kind(20, frozenset({Sort.TEXT}), is_cut=True),
    "number": Kind(32, frozenset({Sort.NUMBER}), shape=re.compile(r"\d+(?:\.\d+)?")),
    "letter": Kind(32, _NONE, shape=re.compile(r"[A-Za-z]+")),
    "symbol": Kind(5, _NONE, shape=re.compile(r"[^\w\s]+")),
    "character_string": Kind(32, frozenset({Sort.NUMBER}), shape=re.compile(r"[\x21-\x7e]+")),
    "time": Kind(32, frozenset({Sort.DAY}), shape=re.compile(rf"\d{{2}}:\d{{2}}|{_DAY.pattern}")),
    "date": Kind(32, frozenset({Sort.DAY}), shape=_DAY),
    "amount": Kind(16, frozenset({Sort.MONEY, Sort.NUMBER}), shape=re.compile(r"[¥￥]?\d{1,10}(?:\.\d+)?元?")),
    "phrase": Kind(5, _NONE, shape=re.compile(r"[\u4e00-\u9fff]+")),
}
"""Kinds of fields; those of phone numbers, number plates and names are not there, for no message knows any."""

Field_ = Annotated[str, Field(min_length=1, max_length=60)]
Fields = Annotated[dict[str, Field_], Field(min_length=1, max_length=MOST_FIELDS)]


class WechatWords(Words):
    """A registered template and what goes into its fields.

    Attributes:
        template_id: as WeChat registered it.
        zh, en: by the field's name (`thing1`), its text with placeholders.
    """

    template_id: RegisteredId
    zh: Fields
    en: Fields | None = None

    @model_validator(mode="after")
    def _fills_its_fields(self) -> Self:
        if self.en is not None and set(self.en) != set(self.zh):
            raise ValueError("write the same fields in both languages")
        for name, text in (*self.zh.items(), *(self.en or {}).items()):
            _check(name, text)
        return self

    def texts(self) -> Iterator[str]:
        """Yield every text, in every language."""
        yield from self.zh.values()
        yield from (self.en or {}).values()

    def speaks_english(self) -> bool:
        """Tell whether there are English words too."""
        return self.en is not None

    def require_sorts(self, sorts: Mapping[str, Sort]) -> None:
        """Refuse placeholders in fields that cannot hold them.

        Raises:
            ValueError: with the field's name.
        """
        for name, text in (*self.zh.items(), *(self.en or {}).items()):
            allowed = kind_of(name).sorts
            if any(sorts[said] not in allowed for said in PLACEHOLDER.findall(text) if said in sorts):
                told = ", ".join(sorted(allowed)) or "no placeholder"
                raise ValueError(f"{name} holds: {told}")


class MiniProgramWords(WechatWords):
    """A subscribe message of the mini-program; `page`: what opens when it is touched."""

    page: Annotated[str, Field(pattern=r"^[A-Za-z0-9_/?=&.-]{1,256}$")] | None = None


class OfficialAccountWords(WechatWords):
    """A template message of the official account; `link`: what opens when it is touched, such as `{link}`."""

    link: Annotated[str, Field(pattern=r"^(?:https://[^\s{}]{1,500}|\{link\})$")] | None = None

    def texts(self) -> Iterator[str]:
        """Yield every text, in every language, and the link."""
        yield from super().texts()
        yield from [self.link] if self.link else []


def kind_of(name: str) -> Kind:
    """Return what a field may hold.

    Raises:
        ValueError: if no kind of field is called so.
    """
    found = FIELD.fullmatch(name)
    if found is None or found[1] not in KINDS:
        raise ValueError(f"a field is one of {', '.join(sorted(KINDS))} and a number, such as thing1")
    return KINDS[found[1]]


def fitting(name: str, value: str) -> str:
    """Return a value as its field takes it: free text that is too long is cut, which shows."""
    kind = kind_of(name)
    return value if len(value) <= kind.longest or not kind.is_cut else value[: kind.longest - 1] + MORE


def _check(name: str, text: str) -> None:
    kind = kind_of(name)
    fixed = PLACEHOLDER.sub("", text)
    if len(fixed) > kind.longest:
        raise ValueError(f"{name} holds {kind.longest} characters")
    if kind.shape is None:
        return
    is_one = PLACEHOLDER.fullmatch(text) is not None
    if not is_one and not kind.shape.fullmatch(text):
        raise ValueError(f"{name} holds one placeholder alone, or text in the form of its kind")
