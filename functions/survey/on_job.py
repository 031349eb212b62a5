"""Works on the jobs of surveys: asking many, dry runs, exports. A job goes on where its row says it stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.findings import telling
from functions.survey.inviting import asking, dry_run, on_job_exports
from functions.survey.inviting.jobs_desk_begin import DRY_RUNS, EXPORTS, INVITATIONS, jobs_of_surveys
from loyalty import job_worker
from loyalty.clock import utc_now
from loyalty.jobs import Job, Jobs

logger = Logger()


def _placed(step: Callable[[Jobs, Job, datetime], Job]) -> Callable[[Job], Job]:
    return lambda job: step(jobs_of_surveys(), job, utc_now())


TASKS: dict[str, Callable[[Job], Job]] = {
    INVITATIONS: _placed(asking.step),
    DRY_RUNS: _placed(dry_run.step),
    EXPORTS: _placed(on_job_exports.step),
    telling.TASK: telling.step,
}
"""What does the next step of each kind of job."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the jobs that messages name on; one that fails comes again, and in the end is set aside."""
    return job_worker.take(event, context, jobs_of_surveys(), stepped)


def stepped(job: Job) -> Job:
    """Do the next step of a job."""
    return TASKS[job.task](job)
