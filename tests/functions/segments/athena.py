"""Athena at the network's edge: what it is sent the engine of the tests answers, what it finds is a file in S3."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from loyalty import dynamo
from loyalty.imports import files
from tests.lake.engine import Engine

BUCKET = "lake"
Parsed = dict[str, Any]


@dataclass
class Athena:
    """Athena as a job meets it: the same token is the same execution, and an answer takes a while.

    Attributes:
        engine: the lake.
        looks: how often an execution is still at work when it is asked for.
        failures: what becomes of the next executions: `(state, retryable)`.
        refused: the error of the next start.
        started: the text of every query that was really started, by execution.
    """

    engine: Engine
    looks: int = 1
    failures: list[tuple[str, bool]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    started: dict[str, str] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    failed: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def start(self, request: Parsed) -> Parsed:
        """StartQueryExecution."""
        if self.refused:
            return {"Error": {"Code": self.refused.pop(0), "Message": "no"}}
        token, sql = request["ClientRequestToken"], request["QueryString"]
        execution_id = hashlib.sha256(f"{token}\n{sql}".encode()).hexdigest()[:32]
        if execution_id not in self.started:
            if self.failures:
                self.failed[execution_id] = self.failures.pop(0)
            else:
                self._answer(execution_id, sql)
            self.started[execution_id] = sql
        return {"QueryExecutionId": execution_id}

    def state(self, request: Parsed) -> Parsed:
        """GetQueryExecution."""
        execution_id = request["QueryExecutionId"]
        self.asked[execution_id] = self.asked.get(execution_id, 0) + 1
        if self.asked[execution_id] <= self.looks:
            return _told("RUNNING")
        state, retryable = self.failed.get(execution_id, ("SUCCEEDED", False))
        return _told(state, AthenaError={"Retryable": retryable})

    def _answer(self, execution_id: str, sql: str) -> None:
        rows, text = self.engine.query(sql), io.StringIO(newline="")
        table = csv.DictWriter(text, list(rows[0]) if rows else ["member_id", "segments"], quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(rows)
        files.client().put_object(Bucket=BUCKET, Key=f"results/{execution_id}.csv", Body=text.getvalue().encode())


@contextmanager
def answering(athena: Athena) -> Iterator[Athena]:
    """Let this Athena answer the process's client."""
    events = dynamo.service("athena").meta.events
    calls = {"StartQueryExecution": athena.start, "GetQueryExecution": athena.state}
    hooks = {f"before-call.athena.{name}": _hook(answer) for name, answer in calls.items()}
    for name, hook in hooks.items():
        events.register(name, hook)
    try:
        yield athena
    finally:
        for name, hook in hooks.items():
            events.unregister(name, hook)


def _hook(answer: Callable[[Parsed], Parsed]) -> Callable[..., tuple[Any, Parsed]]:
    def before_call(params: Parsed, **_: Any) -> tuple[Any, Parsed]:
        found = answer(json.loads(params["body"]))
        return SimpleNamespace(status_code=400 if "Error" in found else 200), found

    return before_call


def _told(state: str, **more: Any) -> Parsed:
    statistics = {"DataScannedInBytes": 1000, "EngineExecutionTimeInMillis": 5}
    return {"QueryExecution": {"Status": {"State": state, **more}, "Statistics": statistics}}
