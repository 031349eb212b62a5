"""How members, holders of a link and staff are refused about surveys."""

from loyalty.errors import ConflictError, GoneError, NotFoundError


class SurveyLinkUnknownError(NotFoundError):
    """No invitation belongs to this link, or not to this member: the caller cannot tell which."""

    code = "survey_link_unknown"
    zh = "未找到该问卷，请检查链接是否完整。"
    en = "There is no such survey; check that the link is complete."


class SurveyAnsweredError(GoneError):
    """The invitation was answered, or closed otherwise."""

    code = "survey_answered"
    zh = "该问卷已提交过，感谢您的参与。"
    en = "This survey was already answered. Thank you."


class SurveyExpiredError(GoneError):
    """The time to answer is over."""

    code = "survey_expired"
    zh = "该问卷已过有效期。"
    en = "The time to answer this survey is over."


class SurveyNotOpenError(ConflictError):
    """The invitation opens later; `opens_at` says when."""

    code = "survey_not_open"
    zh = "该问卷尚未开放（{opens_at} 开放）。"
    en = "This survey is not open yet; it opens at {opens_at}."


class SurveyAnsweredBeforeError(ConflictError):
    """The member has answered this survey lately, in whatever way."""

    code = "survey_answered_before"
    zh = "该会员近期已回答过此问卷。"
    en = "The member has answered this survey lately."
