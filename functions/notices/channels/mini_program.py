"""Subscribe messages of the mall's WeChat mini-program: one permission of the member is one message (N1).

WeChat knows no key of ours here, so what was lost is not sent again, and its permission counts as spent.
"""

from functions.notices.channels import wechat
from functions.notices.channels.answers import Outcome
from functions.notices.channels.capabilities import ChannelSpec, Envelope, Rendered, Speech
from functions.notices.channels.wechat import fields, openid
from functions.notices.rules import Mall
from functions.notices.templates.wechat_words import MiniProgramWords
from functions.notices.templates.words import Channel
from loyalty.identity import OPENIDS
from loyalty.wechat import WechatAccount

PATH = "/cgi-bin/message/subscribe/send"


def render(words: MiniProgramWords, speech: Speech) -> Rendered:
    """Return the values of the registered template's fields."""
    data = fields(words, speech)
    return Rendered("", "\n".join(data.values()), words.template_id, data, words.page)


def send(address: str, words: Rendered, envelope: Envelope, _mall: Mall) -> Outcome:
    """Send a subscribe message."""
    lang = "en_US" if envelope.language == "en" else "zh_CN"
    more = {"page": words.page, "lang": lang, "miniprogram_state": "formal"}
    return wechat.send(WechatAccount.MINI_PROGRAM, PATH, address, words, envelope.message_id, **more)


CHANNEL = ChannelSpec(
    name=Channel.MINI_PROGRAM, field=OPENIDS[Channel.MINI_PROGRAM], render=render, send=send, typed=openid,
    needs_grant=True,
)  # fmt: skip
