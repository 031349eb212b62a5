"""Works on the jobs of coupon templates: codes, pushes, lists. A job goes on where its row says it stands."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.coupons import bulk, code_batches, listings, pushes
from functions.coupons.bulk import Task
from loyalty import job_worker
from loyalty.clock import utc_now
from loyalty.jobs import Job

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the jobs that messages name on; one that fails comes again, and in the end is set aside."""
    return job_worker.take(event, context, bulk.jobs(), stepped)


def stepped(job: Job) -> Job:
    """Do the next step of a job."""
    where, now = bulk.jobs(), utc_now()
    match Task(job.task):
        case Task.CODES:
            return code_batches.step(where, job, now)
        case Task.PUSHES:
            return pushes.step(where, job, now)
        case Task.EXPORTS:
            return listings.step(where, job, now)
