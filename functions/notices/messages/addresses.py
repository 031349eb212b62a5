"""Where a member is reached, channel by channel: read to send, and kept nowhere; a keyed digest names it elsewhere."""

from collections.abc import Mapping

from functions.notices.channels.registry import CHANNELS
from functions.notices.messages.choosing import Address
from functions.notices.templates.words import Channel
from loyalty.dynamo import Item
from loyalty.pepper import digest

ADDRESS = "notice-address"
"""The purpose of the digests by which addresses are known."""
FIELDS: Mapping[Channel, str] = {channel: spec.field for channel, spec in CHANNELS.items()}
"""Under which name a profile, or what WeChat knows somebody by, holds the address of a channel."""


def address_digest(channel: Channel, value: str) -> str:
    """Return the keyed digest by which an address is known."""
    return digest(ADDRESS, f"{channel}\n{value}")


def addresses(member_id: str, profile: Item | None, wechat: Item | None) -> dict[Channel, Address]:
    """Return where a member is reached, of their profile and of what WeChat knows them by."""
    known = {**(wechat or {}), **profile, "member_id": member_id} if profile else {}
    values = {channel: known.get(name) for channel, name in FIELDS.items()}
    return {channel: Address(value, address_digest(channel, value)) for channel, value in values.items() if value}
