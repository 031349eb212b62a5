"""A mall whose tiers bring something, a tenant with a till, and Anna, who signs in."""

from typing import Any

import pytest

from loyalty import dynamo
from tests.conftest import put_programme
from tests.functions.tiers.claims import stands
from tests.functions.till import ANNA, tenant
from tests.unit.ledger.ladders import WITH_BENEFITS


@pytest.fixture(autouse=True)
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    put_programme(WITH_BENEFITS)
    tenant()
    tenant("books")
    stands("gold")
    row = {"member_id": "login/login-1", "kind": "lookup", "target": ANNA}
    cloud.put_item(TableName="members", Item=dynamo.to_item(row))
    monkeypatch.setattr("loyalty.attempts.LONGEST_PAUSE_SECONDS", 0)
    return cloud
