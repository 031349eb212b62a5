"""The schedule: have the files of every table compacted that arrived on days that are over.

`{"as_of": "2026-11-22"}` stands on another UTC day, such as to catch up a month that nobody compacted.
"""

import json
from datetime import date
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from loyalty.clock import utc_now
from loyalty.dynamo import service
from loyalty.lake.tables import TABLES
from loyalty.settings import setting

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Send a message for every table and return how many; files arrive by UTC days, so this run stands on one too.

    Raises:
        ValueError: if `as_of` is no day.
    """
    as_of = date.fromisoformat(event["as_of"]) if event.get("as_of") else utc_now().date()
    for table in TABLES:
        body = json.dumps({"table": table.name, "as_of": as_of.isoformat()})
        service("sqs").send_message(QueueUrl=setting("COMPACTIONS_QUEUE_URL"), MessageBody=body)
    logger.info("compaction started", as_of=as_of.isoformat(), tables=len(TABLES))
    return {"as_of": as_of.isoformat(), "tables": len(TABLES)}
