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
    "survey": ("参与问卷调查", "For answering a survey"),
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


def render(reason: Reason, language: str) -> str:
    """Return the sentence of a reason, in `zh` or `en`."""
    zh, en = _REASONS[reason.code]
    return en if language == "en" else zh
