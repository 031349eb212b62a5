"""Welcome packs: everybody who joins gets one, once, whatever repeats, dies or races (requirement C5)."""

from datetime import timedelta
from typing import Any

import pytest

from loyalty.catalogue import Step
from loyalty.clock import iso
from loyalty.types import Purse, Status
from tests.functions.lifecycle.office import (
    ANNA,
    BEN,
    WELCOME,
    Mall,
    account,
    coupons,
    entries,
    events,
    given,
    left,
    rows,
)
from tests.functions.members.faults import Fault, KilledError, broken_call, conflicts, first

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
RICH: dict[str, Any] = {**WELCOME, "points": 200, "quantity": 2}


def test_who_joins_gets_coupons_and_points(mall: Mall) -> None:
    offer_id = mall.publish(RICH)
    assert mall.hear(mall.event()) == []
    assert mall.issue() == 2
    assert {row["template_id"] for row in coupons(ANNA)} == {"T1", "T2"}
    assert account().buckets[Purse.POINTS] == {"271130": 200}
    assert left(offer_id) == 1
    (told,) = given()
    assert (told["offer_id"], told["occasion"], told["tier"]) == (offer_id, "welcome", "regular")
    assert told["points"] == {"purse": "points", "points": 200}


@pytest.mark.parametrize("definition", [WELCOME, RICH])
def test_a_member_is_welcomed_once(mall: Mall, definition: dict[str, Any]) -> None:
    mall.publish(definition)
    for _ in range(3):
        assert mall.hear(mall.event(), mall.event(id="another")) == []
    assert [one["occasion_seq"] for one in given()] == [1]
    mall.issue()
    assert mall.issue() == 2


def test_a_file_brings_nobody_a_welcome(mall: Mall) -> None:
    mall.publish()
    assert mall.hear(mall.event(origin="import")) == []
    assert given() == []


def test_who_comes_back_after_erasure_is_not_welcomed_again(mall: Mall) -> None:
    mall.publish()
    mall.write("members", {"member_id": ANNA, "kind": "profile", "returning": True})
    assert mall.hear(mall.event(), mall.event(who=BEN)) == []
    assert [one["who"] for one in given()] == [BEN]


def test_an_applicant_is_welcomed_when_admitted(mall: Mall) -> None:
    mall.publish()
    waiting = mall.event(data={"status": "awaiting_approval"})
    unfrozen = mall.event(
        "MembershipStatusChanged", id="e-2", data={"status_before": "frozen", "status_after": "active"}
    )
    assert mall.hear(waiting, unfrozen) == []
    assert given() == []
    admitted = {"status_before": "awaiting_approval", "status_after": "active"}
    assert mall.hear(mall.event("MembershipStatusChanged", origin="staff", data=admitted)) == []
    assert [one["who"] for one in given()] == [ANNA]


@pytest.mark.parametrize("status", [Status.ERASED, Status.AWAITING_APPROVAL])
def test_who_is_no_member_gets_nothing(mall: Mall, status: Status) -> None:
    mall.member(ANNA, status=status)
    mall.publish(RICH)
    mall.publish(WELCOME)
    assert mall.hear(mall.event()) == []
    assert (given(), entries()) == ([], [])


def test_events_published_again_bring_no_late_welcome(mall: Mall) -> None:
    mall.publish()
    before = mall.event(time=iso(mall.now - timedelta(seconds=1)))
    assert mall.hear(before) == []
    assert given() == []
    late = mall.event(who=BEN)
    mall.now += timedelta(days=15)
    assert mall.hear(late) == []
    assert given() == []


def test_a_paused_offer_gives_nothing(mall: Mall) -> None:
    offer_id = mall.publish()
    mall.step(offer_id, Step.PAUSE)
    assert mall.hear(mall.event()) == []
    assert given() == []
    mall.step(offer_id, Step.RESUME)
    assert mall.hear(mall.event()) == []
    assert len(given()) == 1


def test_a_budget_is_never_overspent(mall: Mall) -> None:
    offer_id = mall.publish(RICH, quantity=1)
    assert mall.hear(mall.event(), mall.event(who=BEN)) == []
    assert (len(given()), len(entries()), left(offer_id)) == (1, 1, 0)


