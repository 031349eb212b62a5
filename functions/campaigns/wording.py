"""What campaigns give, and why one gives nothing, in Chinese and English; entries and answers store codes. Pure."""

from collections.abc import Mapping

from loyalty.earning.rule import Add, Effect, Every, Gift, Multiply, Over, Rule, Steps
from loyalty.parts import FEN_PER_YUAN, to_text
from loyalty.types import Purse

_WHY: Mapping[str, tuple[str, str]] = {
    "budget_exhausted": ("活动预算已用完", "What is left of the budget is less than this award."),
    "limit_reached": ("已达会员参与上限", "The member has had as much as the limits allow."),
    "outranked": ("同组中另一活动优先", "Another campaign of its group comes first."),
    "control_group": (
        "会员属于对照组，用于评估活动效果",
        "The member is kept out, for the campaign to be compared with.",
    ),
    "dates": ("不在活动期间", "The campaign does not run at that time."),
    "goods": ("没有参与活动的商品", "No line counts."),
    "amount": ("未达到活动金额", "The lines that count do not reach the amount."),
    "channel": ("渠道不参与活动", "It is for another channel."),
    "tenant": ("商户不参与活动", "It is for other tenants."),
    "hours": ("不在活动时段", "It is outside the daily hours."),
    "days": ("不是活动日", "It is none of the campaign's days."),
    "tier": ("会员等级不符", "It is for other tiers."),
    "list": ("不在名单内", "The member is on none of its lists."),
    "first_purchase": ("不是首次消费", "It is not the member's first purchase."),
    "birthday": ("不在生日月或生日当天", "It is not the member's birthday month or birthday, or that is unknown."),
    "anniversary": ("不是入会周年日", "It is not the anniversary of the enrolment, or that is unknown."),
    "effect": ("未达到奖励门槛", "It applies, and brings nothing: no step is reached, or the day had it already."),
}
_PURSES: Mapping[Purse, tuple[str, str]] = {
    Purse.POINTS: ("积分", "points"),
    Purse.COURTESY: ("礼遇积分", "courtesy points"),
    Purse.GROWTH: ("成长值", "growth value"),
    Purse.DRAWS: ("抽奖机会", "draws"),
}
Coupons = Mapping[str, tuple[str, str]]
"""Names of coupons by template: Chinese, English."""


def why(code: str, language: str) -> str:
    """Return the sentence of a code that says why a campaign gives nothing."""
    zh, en = _WHY[code]
    return en if language == "en" else zh


def gives(rule: Rule, coupons: Coupons, language: str) -> tuple[str, ...]:
    """Return what a rule gives, a sentence for each effect and step."""
    is_english = language == "en"
    return tuple(sentence for effect in rule.effects for sentence in _sentences(effect, coupons, is_english))


def _sentences(effect: Effect, coupons: Coupons, is_english: bool) -> tuple[str, ...]:
    match effect:
        case Multiply(factor, purse):
            return (_multiplied(to_text(factor), purse, is_english),)
        case Add(gift):
            return (_gift(gift, coupons, is_english),)
        case Steps(steps, over):
            return tuple(_from(least, _gift(gift, coupons, is_english), over, is_english) for least, gift in steps)
        case Every(fen, gift, most, over):
            return (_every(fen, _gift(gift, coupons, is_english), most, over, is_english),)


def _multiplied(factor: str, purse: Purse, is_english: bool) -> str:
    zh, en = _PURSES[purse]
    if purse is Purse.POINTS:
        return f"points x{factor}" if is_english else f"{factor} 倍积分"
    return f"{factor} {en} for each point earned" if is_english else f"每得 1 积分另得 {factor} {zh}"


def _gift(gift: Gift, coupons: Coupons, is_english: bool) -> str:
    zh, en = _PURSES[gift.purse]
    points = [f"{gift.points} {en}" if is_english else f"{gift.points} {zh}"] if gift.points else []
    names = [coupons[template][is_english] for template in gift.templates if template in coupons]
    return (" + " if is_english else "、").join([*points, *names])


def _from(least: int, gift: str, over: Over, is_english: bool) -> str:
    day = over is Over.DAY
    if is_english:
        return f"{gift} from {_yuan(least)} yuan{' in a day' if day else ''}"
    return f"{'当日累计' if day else '单笔'}满 {_yuan(least)} 元送 {gift}"


def _every(fen: int, gift: str, most: int, over: Over, is_english: bool) -> str:
    day = over is Over.DAY
    if is_english:
        return f"{gift} for every {_yuan(fen)} yuan{' of a day' if day else ''}, up to {most} times"
    return f"{'当日累计' if day else '单笔'}每满 {_yuan(fen)} 元送 {gift}，最多 {most} 次"


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole}.{rest:02d}" if rest else str(whole)
