"""Which way a message goes: the first of its template's channels that is open to the member (M3, N2). Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from functions.notices.channels.registry import CHANNELS
from functions.notices.messages.member import Member
from functions.notices.messages.message import Message, Why
from functions.notices.templates.template import NoticeTemplate, Purpose
from functions.notices.templates.wechat_words import WechatWords
from functions.notices.templates.words import Channel


class Address(NamedTuple):
    """Where a channel reaches somebody, and the keyed digest it is known by; it is read to send, and kept nowhere."""

    value: str
    digest: str


class Way(NamedTuple):
    """The channel and address a message takes."""

    channel: Channel
    address: Address


def way_of(
    message: Message,
    template: NoticeTemplate,
    member: Member,
    addresses: Mapping[Channel, Address],
    open_: tuple[str, ...],
) -> Way | Why:
    """Return the way a message takes, or why there is none.

    Args:
        addresses: what is known of the member, by channel.
        open_: the channels the mall has.
    """
    if message.in_doubt:
        return _same_way(message, member, addresses)
    found = Why.OPTED_OUT
    for channel in template.channels:
        if member.refuses(channel, template.purpose):
            continue
        if channel in message.tried:
            found = Why.REFUSED
        elif channel not in open_ or channel not in addresses or _lacks_grant(template, channel, member):
            found = Why.NO_ADDRESS if found is Why.OPTED_OUT else found
        elif member.dead.get(channel) == addresses[channel].digest:
            found = Why.UNREACHABLE
        else:
            return Way(channel, addresses[channel])
    return found


def _same_way(message: Message, member: Member, addresses: Mapping[Channel, Address]) -> Way | Why:
    """Return the way whose provider may have it: through any other the member would perhaps hear it twice."""
    address = addresses.get(message.channel) if message.channel else None
    if message.channel is None or address is None or address.digest != message.to:
        return Why.NO_ANSWER
    is_refused = member.refuses(message.channel, Purpose(message.purpose))
    return Why.OPTED_OUT if is_refused else Way(message.channel, address)


def registered(template: NoticeTemplate, channel: Channel) -> str | None:
    """Return the registered template whose permission a message spends; None where a channel asks for none."""
    words = template.words().get(channel)
    return words.template_id if CHANNELS[channel].needs_grant and isinstance(words, WechatWords) else None


def _lacks_grant(template: NoticeTemplate, channel: Channel, member: Member) -> bool:
    needed = registered(template, channel)
    return needed is not None and not member.grants.get(needed)
