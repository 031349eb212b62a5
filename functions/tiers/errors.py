"""How entitlements refuse."""

from loyalty.errors import ConflictError, NotFoundError, RuleError


class MembershipNotFoundError(NotFoundError):
    """There is no such account, or none for this login yet."""

    code = "account_not_found"
    zh = "未找到会员账户。"
    en = "There is no such account."


class EntitlementNotHeldError(RuleError):
    """Neither the member's tier nor an open unlock brings it; `entitlement` names it."""

    code = "entitlement_not_held"
    zh = "会员当前不享有该权益。"
    en = "The member does not have this benefit now."


class EntitlementUsedUpError(RuleError):
    """It was used as often as the period allows: `quota`, `used`, and `resets_on`, the first day of the next period."""

    code = "entitlement_used_up"
    zh = "本期权益已用完（{used}/{quota}），{resets_on} 起恢复。"
    en = "Used {used} of {quota} times; again from {resets_on} on."


class UseNotFoundError(NotFoundError):
    """There is no such use of this entitlement, or it is another tenant's or member's: the caller cannot tell which."""

    code = "use_not_found"
    zh = "未找到该权益使用记录。"
    en = "There is no such use."


class UsePeriodOverError(ConflictError):
    """The use counted in a period that is over: undoing it would give nothing back; `until` was its last day."""

    code = "use_period_over"
    zh = "该次使用所属周期已于 {until} 结束，无法撤销。"
    en = "The use counted until {until}: it cannot be undone any more."
