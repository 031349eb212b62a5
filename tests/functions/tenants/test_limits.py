"""A tenant's limits: given at registration, changed as a whole, taken away (requirement F4)."""

from typing import Any

import pytest

from loyalty import dynamo, tenants
from loyalty.types import TenantId
from tests.functions.tenants.register import ask, registered

LIMITS = {"receipts_an_hour": 200, "points_a_day": 100_000, "points_a_receipt": 5_000}
NONE = dict.fromkeys((*LIMITS, "till_receipts_an_hour", "till_points_a_day"))


def stored() -> Any:
    row = dynamo.get("tenants", tenants.key(TenantId("noodle-bar")), consistent=True)
    assert row is not None
    return row.get("limits")


def test_a_tenant_is_registered_with_its_limits(cloud: Any) -> None:
    answer = registered(limits=LIMITS)
    assert (answer.status, answer.body["limits"]) == (201, {**NONE, **LIMITS})
    assert stored() == LIMITS
    assert ask("GET /tenants/noodle-bar").body["limits"] == answer.body["limits"]
    assert registered(limits=LIMITS).headers["idempotent-replayed"] == "true"
    assert registered(limits={"points_a_day": 1}).code == "tenant_exists"


def test_limits_are_replaced_as_a_whole_and_taken_away(cloud: Any) -> None:
    registered(limits=LIMITS)
    changed = ask("PATCH /tenants/noodle-bar", {"limits": {"till_points_a_day": 7}})
    assert changed.body["limits"] == {**NONE, "till_points_a_day": 7}
    assert stored() == {"till_points_a_day": 7}
    assert ask("PATCH /tenants/noodle-bar", {"name_en": "New"}).body["limits"] == changed.body["limits"]
    assert ask("PATCH /tenants/noodle-bar", {"limits": None}).body["limits"] is None
    assert stored() is None
    assert ask("GET /tenants").body["items"][0]["limits"] is None


@pytest.mark.parametrize(
    "limits", [{}, {"points_a_day": None}, {"points_a_day": 0}, {"points_a_day": -1}, {"points_a_day": "5"}, {"a": 1}]
)
def test_a_limit_is_a_whole_number_above_zero(cloud: Any, limits: dict[str, Any]) -> None:
    assert registered(limits=limits).status == 400
    registered()
    assert ask("PATCH /tenants/noodle-bar", {"limits": limits}).status == 400


def test_nobody_holds_or_releases_a_tenant_by_a_patch(cloud: Any) -> None:
    registered()
    assert ask("PATCH /tenants/noodle-bar", {"held": False}).status == 400
