"""The campaigns desk: the mall's tables, tenants, a published coupon template, members."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.campaigns import me, showing, simulations, staff
from tests.functions.campaigns.desk import NOW, enrol


@pytest.fixture
def desk(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The desk is open, and it is `NOW`; nothing is remembered of another test's campaigns."""
    for entry_point in (staff, simulations, me):
        monkeypatch.setattr(entry_point, "utc_now", lambda: NOW)
    showing._remembered.cache_clear()
    yield
    showing._remembered.cache_clear()


@pytest.fixture
def members(cloud: Any) -> tuple[str, ...]:
    """Three members with accounts."""
    ids = "member-anna", "member-bert", "member-cleo"
    for member_id in ids:
        enrol(member_id)
    return ids
