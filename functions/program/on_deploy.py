"""Writes the programme of the mall's file as version 1, when CloudFormation says so and there is none yet.

Later versions are made by people, so a deployment never overwrites what is there; an unreadable programme fails the
deployment with the reason. CloudFormation waits for an answer at an address of its own: without one a deployment
hangs for its whole timeout, so everything that can go wrong is answered, and deletion always succeeds.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import urllib3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from loyalty import dynamo, programme_store
from loyalty.programme import Programme

PHYSICAL_ID = "programme"
"""Never changes: another id would make CloudFormation delete the one before."""
MAX_REASON = 1000
"""Characters; CloudFormation takes answers of 4 KB."""
TIMEOUT_S = 5.0

logger = Logger()


class MalformedProgrammeError(Exception):
    """The mall's programme cannot be read; the message names each field and what is wrong with it."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Answer one request of CloudFormation; an answer that does not arrive is tried again by Lambda."""
    try:
        data = _carry_out(event)
        outcome = {"Status": "SUCCESS", "Data": data}
    except (MalformedProgrammeError, ClientError, BotoCoreError, RuntimeError) as error:
        logger.exception("not deployed")
        outcome = {"Status": "FAILED", "Reason": str(error)[:MAX_REASON]}
    logger.info("deployment", request=event["RequestType"], status=outcome["Status"])
    _answer(event, outcome)


def first_programme(properties: Mapping[str, Any]) -> Programme:
    """Return the programme a deployment hands over.

    Raises:
        MalformedProgrammeError: naming every mistake.
    """
    try:
        return Programme.model_validate_json(properties["Programme"])
    except KeyError:
        raise MalformedProgrammeError("the resource has no property Programme") from None
    except ValidationError as error:
        raise MalformedProgrammeError(_explained(error)) from None


def _carry_out(event: Mapping[str, Any]) -> dict[str, str]:
    if event["RequestType"] == "Delete":
        return {}
    return {"Programme": _write_if_absent(first_programme(event["ResourceProperties"]))}


def _write_if_absent(programme: Programme) -> str:
    row = dynamo.to_item(programme_store.first_version(programme))
    try:
        dynamo.client().put_item(
            TableName=programme_store.table(), Item=row, ConditionExpression="attribute_not_exists(version)"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return "kept"
    return "written"


def _explained(error: ValidationError) -> str:
    mistakes = [
        f"{'.'.join(str(step) for step in part['loc']) or 'programme'}: {part['msg']}" for part in error.errors()
    ]
    return "the programme is malformed: " + "; ".join(mistakes)


def _answer(event: Mapping[str, Any], outcome: Mapping[str, Any]) -> None:
    """Send the outcome to the address that came with the request; the signed address takes no content type."""
    answer = {
        "PhysicalResourceId": PHYSICAL_ID,
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        **outcome,
    }
    response = _pool().request("PUT", event["ResponseURL"], body=json.dumps(answer), headers={"Content-Type": ""})
    if response.status >= 400:
        raise RuntimeError(f"CloudFormation took no answer: {response.status}")


@cache
def _pool() -> urllib3.PoolManager:
    retries = urllib3.Retry(3, backoff_factor=0.2, status_forcelist=(500, 502, 503), allowed_methods={"PUT"})
    return urllib3.PoolManager(timeout=urllib3.Timeout(TIMEOUT_S), retries=retries)
