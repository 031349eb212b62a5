"""Segments on the deployed mall: from purchases through the lake to who is in, who left, and what it opens to them."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.e2e.mall import Mall, answered, new_key, wait_until

LAKE_SECONDS = 120
REFRESH_SECONDS = 180
BIG = 900_00


@pytest.fixture(scope="module")
def till(mall: Mall) -> str:
    return mall.tenant("e2e-segments")


@pytest.fixture(scope="module")
def segment_id(mall: Mall, till: str) -> str:
    """Those who spent 900 yuan at the tenant."""
    return made(mall, {"about": "spend", "days": 30, "at_least": BIG, "tenants": [till.removeprefix("till:")]})


def made(mall: Mall, condition: Mapping[str, Any]) -> str:
    wish = {"name_zh": "端到端", "condition": condition}
    return str(mall.api.expect(201, "marketer", "POST", "/segments", wish, key=new_key())["segment_id"])


def refreshed(mall: Mall) -> Mapping[str, Any]:
    begun = mall.api.expect(202, "marketer", "POST", "/segments/refreshes", {}, key=new_key())

    def ended() -> Mapping[str, Any] | None:
        job = mall.api.expect(200, "marketer", "GET", begun["status_url"])
        return job if job["phase"] in {"done", "failed"} else None

    return wait_until(ended, "the end of the refresh", REFRESH_SECONDS)


def members_of(mall: Mall, segment_id: str) -> set[str]:
    return {one["member_id"] for one in mall.pages("marketer", f"/segments/{segment_id}/members")}


def refreshed_until(mall: Mall, segment_id: str, wanted: set[str]) -> None:
    """Refresh until what was bought has reached the lake, and the segment holds exactly these."""

    def there() -> bool:
        assert refreshed(mall)["phase"] == "done"
        return members_of(mall, segment_id) == wanted

    wait_until(there, "the members of the segment", LAKE_SECONDS)


def test_who_buys_enters_and_who_brings_everything_back_leaves(mall: Mall, till: str, segment_id: str) -> None:
    (_, big), (_, small) = mall.member(), mall.member()
    bought = mall.buy(till, BIG, member_id=big).body
    mall.buy(till, BIG - 1, member_id=small)
    refreshed_until(mall, segment_id, {big})
    found = mall.api.expect(200, "operator", "GET", f"/members/{big}/segments")["items"]
    assert segment_id in {one["segment_id"] for one in found}
    refund = {"refund_no": "R1", "amount": BIG}
    mall.api.expect(201, till, "POST", f"/purchases/{bought['receipt_no']}/refunds", refund)
    refreshed_until(mall, segment_id, set())


def test_who_refuses_to_be_profiled_is_in_no_segment_from_that_moment(mall: Mall, till: str, segment_id: str) -> None:
    who, member_id = mall.member()
    mall.buy(till, BIG, member_id=member_id)
    refreshed_until(mall, segment_id, {member_id})
    mall.api.expect(200, who, "PATCH", "/me", {"consents": {"profiling": False}})
    wait_until(lambda: not members_of(mall, segment_id), "the refusal to count")


def previewed(mall: Mall, condition: Mapping[str, Any]) -> Mapping[str, Any]:
    begun = mall.api.expect(202, "marketer", "POST", "/segments/previews", {"condition": condition}, key=new_key())

    def ended() -> Mapping[str, Any] | None:
        job = mall.api.expect(200, "marketer", "GET", begun["status_url"])
        return job if job["state"] in {"done", "failed"} else None

    return wait_until(ended, "the end of the preview", REFRESH_SECONDS)


def test_a_preview_tells_size_and_why(mall: Mall, till: str) -> None:
    _, member_id = mall.member()
    mall.buy(till, 2 * BIG, member_id=member_id)
    condition = {"about": "spend", "days": 30, "at_least": 2 * BIG, "tenants": [till.removeprefix("till:")]}
    found = wait_until(
        lambda: preview if (preview := previewed(mall, condition))["size"] else None, "the purchase", LAKE_SECONDS
    )
    assert (found["state"], found["size"]) == ("done", 1)
    assert found["sample"] == [{"member_id": member_id, "values": [str(2 * BIG)]}]


def test_a_till_and_a_member_see_no_segment(mall: Mall, till: str, segment_id: str) -> None:
    who, _ = mall.member()
    for caller in (who, till):
        assert answered(mall.api.call(caller, "GET", f"/segments/{segment_id}/members"))[0] in {401, 403}
