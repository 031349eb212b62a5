"""What an hour's sweep of messages costs: it follows what is due, however many messages there are (issue 7).

A thousand of them, ten thousand in `make proof`.
"""

from typing import Any

import pytest

from bench.mall import write_rows
from functions.notices.messages import outgoing
from functions.notices.messages.message import Message, MessageState
from loyalty.clock import iso
from tests.functions.lifecycle.test_matrix_costs import FEW, MANY, costs
from tests.functions.notices.office import Mall, texts

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def others(mall: Mall, first: int, last: int) -> None:
    """Let messages be there of which most are over, and the others are due in an hour or later."""
    over = {"state": MessageState.SENT, "due_at": None, "facts": None}
    rows = (outgoing._row(Message(**{**_message(mall, n), **(over if n % 4 else {})})) for n in range(first, last))
    write_rows(outgoing.table(), rows)


def _message(mall: Mall, number: int) -> dict[str, Any]:
    at, later = iso(mall.now), f"2026-11-{22 + number % 8}T{number % 24:02}:00:00.000Z"
    named = {"message_id": f"{number:032x}", "member_id": f"other-{number}", "template_id": "t", "template_seq": 1}
    said = {"occasion": "CouponSent", "purpose": "marketing", "cause": "e", "origin": "schedule"}
    return {**named, **said, "planned_at": at, "expires_at": "2026-12-31T00:00:00.000Z", "due_at": later}


def test_an_hours_sweep_costs_the_same_however_many_messages_are_over_or_due_later(mall: Mall) -> None:
    mall.publish()
    others(mall, 0, FEW)
    few = costs(lambda: mall.sweep(hours=1))
    others(mall, FEW, MANY)
    assert costs(lambda: mall.sweep(minutes=10)) == few
    assert few[0].total() == outgoing.DUE_SHARDS


def test_a_message_that_is_due_costs_the_same_beside_many_as_beside_few(mall: Mall) -> None:
    mall.publish()
    called = []
    for n, (first, last) in enumerate(((0, FEW), (FEW, MANY))):
        others(mall, first, last)
        mall.hear(mall.event(id=f"event-{n}"))
        called.append(costs(lambda: mall.sweep(minutes=1)))
    assert called[0] == called[1]
    assert len(texts()) == 2
