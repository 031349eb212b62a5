"""The schedule: list the coupons whose last day is over, and hand them to the workers (see `loyalty.sweeps`)."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from loyalty import sweeps
from loyalty.coupons import store
from loyalty.settings import setting
from loyalty.sweeps import Due

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Start the sweep for a day and return how many coupons and pages it found due."""
    as_of = sweeps.day_of_run(event)
    due = Due(
        name="coupons",
        table=store.table(),
        id_name="coupon_id",
        shards=store.DUE_SHARDS,
        on_the_day=False,
        queue_url=setting("COUPONS_PAGES_QUEUE_URL"),
    )
    found = sweeps.hand_out(due, as_of)
    logger.info("coupon sweep started", extra={"as_of": as_of.isoformat(), **found})
    return {"as_of": as_of.isoformat(), **found}
