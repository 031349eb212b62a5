"""The schedule: list whose birthday or anniversary is near, and who is to be congratulated today."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lifecycle.sweeping import sweep
from loyalty import sweeps

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Start the sweep of a day; return how many people and pages that were."""
    as_of = sweeps.day_of_run(event)
    found = sweep(as_of)
    logger.info("occasion sweep started", extra={"as_of": as_of.isoformat(), **found})
    return {"as_of": as_of.isoformat(), **found}
