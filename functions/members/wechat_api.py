"""HTTPS routes of a member's WeChat: linked, so that messages can reach them there, and let go of (requirement N1)."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.members import profiles, wechat_links
from functions.members.errors import NotAMemberError
from functions.members.wechat_errors import (
    WechatAwayError,
    WechatCodeError,
    WechatNotOpenError,
    WechatTakenError,
)
from functions.members.wechat_models import WechatLink, WechatLinksAnswer
from loyalty import auth
from loyalty.clock import utc_now
from loyalty.errors import BusyError, TooManyError
from loyalty.http import answers, api, entry_point, no_content
from loyalty.types import MemberId
from loyalty.wechat import WechatAccount

WechatPath = Annotated[WechatAccount, Path(description="Which of the mall's accounts.", examples=["mini_program"])]

app = api()


@app.put(
    "/me/wechat",
    summary="Link my WeChat",
    description="With a code the app just had from WeChat; a code counts once, so repeat with another one.",
    operation_id="linkWechat",
    tags=["me"],
    responses=answers(
        200, WechatLinksAnswer, "Which of the mall's accounts know me", NotAMemberError, WechatNotOpenError,
        WechatCodeError, WechatTakenError, WechatAwayError, TooManyError, BusyError,
    ),
)  # fmt: skip
def link(body: WechatLink) -> WechatLinksAnswer:
    """Let an account of the mall know the signed-in member."""
    identity = wechat_links.link(_member(), body.channel, body.code, utc_now())
    return WechatLinksAnswer(channels=wechat_links.linked(identity))


@app.delete(
    "/me/wechat/<channel>",
    summary="Unlink my WeChat",
    description="Repeating it is safe.",
    operation_id="unlinkWechat",
    tags=["me"],
    responses=answers(204, None, "Forgotten", NotAMemberError, BusyError),
)
def unlink(channel: WechatPath) -> Response[None]:
    """Let an account of the mall forget the signed-in member."""
    wechat_links.unlink(_member(), channel, utc_now())
    return no_content()


def _member() -> MemberId:
    member_id = profiles.of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise NotAMemberError
    return member_id


handler = entry_point(app)
