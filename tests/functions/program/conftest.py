"""A mall whose programme people change, on a day the test chooses."""

from typing import Any

import pytest

from tests.functions.program.office import Calendar


@pytest.fixture
def calendar(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """It is noon of 2 November 2026; conflicts are tried again at once."""
    monkeypatch.setattr("loyalty.attempts.LONGEST_PAUSE_SECONDS", 0)
    return Calendar(monkeypatch)
