"""What a fit means, in a sentence for people who do not read parameters. Pure."""

from collections.abc import Mapping
from typing import Any

_NONE = (
    "首购会员中复购人数不足，无法预测。",
    "Too few members came again: nothing can be predicted.",
)
_NO_HOLD_OUT = (
    "{members} 名会员已拟合；期间之后没有留出时段，预测尚未经检验。",
    "Fitted on {members} members; there was no time after the period, so nothing was held against what happened.",
)
_COMPARED = (
    "{members} 名会员在期间之后的 {hold_out_days} 天内，预期有消费的天数合计 {expected:.0f}，实际 {actual}。",
    "Of {members} members, {expected:.0f} days with purchases were expected in the {hold_out_days} days after the "
    "period; {actual} happened.",
)


def sentence(told: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a published fit, in `zh` or `en`."""
    told_of = _NO_HOLD_OUT if told["expected"] is None else _COMPARED
    chosen = told_of if told["parameters"] else _NONE
    return chosen[language == "en"].format_map(told)
