"""The schedule: list the invitations that have something due, and start the surveys that are due."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.inviting import follow_ups, schedules
from loyalty import sweeps
from loyalty.clock import iso
from loyalty.settings import setting
from loyalty.surveys import inviting
from loyalty.surveys import settings as survey_settings
from loyalty.sweeps import Due

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Start the sweep of an hour; return how many invitations and pages were due, and how many surveys started."""
    as_of = sweeps.instant_of_run(event)
    due = Due(
        name="invitations",
        table=survey_settings.table(),
        id_name="survey_id",
        shards=inviting.DUE_SHARDS,
        on_the_day=True,
        queue_url=setting("SURVEYS_PAGES_QUEUE_URL"),
    )
    found = {**sweeps.hand_out(due, as_of), "started": schedules.start(as_of) + follow_ups.start(as_of)}
    logger.info("survey sweep started", extra={"as_of": iso(as_of), **found})
    return {"as_of": iso(as_of), **found}
