"""Counters for what could be guessed or abused: so many in a window, then 429 until the window is over.

The count goes up before anything else happens. It is a plain update: should the SDK repeat it after a lost answer,
somebody has one try less, which is the safe side (points are never counted like this).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.errors import TooManyError
from loyalty.pepper import digest

LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in each window; windows start at whole multiples since 1970."""

    times: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Counters:
    """Where counts are kept: a table whose partition key is `key_name` and whose sort key is `kind`."""

    table: str
    key_name: str

    def key(self, subject: str, limit: Limit, now: datetime) -> dict[str, str]:
        """Return the key of a subject's count in the present window.

        Args:
            subject: who and what, such as `phone-code/phone/<number>`; stored as a keyed digest only.
        """
        seconds = int(limit.window.total_seconds())
        number = int(now.timestamp()) // seconds
        return {self.key_name: f"limit/{digest(LIMIT, f'{subject}\n{seconds}\n{number}')}", "kind": LIMIT}

    def take(self, subject: str, limit: Limit, now: datetime) -> None:
        """Count one use by a subject.

        Raises:
            TooManyError: none is left; `retry_after` is the seconds until the next window.
        """
        over = int(now.timestamp()) + 2 * int(limit.window.total_seconds())
        try:
            dynamo.client().update_item(
                TableName=self.table,
                Key=dynamo.to_item(self.key(subject, limit, now)),
                UpdateExpression="SET taken = if_not_exists(taken, :none) + :one, #ttl = :ttl",
                ConditionExpression="attribute_not_exists(taken) OR taken < :times",
                ExpressionAttributeNames={"#ttl": "ttl"},
                ExpressionAttributeValues=dynamo.to_item({":none": 0, ":one": 1, ":times": limit.times, ":ttl": over}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise TooManyError(retry_after=_seconds_left(limit, now)) from None


def refuse_if_spent(row: Item | None, limit: Limit, now: datetime) -> None:
    """Refuse a subject whose count, read with whatever else is read, is used up.

    Raises:
        TooManyError: `retry_after` is the seconds until the next window.
    """
    if row and row["taken"] >= limit.times:
        raise TooManyError(retry_after=_seconds_left(limit, now))


def _seconds_left(limit: Limit, now: datetime) -> int:
    seconds = int(limit.window.total_seconds())
    return seconds - int(now.timestamp()) % seconds
