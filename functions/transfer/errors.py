"""Why points cannot be given; `loyalty.http` maps each family to a status."""

from loyalty.errors import RuleError


class TransfersOffError(RuleError):
    """The mall's programme has no transfers."""

    code = "transfers_off"
    zh = "本商场未开放积分转赠。"
    en = "This mall does not let members give points to each other."


class TransferTooSmallError(RuleError):
    """Fewer points than the mall's `minimum`."""

    code = "transfer_too_small"
    zh = "每次至少转赠 {minimum} 分。"
    en = "Give at least {minimum} points at a time."


class TransferLimitError(RuleError):
    """More than may still be given; `left` points, `per` day or year."""

    code = "transfer_limit"
    zh = "超出转赠上限，目前还可转赠 {left} 分。"
    en = "Over the limit: {left} points can still be given for now."


class PointsHeldBackError(RuleError):
    """Enough points, but `held_back` of them are of goods that may still be returned; `transferable` are not."""

    code = "points_held_back"
    zh = "其中 {held_back} 分来自仍可退货的消费，目前可转赠 {transferable} 分。"
    en = "{held_back} points are of goods that may still be returned; {transferable} can be given."


class PointsOwedError(RuleError):
    """The giver owes `debt` points: they are paid first."""

    code = "points_owed"
    zh = "您尚欠 {debt} 分，还清后方可转赠。"
    en = "You owe {debt} points; they are paid before any can be given."


class OwnPhoneError(RuleError):
    """The phone is the giver's own."""

    code = "own_phone"
    zh = "不能转赠给自己。"
    en = "Points cannot be given to yourself."


class CannotReceiveError(RuleError):
    """Nobody who could receive points has this phone: no member, or one who may not; the answer does not say which."""

    code = "cannot_receive"
    zh = "无法向该号码转赠积分，请核对号码。"
    en = "Points cannot be given to this phone; check the number."
