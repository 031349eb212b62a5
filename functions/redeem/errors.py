"""How redemption refuses."""

from loyalty.errors import ConflictError, NotFoundError, RuleError


class RedemptionNotFoundError(NotFoundError):
    """There is no such redemption at this tenant."""

    code = "redemption_not_found"
    zh = "未找到该兑换记录。"
    en = "There is no such redemption."


class RewardNotFoundError(NotFoundError):
    """There is no such reward, or it was never offered."""

    code = "reward_not_found"
    zh = "未找到该礼遇。"
    en = "There is no such reward."


class RewardPausedError(RuleError):
    """The reward is not offered for the moment."""

    code = "reward_paused"
    zh = "该礼遇暂停兑换。"
    en = "This reward is paused for the moment."


class NotYetOfferedError(RuleError):
    """The reward is offered later; `starts` says from when."""

    code = "reward_not_yet"
    zh = "该礼遇尚未开始兑换（{starts} 开始）。"
    en = "This reward is offered from {starts} on."


class NoLongerOfferedError(RuleError):
    """The reward is over; `until` says since when, where it had an end."""

    code = "reward_over"
    zh = "该礼遇兑换已结束。"
    en = "This reward is not offered any more."


class TierOnlyError(RuleError):
    """The reward is for other tiers; `tiers` names them."""

    code = "reward_tier"
    zh = "该礼遇仅限指定等级会员兑换。"
    en = "This reward is for other tiers."


class MemberLimitError(RuleError):
    """The member has had all they may have; `per_member` says how many, and `per` in which period, if any."""

    code = "reward_per_member"
    zh = "该礼遇每位会员限兑 {per_member} 份。"
    en = "A member may have {per_member} of this reward."


class PickUpPointError(RuleError):
    """It is not handed over there; `pick_up_points` says where it is (nowhere: leave the field out)."""

    code = "pick_up_point"
    zh = "请选择有效的领取点。"
    en = "Choose one of its pick-up points."


class OrderStateError(ConflictError):
    """What was redeemed can no longer be handed over or cancelled; `state` says where it stands."""

    code = "order_state"
    zh = "该兑换单当前状态（{state}）不允许此操作。"
    en = "What was redeemed is {state}: this cannot be done any more."


class NoStockError(RuleError):
    """The reward has no stock there: it is not limited, or has other pick-up points."""

    code = "no_stock_there"
    zh = "该领取点没有库存管理。"
    en = "The reward has no stock at this place."
