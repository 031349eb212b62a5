"""Works on simulations of offers. A job goes on where its row says it stands."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lifecycle import simulations
from loyalty import jobs
from loyalty.clock import utc_now
from loyalty.imports import tasks

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the jobs that messages name on; one that fails comes again, and in the end is set aside."""

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def work(body: str) -> None:
        job_id = jobs.job_id_of(body)
        jobs.run(simulations.jobs(), job_id, lambda job: simulations.step(job, utc_now()), seconds_left, utc_now())
        logger.info("job taken on", job_id=job_id)

    return tasks.take(event, work)
