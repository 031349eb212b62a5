"""What a channel is: where it reaches somebody, what it can do, how words become its message, how it sends. Pure.

A channel is one module that says all of it in a `CHANNEL`; `channels.registry` holds them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.notices.channels.answers import Outcome
from functions.notices.rules import Mall
from functions.notices.templates.words import PLACEHOLDER, Channel


@dataclass(frozen=True, slots=True)
class Rendered:
    """What goes out.

    Attributes:
        subject: of an e-mail or a push; a text message has none.
        text: what the member reads.
        registered_id: of what is registered with the provider: which.
        data: of what is registered: the values by the names of its fields, in their order.
        page: what opens when it is touched.
    """

    subject: str
    text: str
    registered_id: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """How a template's words are said to one member.

    Attributes:
        language: `zh` or `en`, as far as the words have it.
        values: what stands for each placeholder, written in that language.
        plain: the same as WeChat's fields take it: numbers without separators, days in Chinese.
        mall: the mall's name in that language.
        marketing: whether it must say how to hear no more.
    """

    language: str
    values: Mapping[str, str]
    plain: Mapping[str, str]
    mall: str
    marketing: bool

    def filled(self, text: str) -> str:
        """Return a text with its placeholders filled in, once: a value with braces in it stays as it is."""
        return PLACEHOLDER.sub(lambda found: self.values[found[1]], text)

    def filled_plain(self, text: str) -> str:
        """Return the text of a WeChat field."""
        return PLACEHOLDER.sub(lambda found: self.plain[found[1]], text)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a message is, beside its words: for providers that know our id again, and for the mall's own push service.

    Attributes:
        expires_at: when it is not good any more (RFC 3339).
    """

    message_id: str
    purpose: str
    occasion: str
    language: str
    expires_at: str


def _nothing(_text: str) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class ChannelSpec[Said]:
    """A channel.

    Attributes:
        field: which of the things known of a member it reaches them by.
        render: makes a message out of its words.
        send: hands a message to the provider, once; the address is used and told to nobody else.
        typed: returns an address that staff typed as the provider takes it; None: it is none.
        parts: as how many messages a text is charged; None: it is not charged by its length.
        knows_again: how long the provider takes the same message id for the same message, so that a lost answer may
            be asked again; None: it never does, and what is lost is not sent again (ADR 1002).
        needs_grant: whether every message spends one permission that the member gave for its registered template.
    """

    name: Channel
    field: str
    render: Callable[[Said, Speech], Rendered]
    send: Callable[[str, Rendered, Envelope, Mall], Outcome]
    typed: Callable[[str], str | None]
    parts: Callable[[str], int | None] = _nothing
    knows_again: timedelta | None = None
    needs_grant: bool = False


AnyChannel = ChannelSpec[Any]
