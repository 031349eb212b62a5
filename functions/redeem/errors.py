"""How redemption refuses."""

from loyalty.errors import NotFoundError, RuleError


class RedemptionNotFoundError(NotFoundError):
    """There is no such redemption at this tenant."""

    code = "redemption_not_found"
    zh = "未找到该兑换记录。"
    en = "There is no such redemption."


class NotEnrolledError(RuleError):
    """The login has no membership yet."""

    code = "not_enrolled"
    zh = "请先注册会员。"
    en = "Enrol first."
