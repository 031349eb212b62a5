"""Which way a message goes: the first of its template's channels that is open to the member (M3, N2). Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from functions.notices.messages.member import Member
from functions.notices.messages.message import Message, Why
from functions.notices.templates.template import Channel, NoticeTemplate


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
    found = Why.OPTED_OUT
    for channel in template.channels:
        if member.refuses(channel, template.purpose):
            continue
        if channel in message.tried:
            found = Why.REFUSED
        elif channel not in open_ or channel not in addresses:
            found = Why.NO_ADDRESS if found is Why.OPTED_OUT else found
        elif member.dead.get(channel) == addresses[channel].digest:
            found = Why.UNREACHABLE
        else:
            return Way(channel, addresses[channel])
    return found
