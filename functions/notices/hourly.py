"""The schedule: list the messages that are due, quiet hours being over or somebody's usual hour having come."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.notices.messages import outgoing
from loyalty import sweeps
from loyalty.clock import iso
from loyalty.settings import setting
from loyalty.sweeps import Due

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Start the sweep of an hour; return how many messages were due, on how many pages."""
    as_of = sweeps.instant_of_run(event)
    due = Due(
        name="messages",
        table=outgoing.table(),
        id_name="notice_id",
        shards=outgoing.DUE_SHARDS,
        on_the_day=True,
        queue_url=setting("NOTICES_PAGES_QUEUE_URL"),
    )
    found = sweeps.hand_out(due, as_of)
    logger.info("message sweep started", extra={"as_of": iso(as_of), **found})
    return {"as_of": iso(as_of), **found}
