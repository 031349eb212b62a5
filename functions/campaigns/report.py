"""A campaign's figures and its report: what it gave to whom, what it costs against its budget (A1). Pure."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from functions.campaigns import cost
from functions.campaigns.counting import ALL, DAY, PARTICIPANTS, TENANT, TIER
from functions.campaigns.phases import Phase
from functions.campaigns.report_models import (
    BriefFigures,
    CampaignReport,
    EarningFigures,
    FollowUpFigures,
    ReportBudget,
)
from functions.campaigns.trials_models import given_figures, told_day
from loyalty.earning.rule import Rule, Unit

Rows = Mapping[str, Mapping[str, int]]
HEADER = ("section", "item", "figure", "value")
Cells = tuple[str | int | None, ...]


def figures(rows: Rows) -> EarningFigures:
    """Return what rows of figures say."""
    sums = rows.get(ALL, {})
    return EarningFigures(
        participants=sums.get(PARTICIPANTS, 0),
        awards=sums.get("awards", 0),
        returns=sums.get("returns", 0),
        spend_fen=sums.get("spend_fen", 0),
        units=sums.get("units", 0),
        by_tier=_brief(rows, TIER),
        by_tenant=_brief(rows, TENANT),
        by_day={told_day(day): own for day, own in _brief(rows, DAY).items()},
        **given_figures(sums),
    )


def report(
    campaign_id: str,
    name: tuple[str, str],
    phase: Phase,
    rule: Rule | None,
    left: int | None,
    rows: Rows,
    follow_up: FollowUpFigures | None = None,
) -> CampaignReport:
    """Return a campaign's report.

    Args:
        name: Chinese, English.
        rule: as it was published; None before.
        left: what is left of the budget; None where there is none.
    """
    found, sums = figures(rows), rows.get(ALL, {})
    return CampaignReport(
        campaign_id=campaign_id,
        name_zh=name[0],
        name_en=name[1],
        phase=phase,
        budget=_budget(rule, left) if rule else None,
        cost_fen=cost.cost_fen(rule, sums) if rule else 0,
        average_receipt_fen=found.spend_fen // found.awards if found.awards else None,
        follow_up=follow_up,
        figures=found,
    )


def table(found: CampaignReport) -> Iterator[Cells]:
    """Yield the lines of a report for spreadsheets, the first one the header: one figure a line."""
    yield HEADER
    yield from _lines("total", "", found.figures)
    for section in ("by_tier", "by_tenant", "by_day"):
        for item, own in getattr(found.figures, section).items():
            yield from _lines(section, item, own)
    yield "total", "", "cost_fen", found.cost_fen
    yield "total", "", "average_receipt_fen", found.average_receipt_fen
    if found.budget:
        yield from _lines("budget", found.budget.unit, found.budget)
    if found.follow_up:
        yield from _lines("follow_up", found.follow_up.survey_id, found.follow_up)


def _lines(section: str, item: str, own: BaseModel) -> Iterator[Cells]:
    """Yield the whole numbers of a model, and those by purse or template under `<figure>/<which>`."""
    for figure, value in own:
        if isinstance(value, int):
            yield section, item, figure, value
        elif isinstance(value, dict):
            yield from ((section, item, f"{figure}/{which}", n) for which, n in value.items() if isinstance(n, int))


def _brief(rows: Rows, kind: str) -> dict[str, BriefFigures]:
    start = f"{kind}/"
    return {
        name.removeprefix(start): BriefFigures(**own) for name, own in sorted(rows.items()) if name.startswith(start)
    }


def _budget(rule: Rule, left: int | None) -> ReportBudget | None:
    if rule.budget is None or left is None:
        return None
    amount = rule.budget.amount
    most = cost.of_points(rule, amount) if rule.budget.unit is Unit.POINTS else None
    return ReportBudget(unit=rule.budget.unit, amount=amount, left=left, used=amount - left, cost_fen=most)
