"""The function behind a queue of jobs: it takes each job on where its row says it stands (see `loyalty.jobs`)."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from loyalty import jobs, queues
from loyalty.clock import utc_now
from loyalty.jobs import Job, Jobs

logger = Logger()


def take(
    event: dict[str, Any],
    context: LambdaContext,
    where: Jobs,
    step: Callable[[Job], Job],
    tell: Callable[[Job], None] | None = None,
) -> dict[str, Any]:
    """Take the jobs that messages name on; one that fails comes again, and in the end is set aside.

    Args:
        step: does the next part of a job (see `jobs.run`).
        tell: hears where a job stands when this run is over with it.
    """

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def work(body: str) -> None:
        job_id = jobs.job_id_of(body)
        jobs.run(where, job_id, step, seconds_left, utc_now())
        logger.info("job taken on", job_id=job_id)
        job = where.read(job_id) if tell else None
        if tell and job:
            tell(job)

    return queues.take(event, work)
