"""What a recorded or priced receipt shows, read from the facts of its entry."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from functions.earn.charge import TIER
from functions.earn.models import Award, AwardTakenBack, ComingGift, LineAnswer, ReductionAnswer
from loyalty.coupons.codes import derived, shown
from loyalty.coupons.coupon import Way
from loyalty.earning.lines import PricedLine
from loyalty.earning.names import names
from loyalty.entries import Entry, Reason
from loyalty.pricing.campaigns import Campaign
from loyalty.pricing.records import Reduction, from_plain
from loyalty.texts import render

if TYPE_CHECKING:
    from loyalty.earning.evaluation import Missed
    from loyalty.earning.rule import Rule

CAMPAIGN = "campaign"
EARNING_RULES = frozenset({"base", "tier_multiplier", "growth", "tier_welcome", CAMPAIGN})
NO_MORE = {
    "budget_exhausted": ("活动“{name}”的奖励已发完。", "The rewards of “{name}” are used up."),
    "limit_reached": ("您在活动“{name}”中已达领取上限。", "You have had all that “{name}” gives one member."),
    "birthday_unknown": ("尚未登记生日，无法享受“{name}”。", "“{name}” needs the member's birthday."),
}
"""Why a campaign that applies, or a discount that might, gives nothing, as far as somebody would want to know."""


def awards_of(reasons: tuple[Reason, ...], language: str) -> list[Award]:
    """Return what was given by which rule, with the sentence in the caller's language."""
    called = names((reason.about for reason in reasons if reason.code == CAMPAIGN), language)
    return [
        Award(
            rule=reason.about if reason.code == CAMPAIGN else reason.code,
            purse=reason.purse,
            points=reason.points,
            reason=render(reason, language, called.get(reason.about)),
        )
        for reason in reasons
        if reason.code in EARNING_RULES
    ]


def gifts_of(vouchers: Iterable[tuple[str, str, str]], *, coming: bool = True) -> tuple[ComingGift, ...]:
    """Return the coupons that awards name as (campaign, template, ref).

    Args:
        coming: whether they are more than a quote's, so that they have a code.
    """
    return tuple(
        ComingGift(campaign_id=campaign, template_id=template, coupon=_code(ref) if coming else None)
        for campaign, template, ref in vouchers
    )


def taken_back(facts: Mapping[str, Any], language: str) -> tuple[AwardTakenBack, ...]:
    """Return what a refund took back, campaign by campaign."""
    awards = facts.get("awards_back", ())
    called = names((campaign for campaign, *_ in awards), language)
    fallen = facts.get("vouchers_back", ())
    return tuple(
        AwardTakenBack(
            campaign_id=campaign,
            name=called.get(campaign),
            points=points,
            coupons=tuple(_code(ref) for one, _, ref in fallen if one == campaign),
        )
        for campaign, points, *_ in awards
    )


def no_more(missed: "Iterable[Missed]", lacking: Iterable[Campaign], language: str) -> list[dict[str, Any]]:
    """Return the campaigns that give nothing, as parts of a quote.

    Args:
        missed: those that apply; lacking: discounts that an unknown birthday stands in the way of.
    """
    return [
        *(_no_more(one.why.value, one.rule, language) for one in missed if one.why in NO_MORE),
        *(_no_more("birthday_unknown", one, language) for one in lacking),
    ]


def _no_more(code: str, campaign: "Rule | Campaign", language: str) -> dict[str, Any]:
    zh, en = NO_MORE[code]
    detail = en.format(name=campaign.name_en) if language == "en" else zh.format(name=campaign.name_zh)
    return {"code": code, "detail": detail, "campaign_id": campaign.campaign_id}


def _code(ref: str) -> str:
    """Return the code of the coupon that an award brings: the one `functions.coupons` derives from the same ref."""
    return shown(derived(Way.EVENT, f"campaign/{ref}"))


def purchase_fields(entry: Entry, language: str) -> dict[str, Any]:
    """Return the fields a recorded purchase shows."""
    return {
        "entry_id": entry.entry_id,
        "receipt_no": entry.facts["receipt_no"],
        "awards": awards_of(entry.reasons, language),
        "gross": entry.facts["gross"],
        "paid": entry.facts["paid"],
        "gifts": gifts_of(entry.facts.get("vouchers", ())),
        "gifts_replaced": gifts_of(entry.facts.get("vouchers_back", ())),
        **breakdown(entry.facts),
        **entry.answer,
    }


def breakdown(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the price came about: line by line, and by what reduced it."""
    lines = [PricedLine(*line) for line in facts["lines"]]
    reductions = [from_plain(plain, len(lines)) for plain in facts.get("reductions", ())]
    return {
        "lines": tuple(_line(n, line, reductions) for n, line in enumerate(lines)),
        "reductions": tuple(_reduction(one, one.off) for one in reductions),
        "coupons": tuple(shown(code) for code in facts.get("coupons", ())),
    }


def _line(number: int, line: PricedLine, reductions: list[Reduction]) -> LineAnswer:
    own: Iterator[tuple[Reduction, int]] = ((one, one.parts[number]) for one in reductions)
    return LineAnswer(
        sku=line.sku,
        amount=line.amount,
        off=line.off,
        paid_with_points=line.paid_with_points,
        net=line.net,
        reductions=tuple(_reduction(one, fen) for one, fen in own if fen),
    )


def _reduction(one: Reduction, off: int) -> ReductionAnswer:
    source: Literal["tier", "campaign", "coupon"] = "coupon" if one.template_id else "campaign"
    return ReductionAnswer(
        source="tier" if one.source == TIER else source,
        kind=one.kind,
        off=off,
        coupon=shown(one.source) if one.template_id else None,
        campaign_id=one.source if source == "campaign" and one.source != TIER else None,
    )
