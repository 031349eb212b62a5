"""Which of the awards of one receipt are given: campaigns of a group compete as its first rule says. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loyalty.earning.rule import GroupMode
from loyalty.parts import THOUSANDTHS
from loyalty.types import Purse

if TYPE_CHECKING:
    from loyalty.earning.evaluation import Award


def chosen(awards: "Sequence[Award]") -> "dict[str, Award]":
    """Return the awards that are given, by campaign and in order: of each group, what its first rule says."""
    groups: dict[str, list[Award]] = {}
    for award in awards:
        groups.setdefault(award.rule.group, []).append(award)
    winners = {one.rule.campaign_id for group, rivals in groups.items() for one in _winners(group, rivals)}
    return {award.rule.campaign_id: award for award in awards if award.rule.campaign_id in winners}


def _winners(group: str, awards: "Sequence[Award]") -> "Sequence[Award]":
    if not group:
        return awards
    match awards[0].rule.stacking:
        case GroupMode.ALL:
            return awards
        case GroupMode.FIRST:
            return awards[:1]
    return [max(awards, key=_worth)]


def _worth(award: "Award") -> tuple[int, int]:
    """Return what `best` compares: thousandths of a fen of points and coupons, then all other points together."""
    rule, points = award.rule, award.points.get(Purse.POINTS, 0)
    coupons = sum(rule.worth.get(template, 0) for template in award.templates)
    return points * rule.point_fen + coupons * THOUSANDTHS, sum(award.points.values()) - points
