"""HTTPS route of an offer's outcome: given, used, what was bought with it."""

from functions.lifecycle import figures, shelf
from functions.lifecycle.reports_models import OccasionReportAnswer, report_answer
from functions.lifecycle.staff_models import OccasionIdPath
from loyalty import offers
from loyalty.auth import STAFF, require_group
from loyalty.errors import ForbiddenError, NotFoundError
from loyalty.http import answers, api, entry_point

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


handler = entry_point(app)
