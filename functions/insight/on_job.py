"""Works on refreshes of insight: a job goes on where its row says it stands."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.insight.nights import refreshing
from loyalty import job_worker
from loyalty.clock import utc_now
from loyalty.jobs import Job, JobState

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the jobs that messages name on; one that fails comes again, and in the end is set aside."""
    metrics.add_metric("InsightJobs", MetricUnit.Count, len(event["Records"]))
    return job_worker.take(event, context, refreshing.jobs(), stepped, _tell)


def stepped(job: Job) -> Job:
    """Do the next part of a job."""
    return refreshing.step(job, utc_now())


def _tell(job: Job) -> None:
    failed = list(job.cursor.get("failed", ()))
    logger.info(
        "where the job stands", job_id=job.job_id, state=job.state, done=job.done, counts=job.counts, failed=failed
    )
    if job.state is JobState.FAILED:
        metrics.add_metric("InsightRefreshesFailed", MetricUnit.Count, 1)
