"""What a recorded or priced receipt shows, read from the facts of its entry."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from functions.earn.basket import PricedLine
from functions.earn.charge import TIER
from functions.earn.models import Award, LineAnswer, ReductionAnswer
from loyalty.coupons.codes import shown
from loyalty.entries import Entry, Reason
from loyalty.pricing.records import Reduction, from_plain
from loyalty.texts import render

EARNING_RULES = frozenset({"base", "tier_multiplier"})


def awards_of(reasons: tuple[Reason, ...], language: str) -> list[Award]:
    """Return what was given by which rule, with the sentence in the caller's language."""
    return [
        Award(rule=reason.code, purse=reason.purse, points=reason.points, reason=render(reason, language))
        for reason in reasons
        if reason.code in EARNING_RULES
    ]


def purchase_fields(entry: Entry, language: str) -> dict[str, Any]:
    """Return the fields a recorded purchase shows."""
    return {
        "entry_id": entry.entry_id,
        "receipt_no": entry.facts["receipt_no"],
        "awards": awards_of(entry.reasons, language),
        "gross": entry.facts["gross"],
        "paid": entry.facts["paid"],
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
