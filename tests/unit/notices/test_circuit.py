"""A circuit opens after five calls without an answer, rests longer each time, and closes with the first answer."""

from datetime import UTC, datetime, timedelta

from functions.notices.channels.circuit import LONGEST_REST, Circuit
from loyalty.clock import iso

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def after(failures: int) -> Circuit:
    circuit = Circuit()
    for _ in range(failures):
        circuit = circuit.failed(NOW)
    return circuit


def test_four_failures_open_nothing_and_the_fifth_does() -> None:
    assert not after(4).is_open(NOW)
    assert after(5).is_open(NOW)
    assert not after(5).is_open(NOW + timedelta(minutes=5))


def test_an_answer_closes_it_and_forgets_the_failures() -> None:
    assert after(4).answered().failed(NOW) == Circuit(1)


def test_it_rests_twice_as_long_each_time_and_an_hour_at_most() -> None:
    rests = [after(failures).open_until for failures in (5, 6, 7, 8, 9, 10, 1000)]
    minutes = (5, 10, 20, 40, 60, 60)
    assert rests == [*(iso(NOW + timedelta(minutes=each)) for each in minutes), iso(NOW + LONGEST_REST)]
