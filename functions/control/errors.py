"""How control refuses."""

from loyalty.errors import ConflictError, RuleError


class NothingToVoidError(RuleError):
    """The purse holds nothing that could be voided."""

    code = "nothing_to_void"
    zh = "该账户没有可作废的积分。"
    en = "The purse holds nothing to void."


class LastDayError(RuleError):
    """Points cannot be given that are past already, nor a last day to what never lapses."""

    code = "last_day"
    zh = "有效期无效：须不早于今天，且成长值不设有效期。"
    en = "The last day must not be past, and growth value has none."


class NotAppealableError(ConflictError):
    """Nothing was taken by this decision, or it has not been taken."""

    code = "not_appealable"
    zh = "该决定不可申诉。"
    en = "This decision cannot be appealed."


class AppealTooLateError(ConflictError):
    """The time to appeal is over; `until` was its end."""

    code = "appeal_too_late"
    zh = "申诉期限已过（{until}）。"
    en = "The time to appeal ended at {until}."


class AppealedBeforeError(ConflictError):
    """A decision can be appealed once."""

    code = "appealed_before"
    zh = "该决定已申诉过。"
    en = "This decision was appealed before."


class NoOpenAppealError(ConflictError):
    """There is no appeal, or it was decided."""

    code = "no_open_appeal"
    zh = "没有待处理的申诉。"
    en = "There is no open appeal."
