"""What both of WeChat's channels share: how it knows somebody, registered templates' fields, what its answers mean.

Its numbers are those of its documentation. What is in none of the tables is a refusal: WeChat did not take the message.
"""

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from functions.notices.channels.answers import Busy, Lost, Outcome, Refused, Taken
from functions.notices.channels.capabilities import Rendered, Speech
from functions.notices.channels.outcome import outcome_of_https
from functions.notices.templates.wechat_words import WechatWords, fitting
from loyalty import wechat
from loyalty.wechat import BROKEN, UNKNOWN_TOKEN, WechatAccount

NOT_PERMITTED = 43101
"""The member did not permit a message, or took it back."""
NOT_NOW = frozenset({43108, 45009, 45011, 45047, 48001, 50002, *UNKNOWN_TOKEN})
"""Too many at once or today, or something operators have to set right: certainly not taken."""
_OPENID = re.compile(r"[A-Za-z0-9_-]{20,40}")

logger = Logger()


def fields(words: WechatWords, speech: Speech) -> dict[str, str]:
    """Return what a registered template's fields hold, as WeChat takes it."""
    texts = (words.en if speech.language == "en" else None) or words.zh
    return {name: fitting(name, speech.filled_plain(text)) for name, text in texts.items()}


def openid(text: str) -> str | None:
    """Return what WeChat could know somebody by; None where it could not."""
    return text if _OPENID.fullmatch(text) else None


def send(account: WechatAccount, path: str, to: str, words: Rendered, message_id: str, **more: str | None) -> Outcome:
    """Hand a message to WeChat, once; `more`: what only one of its channels takes."""
    asked: dict[str, Any] = {
        "touser": to,
        "template_id": words.registered_id,
        "data": {name: {"value": value} for name, value in words.data.items()},
        **{name: value for name, value in more.items() if value is not None},
    }
    return outcome_of_https(lambda: _outcome(wechat.call(account, path, asked), message_id))


def _outcome(answer: Mapping[str, Any], message_id: str) -> Outcome:
    code = answer["errcode"]
    if code == 0:
        return Taken(str(answer.get("msgid", message_id)))
    logger.warning("WeChat did not take a message", code=code)
    if code == BROKEN:
        return Lost()
    return Busy() if code in NOT_NOW else Refused(grants_over=code == NOT_PERMITTED)
