"""Discount campaigns live like templates: drafted, approved by another, published, paused, ended."""

import pytest

from loyalty import discounts
from loyalty.clock import utc_now
from loyalty.remembering import forget_everything
from tests.functions.coupons_staff.office import APPROVER, AUDITOR, CAMPAIGN, draft, everything, send
from tests.support import staff_caller

pytestmark = pytest.mark.usefixtures("office")


def drafted(key: str = "key-1") -> str:
    answer = send("POST /discount-campaigns", CAMPAIGN, key=key)
    assert answer.status == 201, answer.body
    return str(answer.body["campaign_id"])


def test_a_campaign_runs_while_it_is_published() -> None:
    campaign_id = drafted()
    for name, state, runs in [
        ("approvals", "approved", False),
        ("publications", "published", True),
        ("pauses", "paused", False),
        ("resumptions", "published", True),
        ("endings", "ended", False),
    ]:
        caller = APPROVER if name == "approvals" else staff_caller("marketer", login="mei")
        for _ in range(2):
            answer = send(f"POST /discount-campaigns/{campaign_id}/{name}", caller=caller)
            assert (answer.status, answer.body["state"]) == (201, state)
        forget_everything()
        assert [found.campaign_id for found in discounts.running(utc_now())] == [campaign_id] * runs


def test_a_campaign_needs_another_persons_approval() -> None:
    both = staff_caller("marketer", "approver", login="bo")
    campaign_id = send("POST /discount-campaigns", CAMPAIGN, both, key="k").body["campaign_id"]
    assert send(f"POST /discount-campaigns/{campaign_id}/approvals", caller=both).code == "own_approval"
    assert send(f"POST /discount-campaigns/{campaign_id}/publications", caller=both).code == "wrong_state"


def test_a_draft_changes_and_what_it_becomes_must_be_valid() -> None:
    campaign_id = drafted()
    changed = send(f"PATCH /discount-campaigns/{campaign_id}", {"percent": 15, "from": "2026-02-01T00:00:00+08:00"})
    assert changed.body["definition"]["percent"] == 15
    assert changed.body["definition"]["from"] == "2026-02-01T00:00:00+08:00"
    assert changed.body["definition"]["until"] == CAMPAIGN["until"]
    before = everything()
    for wrong in ({"until": "2025-01-01T00:00:00+08:00"}, {"percent": 0}, {"until": None}, {"from": "2026-02-01"}, {}):
        assert send(f"PATCH /discount-campaigns/{campaign_id}", wrong).status == 400, wrong
    assert everything() == before


def test_a_draft_may_ask_for_a_birthday_and_ask_no_more() -> None:
    campaign_id = drafted()
    one = f"/discount-campaigns/{campaign_id}"
    assert send(f"GET {one}").body["definition"]["birthday"] is None
    for asked in ("month", "day", None):
        assert send(f"PATCH {one}", {"birthday": asked}).body["definition"]["birthday"] == asked
    before = everything()
    for wrong in ("year", "05-17", True, ["month"]):
        assert send(f"PATCH {one}", {"birthday": wrong}).status == 400, wrong
    assert everything() == before


def test_campaigns_and_templates_are_lists_of_their_own() -> None:
    template_id, campaign_id = draft("same"), drafted("same")
    assert template_id != campaign_id
    (only,) = send("GET /discount-campaigns", caller=AUDITOR).body["items"]
    assert only["campaign_id"] == campaign_id
    assert send(f"GET /discount-campaigns/{campaign_id}", caller=AUDITOR).body == only
    assert send(f"GET /discount-campaigns/{template_id}", caller=AUDITOR).status == 404
    assert send(f"GET /coupon-templates/{campaign_id}", caller=AUDITOR).status == 404


def test_a_campaign_is_drafted_once_and_by_marketers() -> None:
    campaign_id = drafted("k")
    assert drafted("k") == campaign_id
    assert send("POST /discount-campaigns", CAMPAIGN | {"percent": 30}, key="k").code == "idempotency_key_reused"
    assert send("POST /discount-campaigns", CAMPAIGN, AUDITOR, key="k").status == 403
    assert send("POST /discount-campaigns", CAMPAIGN).code == "idempotency_key_required"
