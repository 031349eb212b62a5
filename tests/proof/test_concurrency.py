"""Sixteen tills on a few accounts in bad weather: the books stay exact, and whoever asks again hears the same."""

import logging

import pytest

from loyalty import dynamo
from loyalty.clock import utc_now
from tests.proof.books import audit
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import Notebook, serve
from tests.proof.weather import Fault, Weather
from tests.proof.workload import Workload, plan

PURCHASES = 120 * SCALE

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture(scope="module")
def day() -> tuple[Workload, Notebook, Weather]:
    """One day in bad weather."""
    work, weather = plan("day", SEED, PURCHASES), Weather(SEED)
    with weather.over(dynamo.client()):
        notebook = serve(work.requests, weather)
    logging.getLogger("proof").info(
        "seed %s: %s requests, %s calls, %s", SEED, len(work.requests), weather.calls, dict(weather.faults)
    )
    return work, notebook, weather


def test_the_books_are_exact_after_a_day_in_bad_weather(day: tuple[Workload, Notebook, Weather]) -> None:
    work, notebook, _ = day
    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"


def test_the_weather_was_as_bad_as_promised(day: tuple[Workload, Notebook, Weather]) -> None:
    _, notebook, weather = day
    failed = sum(times for fault, times in weather.faults.items() if fault is not Fault.STALE)
    assert set(weather.faults) == set(Fault)
    assert 0.06 < failed / weather.calls < 0.14
    assert notebook.asked_again > 0


def test_most_of_the_day_was_granted(day: tuple[Workload, Notebook, Weather]) -> None:
    """A proof in which everything is refused would prove nothing."""
    _, notebook, _ = day
    kinds = {entry.cause.kind for _, entry in notebook.entries()}
    assert {"purchase", "redeem", "refund"} <= kinds
    assert len(notebook.entries()) > len(notebook.refused())


def test_every_replay_is_answered_identically(day: tuple[Workload, Notebook, Weather]) -> None:
    work, notebook, _ = day
    for request, told in notebook.entries():
        assert request.ask(utc_now()) == told, f"PROOF_SEED={SEED}"
    assert audit(work, notebook) == [], "replays changed the books"
