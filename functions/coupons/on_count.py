"""Counts what happens to coupons: a batch of events, template by template; what could not be counted comes back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.coupons import figures
from functions.coupons.counting import COUNTED, CouponEvent
from loyalty import counting
from loyalty.clock import utc_now

logger = Logger()
metrics = Metrics()


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count a batch from the queue; a template that stayed busy, or an event that cannot be read, comes back."""
    batch = counting.read(event["Records"], _event_of)
    for message in batch.unreadable:
        logger.error("event cannot be read", message_id=message)
    settled = counting.settle(figures.tally(), _packs(batch.events.values()), batch.messages, utc_now())
    failed = [*batch.unreadable, *settled.failed]
    metrics.add_metric("CouponEventsCounted", MetricUnit.Count, settled.new)
    logger.info("events counted", new=settled.new, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _event_of(detail: Mapping[str, Any]) -> CouponEvent | None:
    """Return the event a message brings; None for a kind that no figure counts."""
    return CouponEvent.model_validate(detail) if detail["type"] in COUNTED else None


def _packs(events: Iterable[CouponEvent]) -> Iterator[Sequence[CouponEvent]]:
    """Yield packs of one template each: a flash sale never brings another template's events back."""
    by_template: defaultdict[str, list[CouponEvent]] = defaultdict(list)
    for event in events:
        by_template[event.data.template_id].append(event)
    for some in by_template.values():
        yield from figures.tally().packs(some)
