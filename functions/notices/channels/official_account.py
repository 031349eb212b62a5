"""Template messages of the mall's WeChat official account, to those who follow it (N1).

They carry our message's id: WeChat sends the same id once within ten minutes, so a lost answer is asked again.
"""

from datetime import timedelta

from functions.notices.channels import wechat
from functions.notices.channels.answers import Outcome
from functions.notices.channels.capabilities import ChannelSpec, Envelope, Rendered, Speech
from functions.notices.channels.wechat import fields, openid
from functions.notices.rules import Mall
from functions.notices.templates.wechat_words import OfficialAccountWords
from functions.notices.templates.words import Channel
from loyalty.identity import OPENIDS
from loyalty.wechat import WechatAccount

PATH = "/cgi-bin/message/template/send"
KNOWS_AGAIN = timedelta(minutes=9)
"""WeChat says ten; its clock is not ours."""


def render(words: OfficialAccountWords, speech: Speech) -> Rendered:
    """Return the values of the registered template's fields."""
    data = fields(words, speech)
    page = speech.filled(words.link) if words.link else None
    return Rendered("", "\n".join(data.values()), words.template_id, data, page)


def send(address: str, words: Rendered, envelope: Envelope, _mall: Mall) -> Outcome:
    """Send a template message."""
    more = {"url": words.page, "client_msg_id": envelope.message_id}
    return wechat.send(WechatAccount.OFFICIAL_ACCOUNT, PATH, address, words, envelope.message_id, **more)


CHANNEL = ChannelSpec(
    name=Channel.OFFICIAL_ACCOUNT, field=OPENIDS[Channel.OFFICIAL_ACCOUNT], render=render, send=send, typed=openid,
    knows_again=KNOWS_AGAIN,
)  # fmt: skip
