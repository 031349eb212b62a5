"""Why a version of the programme is not drafted, announced or taken back."""

from loyalty.errors import ConflictError, RuleError


class NoticeTooShortError(RuleError):
    """Changes are announced in advance: `earliest` is early enough for this one (requirements K5; P8, ADR 0816)."""

    code = "notice_too_short"
    zh = "规则变更须提前 {notice_days} 天公告，最早可于 {earliest} 生效。"
    en = "Changes are announced {notice_days} days ahead: this one can take effect on {earliest} at the earliest."


class NoSuccessorError(RuleError):
    """`tier` is dropped from the ladder, and no tier that is left is named for its members."""

    code = "tier_without_successor"
    zh = "请在 replaced_tiers 中说明被取消等级 {tier} 的会员转入哪个等级。"
    en = "Say in replaced_tiers which tier the members of {tier} hold from then on."


class SuccessorTooLowError(RuleError):
    """Members of `tier` would fall below `least`, the tier that the same record reaches on the new ladder."""

    code = "successor_too_low"
    zh = "等级 {tier} 的会员不得低于 {least}。"
    en = "Members of {tier} may not be put lower than {least}."


class ProgrammeMovedOnError(ConflictError):
    """Another version was announced, or taken back, since this was drafted; `version` is the latest one now."""

    code = "programme_moved_on"
    zh = "起草后规则已变更（最新版本 {version}），请在其基础上重新起草。"
    en = "The rules have moved on to version {version} since this was drafted; draft it again on top of that."


class InForceError(ConflictError):
    """It took effect on `since`: rules in force are changed by announcing the next version."""

    code = "programme_in_force"
    zh = "该版本已于 {since} 生效，请公告新的版本。"
    en = "It has been in force since {since}; announce another version."


class LaterVersionError(ConflictError):
    """Version `version` was announced on top of it: that one is taken back first."""

    code = "later_version_announced"
    zh = "其后的版本 {version} 已公告，请先撤回该版本。"
    en = "Version {version} was announced on top of it; take that one back first."
