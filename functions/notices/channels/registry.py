"""Every channel there is, by name."""

from collections.abc import Mapping

from functions.notices.channels import email, mini_program, official_account, sms, webhook
from functions.notices.channels.capabilities import AnyChannel
from functions.notices.templates.words import Channel

CHANNELS: Mapping[Channel, AnyChannel] = {
    one.CHANNEL.name: one.CHANNEL for one in (sms, email, mini_program, official_account, webhook)
}
