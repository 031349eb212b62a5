"""One tree of refusals. Rules raise them and know no HTTP; `loyalty.http` maps each family to a status.

Every class carries a stable `code` and the sentence a person reads, in Chinese and English. Parameters given to
the constructor are published beside the sentence (`missing_points`), so they must never hold personal data.
"""

from typing import ClassVar


class LoyaltyError(Exception):
    """A request that is refused, with the reason a caller can act on.

    Args:
        params: facts that explain the refusal; published in the problem document as they are.
    """

    code: ClassVar[str] = "loyalty_error"
    zh: ClassVar[str] = "请求无法完成。"
    en: ClassVar[str] = "The request cannot be completed."

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params

    def sentence(self, language: str) -> str:
        """Return the sentence for a person, in `zh` or `en`, with the parameters filled in."""
        return (self.en if language == "en" else self.zh).format_map(_Missing(self.params))


class _Missing(dict[str, object]):
    """Leaves a placeholder empty rather than failing while an error is being explained."""

    def __missing__(self, key: str) -> str:
        return ""


class InvalidRequestError(LoyaltyError):
    """The request is malformed: nothing in it was looked at."""

    code = "invalid_request"
    zh = "请求格式有误，请检查 errors 中列出的字段。"
    en = "The request is malformed; see the fields listed in errors."


class UnauthorizedError(LoyaltyError):
    """The caller is not known."""

    code = "unauthorized"
    zh = "请先登录。"
    en = "Sign in first."


class ForbiddenError(LoyaltyError):
    """The caller is known and may not do this."""

    code = "forbidden"
    zh = "您没有执行此操作的权限。"
    en = "You are not allowed to do this."


class NotFoundError(LoyaltyError):
    """There is no such thing, or it is somebody else's: the caller cannot tell which."""

    code = "not_found"
    zh = "未找到。"
    en = "There is no such thing."


class ConflictError(LoyaltyError):
    """The thing is in a state that does not allow this."""

    code = "conflict"
    zh = "当前状态不允许此操作。"
    en = "The current state does not allow this."


class GoneError(LoyaltyError):
    """The thing existed and is over."""

    code = "gone"
    zh = "已失效。"
    en = "This has expired."


class RuleError(LoyaltyError):
    """A rule of the mall says no."""

    code = "rule"
    zh = "规则不允许此操作。"
    en = "A rule does not allow this."


class TooManyError(LoyaltyError):
    """Too many attempts; `retry_after` says how many seconds to wait."""

    code = "too_many_requests"
    zh = "尝试次数过多，请稍后再试。"
    en = "Too many attempts; try again later."


class BusyError(LoyaltyError):
    """The account is being written by others; nothing happened; `retry_after` seconds."""

    code = "busy"
    zh = "系统繁忙，请用同一编号重试。"
    en = "Busy; repeat the same request."


class IdempotencyKeyRequiredError(InvalidRequestError):
    """A write came without the key that makes it safe to repeat."""

    code = "idempotency_key_required"
    zh = "请在 Idempotency-Key 请求头中提供 1 至 255 个可见 ASCII 字符。"
    en = "Send an Idempotency-Key header of 1 to 255 visible ASCII characters."


class IdempotencyKeyReusedError(RuleError):
    """The key (or receipt number) was used for a different request."""

    code = "idempotency_key_reused"
    zh = "该编号已用于另一笔不同的请求。"
    en = "This key or number was already used for a different request."


class InsufficientPointsError(RuleError):
    """More points asked for than can be spent now; `missing_points` says how many are missing."""

    code = "insufficient_points"
    zh = "积分不足，还差 {missing_points} 分。"
    en = "Not enough points: {missing_points} more are needed."


class MembershipStatusError(RuleError):
    """The membership's status does not allow this movement; `status` names it."""

    code = "membership_status"
    zh = "会员当前状态（{status}）不允许此操作。"
    en = "The membership's status ({status}) does not allow this."


class PointsNotConvertibleError(RuleError):
    """Points that do not make whole fen; `step` is the smallest number that does."""

    code = "points_not_convertible"
    zh = "兑换积分须为 {step} 的整数倍且不少于 {minimum} 分。"
    en = "Redeem a multiple of {step} points, at least {minimum}."


class UnknownMemberError(RuleError):
    """No member for this id, phone, card or session."""

    code = "unknown_member"
    zh = "未找到该会员。"
    en = "There is no such member."


class NotEnrolledError(RuleError):
    """The login has no membership yet."""

    code = "not_enrolled"
    zh = "请先注册会员。"
    en = "Enrol first."


class SessionRequiredError(RuleError):
    """Spending needs the member's presence: a session opened by the member's code."""

    code = "member_session_required"
    zh = "使用积分或优惠券需要会员出示会员码。"
    en = "Spending points or coupons needs a member session: scan the member's code."


class SessionExpiredError(GoneError):
    """The member session is over, belongs to another tenant, or was never issued."""

    code = "member_session_expired"
    zh = "会员会话已失效，请重新扫描会员码。"
    en = "The member session is not valid any more; scan the member's code again."
