"""Processes that die: at the n-th call of a kind, just before it is sent or just after it was answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from loyalty import dynamo
from loyalty.imports import files
from tests.functions.coupons_staff.office import KilledError, pump


@contextmanager
def dying(moment: str, at: int) -> Iterator[None]:
    """Let the process die at the n-th call of a kind: just before it is sent, or just after it was answered."""
    calls = count()
    _, service, _ = moment.split(".")
    events = (files.client() if service == "s3" else dynamo.service(service)).meta.events

    def die(**_: Any) -> None:
        if next(calls) == at:
            raise KilledError

    events.register(moment, die)
    try:
        yield
    finally:
        events.unregister(moment, die)


def take_on_until_dead(moment: str, at: int) -> bool:
    """Work until the process dies; tells whether it did."""
    try:
        with dying(moment, at):
            pump()
    except KilledError:
        return True
    return False


CHECKPOINTS = ("before-call.dynamodb.UpdateItem", "after-call.dynamodb.UpdateItem")
