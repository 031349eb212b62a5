"""What a campaign costs in fen: points at what the till takes them for, coupons at what they are worth (A1). Pure.

It is the most it can come to: every point redeemed, every coupon used. Growth value and chances cost nothing. What was
taken back is no cost. Rounded up once, so that a sum of points never looks cheaper than it is.
"""

from collections.abc import Mapping

from functions.campaigns.counting import COUPONS, COUPONS_BACK, POINTS, POINTS_BACK, of_purse
from loyalty.earning.rule import Rule
from loyalty.parts import THOUSANDTHS
from loyalty.types import Purse

REDEEMABLE = (Purse.POINTS, Purse.COURTESY)
"""Purses whose points pay."""


def cost_fen(rule: Rule, figures: Mapping[str, int]) -> int:
    """Return the cost that figures come to, in fen; coupons of a template nobody valued cost nothing."""
    points = sum(
        figures.get(of_purse(POINTS, purse), 0) - figures.get(of_purse(POINTS_BACK, purse), 0) for purse in REDEEMABLE
    )
    coupons = sum(worth * _left(figures, template) for template, worth in rule.worth.items())
    return of_points(rule, points) + coupons


def of_points(rule: Rule, points: int) -> int:
    """Return what so many points cost, in fen, rounded up."""
    return -(-points * rule.point_fen // THOUSANDTHS)


def _left(figures: Mapping[str, int], template: str) -> int:
    return figures.get(f"{COUPONS}/{template}", 0) - figures.get(f"{COUPONS_BACK}/{template}", 0)
