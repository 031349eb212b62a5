"""How a batch of messages is taken from a queue: each for itself, and what fails comes again."""

import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

logger = Logger()


def take(event: Mapping[str, Any], handle: Callable[[str], None]) -> dict[str, Any]:
    """Handle every message of a batch; those that fail are delivered again, and in the end set aside."""
    failed = [record["messageId"] for record in event["Records"] if not _handled(partial(handle, record["body"]))]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _handled(run: Callable[[], None]) -> bool:
    try:
        run()
    except Exception as error:  # noqa: BLE001 - whatever it is, the message must come back and the others go on
        logger.error("message_failed", **_explained(error))
        return False
    return True


def _explained(error: Exception) -> dict[str, Any]:
    """Say what failed and where, never with which data: an error's own text may quote it."""
    places = traceback.extract_tb(error.__traceback__)[-5:]
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    return {
        "error": type(error).__name__,
        "code": code,
        "at": [f"{place.filename.rpartition('/')[2]}:{place.lineno}" for place in places],
    }
