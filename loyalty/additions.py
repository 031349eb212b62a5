"""What others add to such a basket: a small document that a night of `functions/insight` leaves (requirement I2).

A till asks with every quote, so it is cached for half a minute; what it says is as old as the night anyway. It is the
same for everybody, names no price, and is data: whether to say it to a customer is the till's choice. No quote fails
for it: where it cannot be read quotes go without it for half a minute, and the metric `AdditionsUnread` says so.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError

from loyalty import dynamo
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.settings import setting

NAME = "additions"
BOOK = f"document/{NAME}"
"""The partition of the document's one row."""
MOST = 3
SKU, CATEGORY = "sku", "category"

logger = Logger()
metrics = Metrics()

Known = Mapping[str, Mapping[str, Sequence[tuple[str, float]]]]
"""By `sku` and `category`: what was bought, and what others added to it with which confidence, the surest first."""


class Addition(NamedTuple):
    """Something others add.

    Attributes:
        level: `sku` or `category`: what `item` and `if_bought` name.
        if_bought: what of the basket they had bought.
        confidence: which share of those who had bought that added it, from 0 to 1.
    """

    level: str
    item: str
    if_bought: str
    confidence: float


@kept_for(HALF_A_MINUTE)
def known() -> Known:
    """Return what the newest night found; nothing before the first one, or where it cannot be read.

    Nothing is remembered like anything else: a table in trouble is not asked with every quote, for each would wait.
    """
    try:
        return _newest()
    except (BotoCoreError, ClientError) as error:
        logger.warning("what others add is not read", error=type(error).__name__)
        metrics.add_metric("AdditionsUnread", MetricUnit.Count, 1)
        return {}


def beside(found: Known, skus: Iterable[str], categories: Iterable[str]) -> list[Addition]:
    """Return what others add to a basket, the surest first: items, and categories where there are not enough items.

    Nothing that is in the basket already is named, and nothing twice.
    """
    named = list[Addition]()
    for level, own in ((SKU, frozenset(skus)), (CATEGORY, frozenset(categories))):
        named += sorted(_of(found, level, own), key=lambda one: (-one.confidence, one.item, one.if_bought))
    first = {(one.level, one.item): one for one in reversed(named)}
    return [one for one in named if first[one.level, one.item] is one][:MOST]


def _of(found: Known, level: str, own: frozenset[str]) -> Iterator[Addition]:
    for bought in own:
        for item, confidence in found.get(level, {}).get(bought, ()):
            if item not in own:
                yield Addition(level, item, bought, confidence)


def _newest() -> Known:
    rows = dynamo.query(
        setting("INSIGHT_TABLE"),
        KeyConditionExpression="insight_id = :book",
        ExpressionAttributeValues=dynamo.to_item({":book": BOOK}),
    )
    return next((json.loads(row["text"]) for row in rows), {})
