"""A mall at noon with two members; pauses take no time, and nothing is remembered from another test."""

from typing import Any

import pytest

from functions.survey import answers_desk, links, me
from loyalty import attempts
from tests.functions.survey.answering.asked import ANNA, BEN, Mall


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall whose clock stands still."""
    mall = Mall()
    for module in (me, links, answers_desk):
        monkeypatch.setattr(module, "utc_now", lambda: mall.now)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    mall.member(ANNA)
    mall.member(BEN)
    return mall
