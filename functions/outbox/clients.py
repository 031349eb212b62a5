"""AWS clients that try once: the outbox repeats by itself, because only it knows what is left and how much time."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

CALL_SECONDS = 9.0
"""No call is begun with less time than this left: 2 s to connect, 5 s to read, and 2 s to answer the stream."""

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 1},
    tcp_keepalive=True,
    parameter_validation=False,
)


@cache
def impatient(name: str) -> Any:
    """Return the process's client of a service that makes one attempt of seven seconds at most."""
    return botocore.session.get_session().create_client(name, config=_CONFIG)
