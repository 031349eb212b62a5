"""How members and tills are refused about coupons, beside `loyalty.coupons.refusals`."""

from loyalty.errors import NotFoundError, RuleError


class OwnGiftError(RuleError):
    """The gift's code is the caller's own: it is for a friend."""

    code = "own_gift"
    zh = "这是您自己送出的优惠券，如需取回请撤销赠送。"
    en = "This is your own gift; take it back instead."


class MemberNotFoundError(NotFoundError):
    """There is no such member."""

    code = "member_not_found"
    zh = "未找到会员。"
    en = "There is no such member."
