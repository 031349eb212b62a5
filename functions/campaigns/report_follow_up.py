"""What came of the survey that follows a campaign: read from the survey's own figures, in one call (requirement A1)."""

from collections.abc import Mapping

from functions.campaigns import publication
from functions.campaigns.report_models import FollowUpFigures
from loyalty import dynamo
from loyalty.catalogue import Offer
from loyalty.clock import local_date
from loyalty.settings import time_zone
from loyalty.surveys import books, settings
from loyalty.surveys.follow_up import figures_keys


def read(offer: Offer) -> FollowUpFigures | None:
    """Read who was invited because of a campaign, and who of them answered; None where no survey follows it."""
    follow_up = publication.follow_up_of(offer)
    if follow_up is None:
        return None
    keys = figures_keys(follow_up, (offer.facts or {})[publication.SURVEY], time_zone())
    rows: list[Mapping[str, int]] = [row or {} for row in dynamo.batch_get(*((settings.table(), key) for key in keys))]
    return FollowUpFigures(
        survey_id=follow_up.survey_id,
        asks_on=local_date(follow_up.due_at(time_zone()), time_zone()),
        invited=sum(row.get(books.INVITED, 0) for row in rows),
        answered=sum(row.get(books.KEPT, 0) for row in rows),
    )
