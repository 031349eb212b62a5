"""The import job: one row that says where an import stands, changed only by conditional writes.

awaiting_upload ──> checking ──> awaiting_approval ──> applying ──> done
                       │  └────────(no points)───────────┘ │
                       └──> failed                         └ every partition applied
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from loyalty import dynamo
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.imports.kinds import Batch
from loyalty.settings import setting

KEPT = timedelta(days=90)
"""How long a job can be asked for; its files live 30 days."""


class State(StrEnum):
    """Where an import stands (api.md)."""

    AWAITING_UPLOAD = "awaiting_upload"
    CHECKING = "checking"
    AWAITING_APPROVAL = "awaiting_approval"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """An import as its row says.

    Attributes:
        created_by: the login of who may not approve it.
        etag: of the one upload that counts.
        pieces: how many pieces each partition of the cut file has; empty until it is cut.
        advanced_by: the partition whose worker moved the job on from `checking`.
        totals: the final counts, once it is done.
        reason: why it failed: code, and column and row where they are known.
    """

    import_id: str
    kind: str
    state: State
    created_at: str
    created_by: str
    etag: str = ""
    uploaded_at: str = ""
    rows: int = 0
    pieces: tuple[int, ...] = ()
    advanced_by: int = -1
    approved_by: str = ""
    approved_at: str = ""
    finished_at: str = ""
    totals: Mapping[str, int] | None = None
    reason: Mapping[str, Any] | None = None

    @property
    def partitions(self) -> int:
        """How many partitions the file was cut into."""
        return len(self.pieces)

    @property
    def batch(self) -> Batch:
        """What rows of this import are judged with."""
        return Batch(self.import_id, f"staff:{self.created_by}", datetime.fromisoformat(self.uploaded_at))


def table() -> str:
    """Return the imports table's name."""
    return setting("IMPORTS_TABLE")


def id_for(kind: str, login: str, idempotency_key: str) -> str:
    """Return the id of the job that this person's key stands for: a retry gets the same job."""
    return hashlib.sha256(f"import\n{kind}\n{login}\n{idempotency_key}".encode()).hexdigest()[:32]


def create(kind: str, login: str, idempotency_key: str, now: datetime) -> tuple[Job, bool]:
    """Return the job of a key, and whether it was made just now."""
    import_id = id_for(kind, login, idempotency_key)
    row = {
        "import_id": import_id,
        "kind": kind,
        "state": State.AWAITING_UPLOAD,
        "created_at": iso(now),
        "created_by": login,
        "ttl": int((now + KEPT).timestamp()),
    }
    try:
        dynamo.client().put_item(
            TableName=table(), Item=dynamo.to_item(row), ConditionExpression="attribute_not_exists(import_id)"
        )
    except ClientError as error:
        standing = read(import_id)
        if not _is_condition(error) or standing is None:
            raise
        return standing, False
    return _from_row(row), True


def read(import_id: str) -> Job | None:
    """Read a job as it is now; None where there is none."""
    row = dynamo.get(table(), {"import_id": import_id}, consistent=True)
    return _from_row(row) if row else None


def change(import_id: str, expected: State, **changes: object) -> Job | None:
    """Change attributes of a job that is in the expected state; None where it no longer is."""
    names = {f"#{name}": name for name in changes} | {"#state": "state"}
    values = {f":{name}": value for name, value in changes.items()} | {":expected": expected}
    try:
        answer = dynamo.client().update_item(
            TableName=table(),
            Key=dynamo.to_item({"import_id": import_id}),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
            ConditionExpression="#state = :expected",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=dynamo.to_item(values),
            ReturnValues="ALL_NEW",
        )
    except ClientError as error:
        if _is_condition(error):
            return None
        raise
    return _from_row(dynamo.from_item(answer["Attributes"]))


def fail(import_id: str, code: str, column: str = "", row: int = 0) -> None:
    """End a job that is being checked: nothing of it was applied."""
    reason = {"code": code, "column": column or None, "row": row or None}
    change(import_id, State.CHECKING, state=State.FAILED, reason=reason, finished_at=iso(datetime.now(UTC)))


def _is_condition(error: ClientError) -> bool:
    return bool(error.response["Error"]["Code"] == "ConditionalCheckFailedException")


def _from_row(row: Item) -> Job:
    known = {name: row[name] for name in Job.__dataclass_fields__ if name in row}
    return Job(**{**known, "state": State(row["state"]), "pieces": tuple(row.get("pieces", ()))})
