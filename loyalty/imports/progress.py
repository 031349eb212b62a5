"""How far each partition of an import has come: a row per step and partition, moved on by compare and set.

A run that was killed left its row where the last checkpoint was; a run that was delivered twice loses the compare
and stops. So what a row counts was counted once.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum

from botocore.exceptions import ClientError

from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.imports.jobs import KEPT, Job, table

KEYS_PER_CALL = 100


class Step(StrEnum):
    """The steps that run partition by partition."""

    CHECK = "check"
    APPLY = "apply"


class OvertakenError(RuntimeError):
    """Another run of the same partition has moved on: this one's work is counted there."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one partition has come in one step.

    Attributes:
        offset: how many units are applied.
        done: whether nothing is left to do.
        accepted: rows imported by this file; likewise known and refused.
        units: how many units the check found.
        credits: how many of them credit points.
        outputs: pieces by the partition of the next step, as text; likewise `sizes` in bytes.
        reports: the names of the pieces with refused rows.
    """

    offset: int = 0
    done: bool = False
    accepted: int = 0
    known: int = 0
    refused: int = 0
    units: int = 0
    credits: int = 0
    outputs: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    reports: tuple[str, ...] = ()


def read(job: Job, step: Step, partition: int) -> Progress | None:
    """Read how far a partition has come; None before its first checkpoint."""
    row = dynamo.get(table(), {"import_id": _key(job, step, partition)}, consistent=True)
    return _from_row(row) if row else None


def read_all(job: Job, step: Step) -> list[Progress | None]:
    """Read how far every partition has come, consistently."""
    keys = [_key(job, step, partition) for partition in range(job.partitions)]
    found: dict[str, Item] = {}
    for start in range(0, len(keys), KEYS_PER_CALL):
        found |= _batch(keys[start : start + KEYS_PER_CALL])
    return [_from_row(found[key]) if key in found else None for key in keys]


def save(job: Job, step: Step, partition: int, before: Progress | None, after: Progress) -> None:
    """Write a checkpoint over exactly the one it started from.

    Raises:
        OvertakenError: if another run was faster.
    """
    row = {name.name: getattr(after, name.name) for name in fields(after)}
    row |= {"import_id": _key(job, step, partition), "ttl": int((datetime.now(UTC) + KEPT).timestamp())}
    request = {
        "TableName": table(),
        "Item": dynamo.to_item(row),
        "ConditionExpression": "attribute_not_exists(import_id)",
    }
    if before:
        request["ConditionExpression"] = "#offset = :offset AND done = :false"
        request["ExpressionAttributeNames"] = {"#offset": "offset"}
        request["ExpressionAttributeValues"] = dynamo.to_item({":offset": before.offset, ":false": False})
    try:
        dynamo.client().put_item(**request)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise OvertakenError from None
        raise


def total(parts: list[Progress | None]) -> Progress:
    """Return the sum of what partitions counted."""
    result = Progress()
    for part in filter(None, parts):
        counts = ("accepted", "known", "refused", "units", "credits")
        added = {name: getattr(result, name) + getattr(part, name) for name in counts}
        result = replace(result, **added, reports=result.reports + part.reports)
    return result


def _key(job: Job, step: Step, partition: int) -> str:
    return f"{job.import_id}/{step}/{partition}"


def _batch(keys: list[str]) -> dict[str, Item]:
    wanted = {table(): {"Keys": [dynamo.to_item({"import_id": key}) for key in keys], "ConsistentRead": True}}
    found: dict[str, Item] = {}
    while wanted:
        answer = dynamo.client().batch_get_item(RequestItems=wanted)
        rows = map(dynamo.from_item, answer["Responses"].get(table(), []))
        found |= {row["import_id"]: row for row in rows}
        wanted = answer.get("UnprocessedKeys") or {}
    return found


def _from_row(row: Item) -> Progress:
    known = {name.name: row[name.name] for name in fields(Progress) if name.name in row}
    return Progress(**{**known, "reports": tuple(row["reports"])})
