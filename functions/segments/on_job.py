"""Works on segments: refreshes, the moves they lead to, previews. A job goes on where its row says it stands."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.segments import applying, previewing, refreshing
from loyalty import job_worker
from loyalty.clock import utc_now
from loyalty.jobs import Job, JobState

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the jobs that messages name on; one that fails comes again, and in the end is set aside."""
    metrics.add_metric("SegmentJobs", MetricUnit.Count, len(event["Records"]))
    return job_worker.take(event, context, refreshing.jobs(), stepped, _tell)


def stepped(job: Job) -> Job:
    """Do the next step of a job, by what it is for."""
    now = utc_now()
    match job.task:
        case applying.TASK:
            return applying.step(refreshing.jobs(), job, now)
        case previewing.TASK:
            return previewing.step(job, now)
    return refreshing.step(job, now)


def _tell(job: Job) -> None:
    logger.info(
        "where the job stands", job_id=job.job_id, task=job.task, state=job.state, done=job.done, counts=job.counts
    )
    if job.task != refreshing.TASK:
        return
    if job.state is JobState.FAILED:
        metrics.add_metric("SegmentRefreshesFailed", MetricUnit.Count, 1)
    if job.state is JobState.DONE:
        metrics.add_metric("SegmentMoves", MetricUnit.Count, job.done)