def test_interests_choose_the_coupon_where_the_member_agrees(mall: Mall) -> None:
    mall.publish(WELCOME, coupons=["T1"], by_interest=[{"interests": ["beauty"], "coupons": ["T3"]}])
    mall.ticked(BEN, "food", "beauty")
    mall.write("members", {"member_id": "c", "kind": "facts", "profiling": "refused"})
    mall.hear(mall.event(), mall.event(who=BEN))
    found = {one["who"]: [coupon["template_id"] for coupon in one["coupons"]] for one in given()}
    assert found == {ANNA: ["T1"], BEN: ["T3"]}


def test_conditions_are_asked_of_everybody(mall: Mall) -> None:
    mall.member(BEN, tier="gold", spend={"2609": 100})
    mall.write("campaigns", {"campaign_id": "members/vip", "kind": BEN})
    mall.write("segments", {"segment_id": "refreshes", "kind": "newest", "sizes": {"vip": 1}})
    mall.publish(WELCOME, who={"tiers": ["gold"]})
    mall.publish(WELCOME, who={"segments": ["vip"]})
    mall.publish(WELCOME, who={"bought_in_months": 3})
    mall.publish(WELCOME, who={"bought_in_months": 2})
    assert mall.hear(mall.event(), mall.event(who=BEN)) == []
    assert [one["who"] for one in given()] == [BEN] * 3


def test_who_is_erased_is_forgotten(mall: Mall) -> None:
    mall.publish()
    mall.hear(mall.event(), mall.event(who=BEN))
    assert mall.hear(mall.event("MemberErased")) == []
    assert [one["who"] for one in given()] == [BEN]


def test_nothing_personal_is_told_or_kept(mall: Mall, capfd: pytest.CaptureFixture[str]) -> None:
    mall.publish(RICH)
    mall.hear(mall.event())
    everything = f"{rows()}{rows('ledger')}{events()}{capfd.readouterr()}"
    assert "13800138000" not in everything
    assert "王小明" not in everything


def test_an_event_nobody_can_read_comes_back_alone(mall: Mall) -> None:
    mall.publish()
    broken = mall.event(id="broken", data={})
    assert mall.hear(broken, mall.event()) == ["broken"]
    assert len(given()) == 1


@pytest.mark.parametrize("definition", [WELCOME, RICH])
@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(8))
def test_whichever_call_breaks_everybody_is_welcomed_once(
    mall: Mall, number: int, fault: Fault, definition: dict[str, Any]
) -> None:
    offer_id = mall.publish(definition)
    with broken_call(number, fault):
        try:
            mall.hear(mall.event())
        except KilledError:
            assert fault is Fault.KILLED
    assert mall.hear(mall.event()) == []
    assert [one["occasion_seq"] for one in given()] == [1]
    if "points" in definition:
        assert (account().total(Purse.POINTS), len(entries()), left(offer_id)) == (200, 1, 1)


@pytest.mark.parametrize(("points", "entered"), [(200, 1), (0, 0)])
def test_of_two_at_the_same_moment_one_gives(mall: Mall, points: int, entered: int) -> None:
    offer_id = mall.publish(RICH, points=points)
    with first(lambda: mall.hear(mall.event())):
        assert mall.hear(mall.event()) == []
    assert (len(entries()), account().total(Purse.POINTS), left(offer_id)) == (entered, points, 1)


def test_a_pause_at_the_very_moment_counts(mall: Mall) -> None:
    offer_id = mall.publish()
    with first(lambda: mall.step(offer_id, Step.PAUSE), "BatchGetItem"):
        assert mall.hear(mall.event()) == []
    assert given() == []


def test_a_busy_row_brings_the_event_back(mall: Mall) -> None:
    mall.publish(RICH)
    with conflicts(100):
        assert mall.hear(mall.event()) == ["event-MemberEnrolled-anna-000001"]
    assert mall.hear(mall.event()) == []
    assert len(given()) == 1
