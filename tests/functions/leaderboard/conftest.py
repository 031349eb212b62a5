"""A mall at noon of 2 November 2026, two members, a tenant; pauses take no time."""

from typing import Any

import pytest

from loyalty import attempts
from tests.functions.books.mall import Clock, stand_at
from tests.functions.till import ANNA, BEN, member, tenant


@pytest.fixture
def clock(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    stand_at(clock, monkeypatch)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    tenant()
    member(ANNA)
    member(BEN)
    return clock
