"""What one event adds to a campaign's figures. Pure: sums, so the order in which events arrive means nothing.

One row has everything, and one for each tier, tenant and mall-local day has what is told of it: an award counts on the
day of purchase, what is taken back on the day it was recorded.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from loyalty.clock import day_of
from loyalty.events.campaigns import CampaignAwarded, CampaignTakenBack
from loyalty.types import Kind, Purse

CampaignEvent = CampaignAwarded | CampaignTakenBack
ALL, TIER, TENANT, DAY = "all", "tier", "tenant", "day"
"""Names of rows; the last three are followed by which one: `tier/gold`."""
POINTS, POINTS_BACK = "points", "points_back"
COUPONS, COUPONS_BACK = "coupons", "coupons_back"
PARTICIPANTS = "participants"
IN_BRIEF = frozenset({"awards", "returns", "spend_fen", POINTS, POINTS_BACK, COUPONS, COUPONS_BACK})
"""What the rows of tiers, tenants and days tell."""
Sums = Counter[tuple[str, str]]
"""By row and figure."""


def total(events: Iterable[CampaignEvent], mall_zone: tzinfo) -> Sums:
    """Return what events add together, by row and figure, without what comes to nothing."""
    sums = Sums()
    for event in events:
        figures = _added(event)
        sums.update({(ALL, name): number for name, number in figures.items()})
        brief = {name: number for name, number in figures.items() if name in IN_BRIEF}
        for row in _rows(event, mall_zone):
            sums.update({(row, name): number for name, number in brief.items()})
    return Sums({place: number for place, number in sums.items() if number})


def of_purse(figure: str, purse: str) -> str:
    """Return the name of a figure of points: of purse `points` its own, of others followed by which one."""
    return figure if purse == Purse.POINTS else f"{figure}/{purse}"


def _added(event: CampaignEvent) -> dict[str, int]:
    data = event.data
    points = {one.purse: one.points for one in data.points}
    templates = [coupon.template_id for coupon in data.coupons]
    if isinstance(event, CampaignAwarded):
        return awarded(points, templates, data.units, event.data.paid)
    return taken_back(points, templates, data.units, is_return=data.movement == Kind.REFUND)


def awarded(points: Mapping[str, int], templates: Sequence[str], units: int, paid: int) -> dict[str, int]:
    """Return the figures of one award: points by purse, coupons, units of the budget, fen paid for the receipt."""
    return {"awards": 1, "spend_fen": paid, "units": units, **_gifts(points, templates, POINTS, COUPONS)}


def taken_back(points: Mapping[str, int], templates: Sequence[str], units: int, *, is_return: bool) -> dict[str, int]:
    """Return the figures of what is taken back: by a return, or of a coupon that a higher step of the day replaces."""
    return {"returns": int(is_return), "units": -units, **_gifts(points, templates, POINTS_BACK, COUPONS_BACK)}


def _gifts(points: Mapping[str, int], templates: Sequence[str], figure: str, coupons: str) -> dict[str, int]:
    return {
        **{of_purse(figure, purse): number for purse, number in points.items()},
        coupons: len(templates),
        **{f"{coupons}/{template}": number for template, number in Counter(templates).items()},
    }


def _rows(event: CampaignEvent, mall_zone: tzinfo) -> list[str]:
    award = event.data if isinstance(event, CampaignAwarded) else None
    at = award.purchased_at if award else event.recordedat
    receipt = event.data.receipt
    return [
        *([f"{TIER}/{award.tier}"] if award and award.tier else []),
        *([f"{TENANT}/{receipt.tenant_id}"] if receipt else []),
        f"{DAY}/{day_of(at.astimezone(mall_zone).date())}",
    ]
