"""Which port the local cloud listens on."""

import socket
from collections.abc import Iterator

import pytest

from local.ports import CANDIDATES, choose_port, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_with_a_listener_is_not_free(taken: int) -> None:
    assert not is_free(taken)


def test_a_port_that_was_bound_without_listening_is_not_free() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        assert not is_free(holder.getsockname()[1])


def test_the_kept_port_is_kept_while_it_is_free() -> None:
    kept = free_port()
    assert choose_port(kept) == kept


def test_a_kept_port_taken_by_somebody_else_gives_way_to_the_first_free_candidate(taken: int) -> None:
    free = free_port()
    assert choose_port(taken, [taken, free]) == free


def test_the_first_port_is_one_that_systems_do_not_give_to_outgoing_connections() -> None:
    assert choose_port(None) in CANDIDATES
    assert max(CANDIDATES) < 32_768


def test_no_free_candidate_is_said(taken: int) -> None:
    with pytest.raises(OSError, match="no free port"):
        choose_port(None, [taken])
