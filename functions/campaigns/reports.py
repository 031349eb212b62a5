"""HTTPS routes of a campaign's figures and its report, as JSON or as a table for spreadsheets (requirement A1)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.campaigns import figures as counted
from functions.campaigns import publication, report_follow_up
from functions.campaigns import report as reporting
from functions.campaigns.phases import phase_of
from functions.campaigns.report_models import CampaignReport, EarningFigures
from functions.campaigns.staff_models import EarningCampaignPath
from loyalty import offers, reports
from loyalty.auth import STAFF, require_group
from loyalty.clock import utc_now
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point

TAGS = ["campaigns"]

app = api()


@app.get(
    "/campaigns/<campaign_id>/figures",
    operation_id="getCampaignFigures",
    summary="Read what a campaign gave and took back",
    description="Counted from events, each once; some seconds behind.",
    tags=TAGS,
    responses=answers(200, EarningFigures, "The figures", ForbiddenError, NotFoundError),
)
def figures(campaign_id: EarningCampaignPath) -> EarningFigures:
    """Read a campaign's figures."""
    require_group(app.current_event.raw_event, *STAFF)
    offers.read(publication.catalogue(), campaign_id)
    return reporting.figures(counted.read(campaign_id))


@app.get(
    "/campaigns/<campaign_id>/report",
    operation_id="getCampaignReport",
    summary="Read what a campaign achieved and costs",
    description=(
        "Phase, budget, cost against the budget, participants, awards, the average receipt, by tier, tenant and day; "
        "of the survey that follows it, who was invited and who answered. "
        "`Accept: text/csv` gives the same as a table."
    ),
    tags=TAGS,
    responses=answers(
        200, CampaignReport, "The report; with `Accept: text/csv` one line per group", ForbiddenError, NotFoundError
    ),
)
def report(campaign_id: EarningCampaignPath) -> Response[Any]:
    """Read a campaign's report."""
    require_group(app.current_event.raw_event, *STAFF)
    offer = offers.read(publication.catalogue(), campaign_id)
    definition = publication.definition_of(offer)
    found = reporting.report(
        campaign_id,
        (definition.name_zh, definition.name_en),
        phase_of(offer.state, definition.starts, definition.until, utc_now()),
        publication.rule_of(offer),
        publication.left(offer),
        counted.read(campaign_id),
        report_follow_up.read(offer),
    )
    return reports.answered(app, found, reporting.table(found), f"campaign-{found.campaign_id}")


handler = entry_point(app)
