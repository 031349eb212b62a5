"""Works on trials of campaigns, and on files of members for lists. A job goes on where its row says it stands."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.campaigns import list_files, trials
from loyalty import job_worker
from loyalty.clock import utc_now
from loyalty.jobs import Job

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the jobs that messages name on; one that fails comes again, and in the end is set aside."""
    return job_worker.take(event, context, trials.jobs(), stepped)


def stepped(job: Job) -> Job:
    """Do the next step of a job, by what it is for."""
    if job.task == list_files.TASK:
        return list_files.step(job, utc_now())
    return trials.step(job, utc_now())
