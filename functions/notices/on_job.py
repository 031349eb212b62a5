"""Works on broadcasts; a job goes on where its row says it stands."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.notices.broadcasts import broadcasting
from loyalty import job_worker
from loyalty.clock import utc_now

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take the broadcasts that messages name on; one that fails comes again, and in the end is set aside."""
    return job_worker.take(event, context, broadcasting.of_notices(), lambda job: broadcasting.step(job, utc_now()))
