"""What is sent to the routes of a member's WeChat, and what they answer (requirement N1)."""

from typing import Annotated

from pydantic import ConfigDict, Field

from loyalty.http import Answer, Body
from loyalty.wechat import WechatAccount


class WechatLink(Body):
    """A code that the app had from WeChat: `wx.login` of the mini-program, or the official account's authorization."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"channel": "mini_program", "code": "0a3Xyz0w3T1cL23abc0w3"}]}
    )

    channel: WechatAccount
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class WechatLinksAnswer(Answer):
    """Which of the mall's accounts know the member, and may write to them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"channels": ["mini_program"]}]})

    channels: list[WechatAccount]
