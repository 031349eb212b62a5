"""Questions to the lake: Athena takes a query, works for a while, and leaves the rows as a CSV file in the bucket.

A query is started with a token of its cause: the same token and text mean the same execution for hours, so a step
that was killed after starting does not pay twice. The local cloud ignores tokens, hence whoever needs an execution
later keeps its id. How much a query may read at most is the work group's own limit (ADR 0902).
"""

import csv
import hashlib
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from loyalty import dynamo
from loyalty.errors import BusyError
from loyalty.imports import files
from loyalty.settings import setting

RESULTS = "results"
"""The folder of the lake's bucket in which results lie for seven days."""
MAX_QUERY_BYTES = 262_144
"""What Athena takes as the text of one query."""
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
WAIT_SECONDS = 15.0
"""How long somebody may be kept waiting for a small answer."""
REFUSED = "InvalidRequestException"
THROTTLED = "TooManyRequestsException"


class State(StrEnum):
    """How far Athena is with a query, by its own names."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Execution:
    """What Athena says of a query it was given.

    Attributes:
        scanned: how many bytes it has read, which is what it costs. The local cloud knows no such number.
        milliseconds: how long it has worked.
        reason: why it failed, in Athena's words; for logs only, for it may quote the query.
        may_succeed_later: whether Athena itself says that the same query may succeed another time.
    """

    execution_id: str
    state: State
    scanned: int = 0
    milliseconds: int = 0
    reason: str = ""
    may_succeed_later: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state not in {State.QUEUED, State.RUNNING}

    @property
    def succeeded(self) -> bool:
        """Whether its rows can be read."""
        return self.state is State.SUCCEEDED


class QueryFailedError(RuntimeError):
    """Athena refused a query, or could not answer it; the message is its reason."""


def start(sql: str, token: str) -> str:
    """Start a query and return the id of its execution.

    Args:
        sql: one SELECT, with the definitions of the views it names in front (`loyalty.lake.composing`).
        token: says what the query is for, such as a job's id and step; any length.

    Raises:
        QueryFailedError: if Athena does not take the query at all.
        BusyError: if too many queries run; nothing was started.
    """
    # The text belongs to the token: Athena refuses the same token with another text, as after a deployment.
    request = hashlib.sha256("\n".join((token, sql)).encode()).hexdigest()
    try:
        answer = _client().start_query_execution(
            QueryString=sql,
            ClientRequestToken=request,
            QueryExecutionContext={"Database": setting("LAKE_DATABASE")},
            WorkGroup=setting("LAKE_WORKGROUP"),
        )
    except ClientError as error:
        raise _translated(error) from error
    return str(answer["QueryExecutionId"])


def state(execution_id: str) -> Execution:
    """Ask how far a query is."""
    told = _client().get_query_execution(QueryExecutionId=execution_id)["QueryExecution"]
    status, statistics = told["Status"], told.get("Statistics", {})
    return Execution(
        execution_id,
        State(status["State"]),
        int(statistics.get("DataScannedInBytes") or 0),
        int(statistics.get("EngineExecutionTimeInMillis") or 0),
        status.get("StateChangeReason") or "",
        bool(status.get("AthenaError", {}).get("Retryable")),
    )


def rows(execution_id: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a query that succeeded, in its order, in memory bounded by one row.

    A null is an empty text here: queries give no column in which the difference matters.

    Raises:
        QueryFailedError: if there is no result (any more).
    """
    body = files.client().get_object(Bucket=setting("LAKE_BUCKET"), Key=result_key(execution_id))["Body"]
    yield from csv.DictReader(io.TextIOWrapper(body, encoding="utf-8", newline=""))


def result_key(execution_id: str) -> str:
    """Find where in the lake's bucket the rows lie: the local cloud puts them one folder deeper than Athena does.

    Raises:
        QueryFailedError: if there is no result (any more).
    """
    wanted = f"{execution_id}.csv"
    listed = files.client().list_objects_v2(Bucket=setting("LAKE_BUCKET"), Prefix=f"{RESULTS}/{wanted}")
    found = [item["Key"] for item in listed.get("Contents", []) if item["Key"].endswith(wanted)]
    if not found:
        raise QueryFailedError(f"execution {execution_id} left no result, or more than seven days ago")
    return str(found[0])


def query(sql: str, token: str, *, seconds: float = WAIT_SECONDS) -> list[dict[str, str]]:
    """Ask a small question and wait for all of its rows.

    Raises:
        QueryFailedError: if Athena cannot answer it.
        BusyError: if it takes longer than so many seconds, or too many queries run; asked again with the same token,
            the same execution goes on answering.
    """
    execution = _awaited(start(sql, token), time.monotonic() + seconds)
    if not execution.succeeded:
        raise QueryFailedError(execution.reason or execution.state)
    return list(rows(execution.execution_id))


def _awaited(execution_id: str, deadline: float) -> Execution:
    pause = FIRST_PAUSE_SECONDS
    while not (execution := state(execution_id)).is_over:
        if time.monotonic() + pause > deadline:
            raise BusyError(retry_after=5)
        time.sleep(pause)
        pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
    return execution


def _translated(error: ClientError) -> Exception:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code == THROTTLED:
        return BusyError(retry_after=5)
    return QueryFailedError(message) if code == REFUSED else error


def _client() -> Any:
    return dynamo.service("athena")
