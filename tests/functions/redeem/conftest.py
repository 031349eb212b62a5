"""A tenant with a till and one member."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.functions.redeem import shop
from tests.functions.till import member, tenant


@pytest.fixture
def mall(cloud: Any) -> Any:
    tenant()
    member()
    return cloud


@pytest.fixture
def scarf(mall: Any) -> str:
    """A gift with five pieces at the service desk and one at the shoe shop; Anna has 1,000 points."""
    shop.rich()
    shop.sign_in()
    reward_id = shop.publish(shop.SCARF)
    shop.stock_in(reward_id, 5)
    shop.stock_in(reward_id, 1, "shoes", key="in-2")
    return reward_id


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One instant for every request, and pauses that take no time."""
    now = datetime.now(UTC).replace(microsecond=0)
    for module in ("me", "handovers", "rewards", "stock_desk"):
        monkeypatch.setattr(f"functions.redeem.{module}.utc_now", lambda: now)
    monkeypatch.setattr("loyalty.attempts.LONGEST_PAUSE_SECONDS", 0)
