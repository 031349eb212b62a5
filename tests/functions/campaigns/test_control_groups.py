"""A campaign's control group at the desk: planned, frozen by publication, simulated, and not shown to who is in it."""

from typing import Any

import pytest

from loyalty.earning.control import keeps_out
from loyalty.earning.rule import Rule
from loyalty.remembering import forget_everything
from tests.functions.campaigns.desk import APPROVER, AUDITOR, draft, enrol, put_tenant, running_rules, send, step
from tests.functions.campaigns.test_showing import ANNA, ids, seen, sign_in

pytestmark = pytest.mark.usefixtures("desk")
LINE = {"sku": "SKU-1", "category": "dining", "brand": "", "quantity": 1, "amount": 60_000}


@pytest.fixture(autouse=True)
def anna(desk: None) -> None:
    """Anna is signed in, and there is a tenant to buy at."""
    enrol(ANNA)
    sign_in("anna", ANNA)
    put_tenant("tea-house")


def published(*, kept_out: bool) -> str:
    """Publish a campaign of which Anna is, or is not, in the control group."""
    for number in range(50):
        campaign_id = draft(f"{kept_out}-{number}", control_share=500)
        step(campaign_id, "approvals")
        step(campaign_id, "publications")
        if keeps_out(rule_of(campaign_id), ANNA) is kept_out:
            return campaign_id
        step(campaign_id, "endings")
    raise AssertionError("drawn alike fifty times")


def rule_of(campaign_id: str) -> Rule:
    return running_rules()[campaign_id]


def simulated(**who: Any) -> Any:
    forget_everything()
    answer = send("POST /campaigns/simulations", {"tenant_id": "tea-house", "lines": [LINE], **who}, AUDITOR)
    assert answer.status == 200, answer.body
    return answer.body


def test_who_is_kept_out_does_not_see_the_campaign() -> None:
    hidden, shown = published(kept_out=True), published(kept_out=False)
    assert ids(seen()) == {shown}
    assert hidden != shown


def test_a_simulation_of_a_member_says_what_the_till_would_do_and_why() -> None:
    campaign_id = published(kept_out=True)
    found = simulated(member_id=ANNA)
    assert (found["awards"], [(one["campaign_id"], one["why"]) for one in found["missed"]]) == (
        [],
        [(campaign_id, ["control_group"])],
    )
    assert found["missed"][0]["reason"] == "会员属于对照组，用于评估活动效果"


def test_a_simulation_of_somebody_assumed_is_of_those_it_is_for() -> None:
    campaign_id = published(kept_out=True)
    assert [one["campaign_id"] for one in simulated(shopper={})["awards"]] == [campaign_id]


def test_what_else_is_in_the_way_of_who_is_kept_out_is_said_as_for_anybody() -> None:
    campaign_id = published(kept_out=True)
    found = simulated(member_id=ANNA, at="2025-01-01T00:00:00+08:00")
    assert [(one["campaign_id"], one["why"]) for one in found["idle"]] == [(campaign_id, ["dates"])]


def test_a_condition_is_what_stands_in_the_way_not_the_draw() -> None:
    for number in range(50):
        campaign_id = draft(f"gold-{number}", control_share=500, conditions={"tiers": ["gold"]})
        step(campaign_id, "approvals")
        step(campaign_id, "publications")
        if keeps_out(rule_of(campaign_id), ANNA):
            break
    found = {one["campaign_id"]: one["why"] for one in simulated(member_id=ANNA)["idle"]}
    assert found[campaign_id] == ["tier"]


def test_the_share_is_planned_in_the_draft_and_frozen_by_publication() -> None:
    campaign_id = draft("planned", control_share=50)
    changed = send(f"PATCH /campaigns/{campaign_id}", {"control_share": 100})
    assert (changed.status, changed.body["definition"]["control_share"]) == (200, 100)
    step(campaign_id, "approvals", APPROVER)
    step(campaign_id, "publications")
    assert rule_of(campaign_id).control_share == 100
    refused = send(f"PATCH /campaigns/{campaign_id}", {"control_share": 0})
    assert (refused.status, rule_of(campaign_id).control_share) == (409, 100)


def test_a_group_larger_than_half_is_refused() -> None:
    answer = send("POST /campaigns", {**draft_of(), "control_share": 501}, key="too-many")
    assert answer.status == 400


def draft_of() -> dict[str, Any]:
    """Return a campaign's definition."""
    campaign_id = draft("plain")
    found = send(f"GET /campaigns/{campaign_id}", caller=AUDITOR).body["definition"]
    return {name: value for name, value in found.items() if value is not None}
