"""Whom an offer would reach in a month, and what it could cost: how one member is judged and added up. Pure.

It is the rule of giving itself, asked ahead of the day. Costs are the most it can come to: every point redeemed, every
coupon used for all it takes off. A budget is set beside it and cuts nothing off.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from functions.lifecycle import deciding
from functions.lifecycle.deciding import Given, NotGivenError, Wish
from functions.lifecycle.definition import SWEPT, OccasionOffer
from functions.lifecycle.reading import Found
from functions.lifecycle.windows import is_its_day
from loyalty.coupons.template import Template
from loyalty.parts import THOUSANDTHS

A_MONTH = 30
TIER, WHY = "tier@", "why@"
"""What figures by tier, and by reason, are called."""


def days_ahead(offer: OccasionOffer, through: date | None, today: date) -> list[date]:
    """Return the days that sweeps of the coming month give an offer for, and have not come to yet."""
    first = today if through is None else max(through + timedelta(days=1), today)
    last = today + timedelta(days=A_MONTH + offer.ahead)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if is_its_day(offer, day)]


def days_back(today: date) -> list[date]:
    """Return the days of the month that is over: as many join, or enter a segment, in the coming one."""
    return [today - timedelta(days=n) for n in range(A_MONTH, 0, -1)]


def judged(wish: Wish, found: Found, worth: Mapping[str, int], today: date) -> Counter[str]:
    """Return what a member adds to the figures: reached, points and the coupons' worth in fen; or why not."""
    is_swept = wish.offer.occasion in SWEPT
    had = found.had if is_swept else Given()
    on = max(today, wish.day - timedelta(days=wish.offer.ahead)) if is_swept else today
    try:
        deciding.require_fitting(wish, found.person, had, on)
        templates = deciding.coupons_for(wish.offer, found.person.ticked)
    except NotGivenError as refusal:
        return Counter({"looked_at": 1, f"{WHY}{refusal.params['why']}": 1})
    coupons = {"coupons": len(templates), "coupons_fen": sum(worth.get(one, 0) for one in templates)}
    return Counter(
        {"looked_at": 1, "reached": 1, "points": wish.offer.points, f"{TIER}{found.person.tier}": 1, **coupons}
    )


def cost_fen(counts: Mapping[str, int], point_fen: int) -> int:
    """Return what figures come to in fen, rounded up; `point_fen` in thousandths of a fen."""
    return counts.get("coupons_fen", 0) - (-counts.get("points", 0) * point_fen // THOUSANDTHS)


def worth_of(template: Template) -> int:
    """Return what a coupon is worth at most, in fen: what it takes off, or what it costs."""
    return template.terms.off_fen or template.terms.max_off_fen or template.unit_cost_fen
