"""The campaigns desk: the mall's tables, tenants, a published coupon template, members."""

from typing import Any

import pytest

from functions.campaigns import me, simulations, staff
from tests.functions.campaigns.desk import NOW, enrol


@pytest.fixture
def desk(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk is open, and it is `NOW`."""
    for entry_point in (staff, simulations, me):
        monkeypatch.setattr(entry_point, "utc_now", lambda: NOW)


@pytest.fixture
def members(cloud: Any) -> tuple[str, ...]:
    """Three members with accounts."""
    ids = "member-anna", "member-bert", "member-cleo"
    for member_id in ids:
        enrol(member_id)
    return ids
