"""What SNS writes into CloudWatch's logs of text messages it sent, handed to those who apply receipts (N3, M3).

SNS tells nowhere else whether a text message arrived. A log's subscription invokes this function with a packed batch;
each line becomes a message of the receipts' queue, where it may come again until our own row is there.
"""

import base64
import gzip
import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.notices.channels import receipt_queue

CONTROL = "CONTROL_MESSAGE"
"""The kind of batch by which CloudWatch tries whether somebody is there."""

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Hand the lines of a batch on; return how many there were."""
    batch = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    lines = [] if batch["messageType"] == CONTROL else [str(line["message"]) for line in batch["logEvents"]]
    receipt_queue.hand_on(lines)
    logger.info("delivery log handed on", lines=len(lines))
    return {"lines": len(lines)}
