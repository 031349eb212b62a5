"""How the checkout refuses."""

from loyalty.errors import ConflictError, GoneError, NotFoundError, RuleError


class AmountsDoNotAddUpError(RuleError):
    """Lines, gross, points and paid disagree; `expected_gross` and `expected_paid` say what they should be (fen)."""

    code = "amounts_do_not_add_up"
    zh = "金额不一致：应付 {expected_paid} 分，总额 {expected_gross} 分。"
    en = "The amounts disagree: gross should be {expected_gross} fen and paid {expected_paid} fen."


class PointsExceedBasketError(RuleError):
    """The points are worth more than the lines they may pay for; `most_points` can be used."""

    code = "points_exceed_basket"
    zh = "抵扣超出可抵扣金额，最多可用 {most_points} 积分。"
    en = "The points are worth more than the goods they may pay for; at most {most_points} can be used."


class PurchasedInFutureError(RuleError):
    """The till's clock is ahead of ours by more than it may be."""

    code = "purchased_in_future"
    zh = "消费时间晚于当前时间，请检查收银机时钟。"
    en = "The purchase lies in the future; check the till's clock."


class PurchasedTooEarlyError(RuleError):
    """A day before the ledger's first: the till's clock was reset."""

    code = "purchased_too_early"
    zh = "消费时间过早，请检查收银机时钟。"
    en = "The purchase lies too far in the past; check the till's clock."


class ReceiptNotFoundError(NotFoundError):
    """This tenant has no such receipt."""

    code = "receipt_not_found"
    zh = "未找到该小票。"
    en = "This tenant has no such receipt."


class TenantClosedError(GoneError):
    """The tenant's register entry is closed or gone."""

    code = "tenant_closed"
    zh = "该商户已停用。"
    en = "This tenant is closed."


class ReturnExceedsPurchaseError(RuleError):
    """More is returned than is left of the receipt; `returnable` says how much is left, in fen."""

    code = "return_exceeds_purchase"
    zh = "退货金额超出可退金额 {returnable} 分。"
    en = "Only {returnable} fen of this receipt are left to return."


class UnknownLineError(RuleError):
    """A returned line that is not on the receipt; `sku` names it."""

    code = "unknown_line"
    zh = "小票上没有商品 {sku}。"
    en = "The receipt has no line with item {sku}."


class PurchaseDayRequiredError(RuleError):
    """This tenant's receipt numbers repeat, so the day of the purchase is part of the number."""

    code = "purchased_on_required"
    zh = "该商户的小票号会重复，请提供 purchased_on。"
    en = "This tenant's receipt numbers repeat; give purchased_on."


class TooManyEarlyReturnsError(ConflictError):
    """A receipt we have not seen already has as many returns as can be kept for it."""

    code = "too_many_early_returns"
    zh = "该小票尚未上传，退货记录过多。"
    en = "Too many returns for a receipt that has not arrived yet."


class ReceiptTooLateError(RuleError):
    """Older than a till may deliver by itself (requirements F4): it comes as a file that another person approves."""

    code = "receipt_too_late"
    zh = "小票已超过 {most_days} 天，请以文件方式提交审核。"
    en = "The receipt is older than {most_days} days; send it in a file, which another person approves."


class TenantHeldError(RuleError):
    """The tenant's purchases wait for an operator's look; nothing is lost, the till delivers again."""

    code = "tenant_held"
    zh = "该商户的小票暂停处理，待核查后请重新提交。"
    en = "Receipts of this tenant are held until they were looked at; deliver again later."


class ReceiptAboveLimitError(RuleError):
    """The receipt would earn more than one of this tenant's tills may give; `most_points` says how much that is."""

    code = "receipt_above_limit"
    zh = "该小票积分超过单笔上限 {most_points}，请以文件方式提交审核。"
    en = "One receipt earns at most {most_points} points at a till; send it in a file, which another person approves."
