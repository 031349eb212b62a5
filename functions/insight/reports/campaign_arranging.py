"""The lake's answers about a campaign, arranged as its report: groups, growth, reach, cost. Pure (requirement I4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from functions.insight.live.arranging import per_mille
from functions.insight.reports import campaign_models as m
from functions.insight.reports import comparing
from functions.insight.reports.campaign_days import Periods
from functions.insight.reports.redemption import TARGET_PER_MILLE, redemption
from loyalty import exports
from loyalty.earning.rule import Rule
from loyalty.parts import THOUSANDTHS
from loyalty.types import Purse

HEADER = ("section", "item", "figure", "value")
REDEEMABLE = frozenset({Purse.POINTS.value, Purse.COURTESY.value})
"""Purses whose points pay, and so cost."""
TOOK_PART, KEPT_OUT, OTHERS = "2", "1", "0"
AWARDED = "awarded"

type Told = Mapping[str, str]


def effect(rule: Rule, days: Periods, parts: Sequence[Sequence[Told]]) -> m.CampaignEffect:
    """Return the report of a campaign.

    Args:
        parts: the rows of `queries/campaign_<part>.sql`: members, given, points, looks.
    """
    members, given, points, looks = parts
    is_over = days.after_last > days.last
    participants, control, others = (
        _group(group, members, points, is_over=is_over) for group in (TOOK_PART, KEPT_OUT, OTHERS)
    )
    return m.CampaignEffect(
        campaign_id=rule.campaign_id,
        name_zh=rule.name_zh,
        name_en=rule.name_en,
        before_first=days.before_first,
        first_day=days.first,
        last_day=days.last,
        after_last=days.after_last if is_over else None,
        is_final=days.whole_after,
        participants=participants,
        others=others,
        control=_control(rule, participants, control, members),
        target_per_mille=TARGET_PER_MILLE,
        reach=_reach(participants, (participants, control, others), looks),
        cost=_cost(rule, given, participants.during.spend_fen),
    )


def table(found: m.CampaignEffect) -> Iterator[exports.Row]:
    """Yield a report for spreadsheets, the header first: one figure a line."""
    yield HEADER
    yield "campaign", found.campaign_id, "target_per_mille", found.target_per_mille
    for section, part in found:
        if isinstance(part, BaseModel):
            yield from _lines(section, "", part)


def _control(
    rule: Rule, participants: m.EffectGroup, control: m.EffectGroup, rows: Iterable[Told]
) -> m.EffectControl | None:
    """Return the control group beside those who took part; None where the campaign keeps nobody out."""
    if not rule.control_share:
        return None
    spread = {row["took_part"]: int(row["growth_deviation"]) for row in rows}
    groups = ((participants, spread.get(TOOK_PART, 0)), (control, spread.get(KEPT_OUT, 0)))
    drawn = participants.members + control.members
    return m.EffectControl(
        share_per_mille=rule.control_share,
        found_per_mille=per_mille(control.members, drawn),
        as_drawn=comparing.is_as_drawn(control.members, drawn, rule.control_share),
        group=control,
        growth_fen=_compared(comparing.of_means(*(_growth(group, deviation) for group, deviation in groups))),
        retention_per_mille=_compared(comparing.of_shares(*map(_kept, (participants, control)))),
    )


def _growth(group: m.EffectGroup, deviation: int) -> comparing.Sample:
    return comparing.Sample(group.members, group.during.spend_fen - group.before.spend_fen, deviation)


def _kept(group: m.EffectGroup) -> comparing.Share | None:
    return comparing.Share(group.members, group.after.bought) if group.after else None


def _compared(found: comparing.Compared | None) -> m.EffectDifference | None:
    return m.EffectDifference(**found._asdict()) if found else None


def _reach(participants: m.EffectGroup, everybody: Iterable[m.EffectGroup], looks: Iterable[Told]) -> m.EffectReach:
    looked = {row["what"]: int(row["members"]) for row in looks}
    buyers = sum(group.during.bought for group in everybody)
    return m.EffectReach(
        buyers=buyers,
        taken_part_per_mille=per_mille(participants.members, buyers),
        seen=looked.get("seen", 0),
        clicked=looked.get("clicked", 0),
    )


def _cost(rule: Rule, given: Sequence[Told], spend_fen: int) -> m.EffectCost:
    points = _left([row for row in given if row["purse"] in REDEEMABLE], "points")
    coupons, units = _left(given, "coupons"), _left(given, "units")
    dearest = max(rule.worth.values(), default=0)
    fen = -(-points * rule.point_fen // THOUSANDTHS) + coupons * dearest
    budget = rule.budget
    return m.EffectCost(
        awards=sum(int(row["happenings"]) for row in given if row["what"] == AWARDED),
        points=points,
        coupons=coupons,
        cost_fen=fen,
        cost_per_mille=per_mille(fen, spend_fen),
        unit=budget.unit if budget else None,
        budget=budget.amount if budget else None,
        used=units if budget else None,
        used_per_mille=per_mille(units, budget.amount) if budget else None,
    )


def _lines(section: str, item: str, part: BaseModel) -> Iterator[exports.Row]:
    for figure, value in part:
        if isinstance(value, BaseModel):
            yield from _lines(section, figure, value)
        else:
            yield section, item, figure, value


def _group(group: str, rows: Iterable[Told], points: Iterable[Told], *, is_over: bool) -> m.EffectGroup:
    told: Told = next((row for row in rows if row["took_part"] == group), {})
    own = ({"code": row["code"], "points": int(row["points"])} for row in points if row["took_part"] == group)
    members = int(told.get("members", 0))
    before, during, after = (_period(told, when, members) for when in ("before", "during", "after"))
    moved = redemption(own)
    return m.EffectGroup(
        members=members,
        before=before,
        during=during,
        after=after if is_over else None,
        growth_per_mille=per_mille(during.spend_fen - before.spend_fen, before.spend_fen),
        points_earned=moved.earned,
        points_used=moved.used,
        used_per_mille=moved.per_mille,
    )


def _period(told: Told, when: str, members: int) -> m.EffectPeriod:
    bought, receipts, spend = (int(told.get(f"{figure}_{when}", 0)) for figure in ("bought", "receipts", "spend"))
    return m.EffectPeriod(
        bought=bought,
        bought_per_mille=per_mille(bought, members),
        receipts=receipts,
        spend_fen=spend,
        each_fen=spend // members if members else None,
    )


def _left(given: Iterable[Mapping[str, Any]], figure: str) -> int:
    """Return what was given, less what was taken back."""
    return sum(int(row[figure]) if row["what"] == AWARDED else -int(row[figure]) for row in given)
