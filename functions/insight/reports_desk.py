"""HTTPS routes of reports from the lake: a month of members, and what a campaign changed (requirements I4, I6, I7)."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.insight.nights import documents
from functions.insight.reports import campaign_arranging, campaigns, month_arranging, months
from functions.insight.reports.campaign_days import CampaignNotBegunError, periods
from functions.insight.reports.campaign_models import CampaignEffect, ReportedCampaignPath
from functions.insight.reports.month_arranging import Expected
from functions.insight.reports.month_models import MonthPath, MonthReport
from loyalty import reports
from loyalty.auth import STAFF, require_group
from loyalty.clock import local_date, utc_now
from loyalty.errors import BusyError, ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point
from loyalty.lake.asking import LakeFailedError
from loyalty.reports import FormatQuery
from loyalty.settings import setting, time_zone

TAGS = ["insight"]

app = api()


class MonthNotReportedError(NotFoundError):
    """No night has stood in that month, or in the one after it."""

    code = "month_not_reported"
    zh = "该月尚无报告；可用该月最后一天刷新洞察数据后再查。"
    en = "There is no report of that month yet; refresh insight as of its last day, then ask again."


@app.get(
    "/insight/months/<month>",
    operation_id="getMonthReport",
    summary="Read the report of a month",
    description=(
        "New members against the target, members by tier and stage, consumption, points used against earned, how often "
        "items are bought together, the gross margin where it is given. Every night makes this month's and the last "
        "one's; `POST /insight/refreshes` with `as_of` on a month's last day makes any other. `Accept: text/csv` or "
        "`format=csv` gives a table."
    ),
    tags=TAGS,
    responses=answers(200, MonthReport, "The report", ForbiddenError, MonthNotReportedError),
)
def month(month: MonthPath, form: FormatQuery = None) -> Response[Any]:
    """Read a month's report."""
    require_group(app.current_event.raw_event, *STAFF)
    kept = documents.read(months.document_of(month))
    if kept is None:
        raise MonthNotReportedError
    days = months.days_of(kept.body)
    found = MonthReport(
        month=month,
        first_day=days.first,
        last_day=days.last,
        is_over=days.last == months.last_of(days.first),
        as_of=kept.as_of,
        made_at=kept.made_at,
        **month_arranging.report(kept.body, _expected()),
    )
    return reports.answered(app, found, month_arranging.table(found), f"month-{month}", form)


@app.get(
    "/insight/campaigns/<campaign_id>",
    operation_id="getCampaignEffect",
    summary="Read what a campaign changed",
    description=(
        "From the lake: who took part, what they spent before, during and after it and how many bought, beside "
        "everybody else; points used of those earned against the target; reach; cost against the budget. Equal "
        "questions within five minutes get one answer. If the lake takes longer than the answer may (503), ask again: "
        "the same queries go on. `Accept: text/csv` or `format=csv` gives a table."
    ),
    tags=TAGS,
    responses=answers(
        200,
        CampaignEffect,
        "The report",
        ForbiddenError,
        NotFoundError,
        CampaignNotBegunError,
        LakeFailedError,
        BusyError,
    ),
)
def campaign(campaign_id: ReportedCampaignPath, form: FormatQuery = None) -> Response[Any]:
    """Read what a campaign changed."""
    require_group(app.current_event.raw_event, *STAFF)
    now, known = utc_now(), campaigns.published(campaign_id)
    days = periods(known, local_date(now, time_zone()), time_zone())
    found = campaign_arranging.effect(known.rule, days, campaigns.look(campaign_id, days, now))
    return reports.answered(app, found, campaign_arranging.table(found), f"campaign-effect-{campaign_id}", form)


def _expected() -> Expected:
    return Expected(**json.loads(setting("INSIGHT_EXPECTED")))


handler = entry_point(app)
