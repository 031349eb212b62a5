"""Points of purchases that may still be returned, by purchase day: nobody can give them away yet (P8). Pure.

Kept only where members may transfer points, or will by a version that is announced, and only as long as the goods may
come back, so the account stays small.
"""

from collections.abc import Mapping

from loyalty.clock import days_after
from loyalty.types import Day

Recent = Mapping[Day, int]


def with_purchase(recent: Recent, bought_on: Day, points: int, today: Day, window_days: int) -> dict[Day, int]:
    """Return what is kept after a purchase; days whose goods cannot come back any more are dropped.

    Args:
        window_days: for how many days goods may come back; 0: nobody may transfer, and nothing is kept.
    """
    if not window_days:
        return {}
    oldest = days_after(today, -window_days)
    changed = {**recent, bought_on: recent.get(bought_on, 0) + points}
    return {day: kept for day, kept in changed.items() if day > oldest and kept > 0}


def without(recent: Recent, bought_on: Day, points: int) -> dict[Day, int]:
    """Return what is kept after points of a purchase of that day were taken back."""
    changed = {**recent, bought_on: recent.get(bought_on, 0) - points}
    return {day: kept for day, kept in changed.items() if kept > 0}
