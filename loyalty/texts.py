"""The sentences of reason codes, rendered when a statement is read: entries store codes, never text."""

from operator import itemgetter

from loyalty.entries import Reason

_REASONS: dict[str, tuple[str, str]] = {
    "base": ("消费积分", "Points for your purchase"),
    "tier_multiplier": ("会员等级加成", "Tier bonus"),
    "redeemed": ("积分抵扣", "Points redeemed"),
    "taken_back": ("退货扣回积分", "Points of the returned goods"),
    "given_back": ("退还已用积分", "Points given back"),
    "lapsed": ("积分已过有效期", "Expired when they arrived"),
    "expired": ("积分过期", "Points expired"),
    "expiring": ("积分即将过期", "Points are about to expire"),
    "opening_balance": ("期初积分导入", "Opening balance"),
    "transfer_out": ("转赠积分", "Points given to another member"),
    "transfer_fee": ("转赠手续费", "Fee for giving points"),
    "transfer_in": ("收到转赠积分", "Points received from another member"),
    "growth": ("成长值", "Growth value"),
    "growth_back": ("退货扣回成长值", "Growth value of the returned goods"),
    "campaign": ("活动奖励", "Campaign"),
    "campaign_back": ("退货扣回活动奖励", "Campaign award of the returned goods"),
    "tier_welcome": ("升级礼遇", "Welcome to your tier"),
    "welcome_back": ("扣回升级礼遇", "Welcome of a tier taken back"),
    "tier_kept": ("会员等级保级成功", "Your tier is kept for another year"),
    "tier_lowered": ("会员等级已调整", "Your tier after its review"),
    "tier_at_risk": ("会员等级即将到期", "Your tier is about to be reviewed"),
    "entitlement_used": ("使用会员权益", "Benefit used"),
    "use_undone": ("撤销会员权益使用", "Use of a benefit undone"),
    "occasion": ("会员礼遇", "A gift for the occasion"),
    "survey": ("参与问卷调查", "For answering a survey"),
    "adjusted": ("积分人工调整", "Adjusted by the service desk"),
    "voided": ("积分作废", "Points voided"),
    "erased": ("注销会员，积分作废", "Forfeited when the membership was erased"),
}


def language_of(accept_language: str | None) -> str:
    """Return `en` where the caller prefers English over Chinese, else `zh`, the malls' default (RFC 9110, 12.5.4)."""
    wishes = [_wish(part) for part in (accept_language or "").lower().split(",")]
    spoken = [(weight, tag[:2]) for tag, weight in wishes if tag.startswith(("zh", "en")) and weight > 0]
    return max(spoken, key=itemgetter(0), default=(1.0, "zh"))[1]


def _wish(part: str) -> tuple[str, float]:
    """Return a language and its weight; a weight nobody can read counts as none."""
    tag, _, weight = part.partition(";")
    name, _, value = weight.strip().partition("=")
    try:
        return tag.strip(), float(value) if name == "q" else 1.0
    except ValueError:
        return tag.strip(), 0.0


def render(reason: Reason, language: str, name: str | None = None) -> str:
    """Return the sentence of a reason, in `zh` or `en`, with the name of what it speaks of where that is known."""
    zh, en = _REASONS[reason.code]
    sentence, colon = (en, ": ") if language == "en" else (zh, "：")
    return f"{sentence}{colon}{name}" if name else sentence
