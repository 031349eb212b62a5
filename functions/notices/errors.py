"""Refusals of notices, with what a caller can do about them."""

from loyalty.errors import BusyError, RuleError


class NoMemberUrlError(RuleError):
    """A template leads to a page, and the mall's file does not say under which address members reach it."""

    code = "no_member_url"
    zh = "商场配置未设置会员访问地址（notices.member_url），不能使用链接。"
    en = "The mall's file sets no notices.member_url, so links lead nowhere."


class TemplateLacksChannelError(RuleError):
    """The template has no words for this `channel`, or the mall has no such channel."""

    code = "template_lacks_channel"
    zh = "该模板没有 {channel} 渠道的内容，或商场未开通该渠道。"
    en = "The template has no words for {channel}, or the mall has no such channel."


class TextNotRegisteredError(RuleError):
    """The mall's text messages go through a provider that sends registered texts only, and this one names none."""

    code = "text_not_registered"
    zh = "商场的短信服务商只发送已报备的模板，请填写 sms.registered。"
    en = "The mall's provider sends registered texts only: name this one's in sms.registered."


class WrongAddressError(RuleError):
    """It is no address of this channel, or the provider refuses it."""

    code = "wrong_address"
    zh = "该地址不可用于此渠道。"
    en = "The channel does not reach this address."


class ProviderUnavailableError(BusyError):
    """The provider did not take the message, or did not answer; `retry_after` seconds."""

    code = "provider_unavailable"
    zh = "消息服务商暂不可用，请稍后再试。"
    en = "The provider did not take it; try again later."


class NoticeSegmentError(RuleError):
    """No segment of this `segment_id` is looked for."""

    code = "unknown_segment"
    zh = "分群 {segment_id} 不存在或已归档。"
    en = "There is no segment {segment_id}, or it is archived."


class NoBroadcastError(RuleError):
    """The template follows an event; it is no broadcast."""

    code = "no_broadcast"
    zh = "该模板随事件发送，不是群发。"
    en = "The template follows an event; it is no broadcast."
