"""HTTPS routes of an offer's outcome: given, used, what was bought with it, and what was bought after it."""

from datetime import datetime

from functions.lifecycle import figures, revenue, shelf
from functions.lifecycle.reports_models import (
    OccasionReportAnswer,
    OccasionRevenueAnswer,
    report_answer,
    revenue_answer,
)
from functions.lifecycle.staff_models import OccasionIdPath
from loyalty import offers
from loyalty.auth import STAFF, require_group
from loyalty.clock import utc_now
from loyalty.errors import BusyError, ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point
from loyalty.lake.asking import LakeFailedError
from loyalty.settings import time_zone

TAGS = ["occasion offers"]

app = api()


@app.get(
    "/occasion-offers/<offer_id>/report",
    operation_id="getOccasionReport",
    summary="What became of an offer by occasion",
    description="By tier: gifts, their coupons that were used, and the receipts these were used on. Half a minute old.",
    tags=TAGS,
    responses=answers(200, OccasionReportAnswer, "The figures", ForbiddenError, NotFoundError),
)
def report(offer_id: OccasionIdPath) -> OccasionReportAnswer:
    """Report an offer."""
    require_group(app.current_event.raw_event, *STAFF)
    offers.read(shelf.catalogue(), offer_id)
    return report_answer(offer_id, figures.read(offer_id))


@app.get(
    "/occasion-offers/<offer_id>/revenue",
    operation_id="getOccasionRevenue",
    summary="What members bought after an offer by occasion",
    description=(
        f"From the lake: receipts of those who had it in the {revenue.DAYS} days after, less what came back of them, "
        "beside the receipts with its coupons. Equal questions within five minutes get one answer. If the lake takes "
        "longer than the answer may (503), ask again: the same query goes on."
    ),
    tags=TAGS,
    responses=answers(
        200, OccasionRevenueAnswer, "The revenue", ForbiddenError, NotFoundError, LakeFailedError, BusyError
    ),
)
def bought_after(offer_id: OccasionIdPath) -> OccasionRevenueAnswer:
    """Report what followed an offer."""
    require_group(app.current_event.raw_event, *STAFF)
    offer, now = offers.read(shelf.catalogue(), offer_id), utc_now()
    since = shelf.published_at(offer)
    found = revenue.after(offer_id, datetime.fromisoformat(since), now, time_zone()) if since else revenue.Revenue()
    return revenue_answer(offer_id, now, found, figures.read(offer_id))


handler = entry_point(app)
