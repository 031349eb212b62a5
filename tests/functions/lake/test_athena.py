"""Asking the lake: started once for a cause, waited for with a bound, read row by row wherever the file lies."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from loyalty.dynamo import service
from loyalty.errors import BusyError
from loyalty.imports.files import client as s3
from loyalty.lake import athena
from loyalty.lake.athena import Execution, QueryFailedError, State
from tests.functions.lake.conftest import BUCKET, Lake

pytestmark = pytest.mark.usefixtures("lake")


@pytest.fixture(autouse=True)
def workgroup(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mall's work group."""
    monkeypatch.setenv("LAKE_WORKGROUP", "aurora-test-lake")
    monkeypatch.setenv("LAKE_DATABASE", "aurora_test_lake")
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    results = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"}}
    service("athena").create_work_group(Name="aurora-test-lake", Configuration=results)


def answer(execution_id: str, text: str, folder: str = "results/") -> None:
    """Leave a result as Athena does, with its description beside it."""
    s3().put_object(Bucket=BUCKET, Key=f"{folder}{execution_id}.csv", Body=text.encode())
    s3().put_object(Bucket=BUCKET, Key=f"{folder}{execution_id}.csv.metadata", Body=b"not for us")


def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every request to start a query, as it goes out."""
    requests: list[dict[str, Any]] = []
    real = service("athena").start_query_execution

    def noted(**request: Any) -> Any:
        requests.append(request)
        return real(**request)

    monkeypatch.setattr(service("athena"), "start_query_execution", noted)
    return requests


def failing(code: str) -> Callable[..., Any]:
    def call(**_request: Any) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "line 1:8: nobody knows it"}}, "StartQueryExecution")

    return call


def test_rows_are_read_by_name_in_the_order_of_the_query() -> None:
    answer("e1", '"member_id","visits"\n"ada","3"\n"王 ""小"", 明","\n1"\n"bea",\n')
    assert list(athena.rows("e1")) == [
        {"member_id": "ada", "visits": "3"},
        {"member_id": '王 "小", 明', "visits": "\n1"},
        {"member_id": "bea", "visits": ""},
    ]


def test_rows_are_found_where_the_local_cloud_puts_them() -> None:
    answer("e2", "member_id\nada\n", "results/e2.csv/")
    assert list(athena.rows("e2")) == [{"member_id": "ada"}]


def test_a_result_that_is_gone_is_said_to_be() -> None:
    with pytest.raises(QueryFailedError, match="e3"):
        list(athena.rows("e3"))


def test_a_query_names_database_work_group_and_a_token_of_its_cause_and_text(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = started(monkeypatch)
    for sql, token in (("SELECT 1", "refresh/7"), ("SELECT 1", "refresh/7"), ("SELECT 1", "8"), ("SELECT 2", "8")):
        athena.start(sql, token)
    assert requests[0]["WorkGroup"] == "aurora-test-lake"
    assert requests[0]["QueryExecutionContext"] == {"Database": "aurora_test_lake"}
    tokens = [request["ClientRequestToken"] for request in requests]
    assert tokens[0] == tokens[1]
    assert len(set(tokens)) == 3
    assert all(32 <= len(token) <= 128 for token in tokens)


def test_what_athena_says_of_an_execution_is_told() -> None:
    execution = athena.state(athena.start("SELECT 1", "cause"))
    assert (execution.state, execution.is_over, execution.succeeded) == (State.SUCCEEDED, True, True)


def test_a_failure_tells_its_reason_and_whether_it_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "QueryExecution": {
            "Status": {"State": "FAILED", "StateChangeReason": "too much", "AthenaError": {"Retryable": True}},
            "Statistics": {"DataScannedInBytes": 11, "EngineExecutionTimeInMillis": 5},
        }
    }
    monkeypatch.setattr(service("athena"), "get_query_execution", lambda **_request: told)
    assert athena.state("e4") == Execution("e4", State.FAILED, 11, 5, "too much", may_succeed_later=True)
    with pytest.raises(QueryFailedError, match="too much"):
        athena.query("SELECT 1", "cause")


def test_a_small_question_is_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    states = iter([State.QUEUED, State.RUNNING, State.SUCCEEDED])
    monkeypatch.setattr(athena, "state", lambda execution_id: Execution(execution_id, next(states)))
    monkeypatch.setattr(athena, "start", lambda _sql, _token: "e5")
    answer("e5", "one\n1\n")
    assert athena.query("SELECT 1 AS one", "cause") == [{"one": "1"}]


def test_who_waits_too_long_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(athena, "state", lambda execution_id: Execution(execution_id, State.RUNNING))
    with pytest.raises(BusyError):
        athena.query("SELECT 1", "cause", seconds=0.01)


def test_a_query_that_athena_refuses_is_no_passing_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service("athena"), "start_query_execution", failing("InvalidRequestException"))
    with pytest.raises(QueryFailedError, match="nobody knows it"):
        athena.start("SELEKT", "cause")


def test_too_many_queries_are_a_passing_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service("athena"), "start_query_execution", failing("TooManyRequestsException"))
    with pytest.raises(BusyError):
        athena.start("SELECT 1", "cause")


def test_a_missing_grant_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service("athena"), "start_query_execution", failing("AccessDeniedException"))
    with pytest.raises(ClientError, match="AccessDenied"):
        athena.start("SELECT 1", "cause")
