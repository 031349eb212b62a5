"""Counters for what could be guessed or abused: so many in a window, then 429 until the window is over.

The count goes up before anything else happens. It is a plain update: should the SDK repeat it after a lost answer,
somebody has one try less, which is the safe side (points are never counted like this).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from loyalty import dynamo
from loyalty.errors import TooManyError
from loyalty.identity import table
from loyalty.pepper import digest

LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in each window; windows start at whole multiples since 1970."""

    times: int
    window: timedelta


def take(subject: str, limit: Limit, now: datetime) -> None:
    """Count one use by a subject.

    Args:
        subject: who and what, such as `phone-code/phone/<number>`; stored as a keyed digest only.

    Raises:
        TooManyError: none is left; `retry_after` is the seconds until the next window.
    """
    seconds = int(limit.window.total_seconds())
    number, elapsed = divmod(int(now.timestamp()), seconds)
    key = {"member_id": f"limit/{digest(LIMIT, f'{subject}\n{seconds}\n{number}')}", "kind": LIMIT}
    try:
        dynamo.client().update_item(
            TableName=table(),
            Key=dynamo.to_item(key),
            UpdateExpression="SET taken = if_not_exists(taken, :none) + :one, #ttl = :ttl",
            ConditionExpression="attribute_not_exists(taken) OR taken < :times",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=dynamo.to_item(
                {":none": 0, ":one": 1, ":times": limit.times, ":ttl": (number + 2) * seconds}
            ),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise TooManyError(retry_after=seconds - elapsed) from None
