"""Why a member's WeChat is not linked; `loyalty.http` maps each family to a status."""

from loyalty.errors import BusyError, ConflictError, RuleError


class WechatNotOpenError(RuleError):
    """The mall reaches nobody through this account."""

    code = "wechat_not_open"
    zh = "本商场未开通该微信渠道。"
    en = "The mall has no such WeChat channel."


class WechatCodeError(RuleError):
    """The code is none, or was used; the app asks WeChat for another."""

    code = "wechat_code_invalid"
    zh = "微信登录凭证无效或已使用，请重试。"
    en = "The WeChat login code is not valid or was used; get another one."


class WechatTakenError(ConflictError):
    """This person's WeChat is linked with another membership; it is let go of there first."""

    code = "wechat_taken"
    zh = "该微信已绑定其他会员，请先在原会员账号中解除绑定。"
    en = "This WeChat is linked with another membership; unlink it there first."


class WechatAwayError(BusyError):
    """WeChat does not answer; `retry_after` seconds, with another code."""

    code = "wechat_unavailable"
    zh = "微信服务暂不可用，请稍后再试。"
    en = "WeChat does not answer; try again later."
