"""Hears that a membership was erased, and forgets the words that were written about it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.control import erasing, hearing
from functions.control.hearing import Record
from loyalty.types import MemberId

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Forget whom a batch of events is about; answer which messages must come again."""
    return hearing.failures([record["messageId"] for record in event["Records"] if not _forgotten(record)])


def _forgotten(record: Record) -> bool:
    try:
        requests = erasing.forget(MemberId(hearing.detail_of(record)["subject"]))
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("member not forgotten", message_id=record["messageId"], error=type(error).__name__)
        return False
    logger.info("member forgotten", requests=requests)
    return True
