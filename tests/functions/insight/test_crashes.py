"""A refresh of insight that dies at any call and is run again leaves the same documents (ADR 0917)."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from functions.insight.nights import refreshing
from functions.insight.steps import STEPS
from loyalty import dynamo
from tests.functions.insight.nights import ask, begun, pump, receipt
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import KilledError, Lake, everything

WRITES = ("dynamodb.PutItem", "dynamodb.UpdateItem", "athena.StartQueryExecution")
MOST_DEATHS = 60


@contextmanager
def dying(moment: str, at: int) -> Iterator[None]:
    """Let the process die just before it sends the n-th call of a kind."""
    calls, (service, name) = count(), moment.split(".")
    events = dynamo.service(service).meta.events

    def die(**_: Any) -> None:
        if next(calls) == at:
            raise KilledError

    events.register_first(f"before-call.{service}.{name}", die)
    try:
        yield
    finally:
        events.unregister(f"before-call.{service}.{name}", die)


def died(moment: str, at: int) -> bool:
    """Work the queue off until the process dies; tell whether it did."""
    try:
        with dying(moment, at):
            pump()
    except KilledError:
        return True
    return False


def documents() -> list[Any]:
    return [row for row in everything("insight") if row["insight_id"].startswith("document/")]


@pytest.mark.parametrize("call", WRITES)
def test_a_refresh_killed_at_any_call_leaves_the_same_documents(
    call: str, nights: Athena, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "STEPS", STEPS[:2])
    for number in range(30):
        receipt(lake, number, {"boots": "shoes", "socks": "socks"} if number % 3 else {"tea": "dining"})
    begun("undisturbed")
    pump()
    wanted = [{**row, "refresh_id": ""} for row in documents()]
    assert wanted
    for at in range(MOST_DEATHS):
        refresh_id = begun(f"night-{at}")
        was_killed = died(call, at)
        pump()
        assert ask(f"GET /insight/refreshes/{refresh_id}").body["state"] == "done"
        assert [{**row, "refresh_id": ""} for row in documents()] == wanted
        assert {row["refresh_id"] for row in documents()} == {refresh_id}
        if not was_killed:
            assert at > 0
            return
    raise AssertionError("there is always one more call")


def test_a_query_that_may_succeed_later_is_asked_again(nights: Athena) -> None:
    nights.failures.append(("FAILED", True))
    refresh_id = begun()
    pump()
    told = ask(f"GET /insight/refreshes/{refresh_id}").body
    assert (told["state"], told["failed"], told["done"]) == ("done", [], told["steps"])
    assert told["bytes_scanned"] > 0
