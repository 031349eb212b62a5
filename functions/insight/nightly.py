"""The schedule: ask the lake anew for what insight knows from it (requirements I2, G4).

`{"as_of": "YYYY-MM-DD"}` stands on another day; one in the future only where the stage allows it. A day that was missed
is not made up for: the next night finds what is so then.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.insight.nights import refreshing
from functions.insight.nights.refreshing import Asker
from loyalty import sweeps
from loyalty.clock import utc_now

SCHEDULE = "schedule"
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Begin the refresh of a day, and return its id; the same run repeated begins nothing new."""
    as_of = sweeps.day_of_run(event)
    asker = Asker(SCHEDULE, context.aws_request_id, context.aws_request_id)
    job, replayed = refreshing.begin(as_of, as_of, asker, utc_now())
    logger.info("refresh begun", refresh_id=job.job_id, as_of=as_of.isoformat(), replayed=replayed)
    return {"refresh_id": job.job_id, "as_of": as_of.isoformat()}
