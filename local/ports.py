"""Which port the local cloud listens on: a free one, chosen once and kept."""

import socket
from collections.abc import Iterable
from secrets import SystemRandom

# Below the ranges from which Linux and macOS take ports for outgoing connections,
# so that a port kept between `make down` and `make up` is still free then.
CANDIDATES = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether nothing on this machine answers or listens at 127.0.0.1:port."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as probe:
        # Without this, the last run's closed connections would make its own port look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(kept: int | None, candidates: Iterable[int] | None = None) -> int:
    """The kept port while it is free, else a free one.

    Args:
        kept: the port of the last start, or None at the first.
        candidates: ports to try in order; by default a random order of `CANDIDATES`.

    Raises:
        OSError: no candidate is free.
    """
    if kept is not None and is_free(kept):
        return kept
    for port in candidates or SystemRandom().sample(CANDIDATES, 200):
        if is_free(port):
            return port
    raise OSError("no free port on 127.0.0.1")
