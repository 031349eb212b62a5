"""Works on the segments of closings; a segment goes on where its row says it stands."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.books import snapshot
from loyalty import jobs, queues
from loyalty.clock import utc_now

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the segments that messages name on; one that fails comes again, and in the end is set aside."""

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def work(body: str) -> None:
        closing = snapshot.take_on(jobs.job_id_of(body), seconds_left, utc_now())
        if closing:
            metrics.add_metric("BooksAccountsClosed", MetricUnit.Count, closing.accounts)
            logger.info("day closed", day=closing.day, run=closing.run, accounts=closing.accounts)

    return queues.take(event, work)
