"""Wake-up packs and win-backs: who enters a segment gets the offer, and not again before it has rested (L2)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from functions.lifecycle import deciding
from functions.lifecycle.deciding import Given, NotGivenError, Person, Wish
from functions.lifecycle.definition import OccasionOffer
from loyalty.accounts import open_account
from loyalty.errors import LoyaltyError
from loyalty.types import Day, MemberId, Status
from tests.functions.lifecycle.office import ANNA, BEN, NOON, Mall, coupons, given
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.support import PROGRAMME

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
WAKE_UP: dict[str, Any] = {
    "name_zh": "唤醒礼包",
    "name_en": "Wake-up pack",
    "occasion": "segment",
    "segment_id": "stage_dormant",
    "coupons": ["T1", "T2"],
    "again_after_days": 90,
}


@pytest.fixture(autouse=True)
def _segments(mall: Mall) -> None:
    sizes = {"stage_dormant": 2, "stage_lost": 0}
    mall.write("segments", {"segment_id": "refreshes", "kind": "newest", "sizes": sizes})


def entered(mall: Mall, as_of: str, who: str = ANNA, segment_id: str = "stage_dormant") -> dict[str, Any]:
    return mall.event(
        "SegmentEntered",
        who,
        id=f"{who}-{as_of}",
        origin="schedule",
        data={"segment_id": segment_id, "segment_seq": 1, "refresh_id": "r", "as_of": as_of},
    )


def test_who_falls_dormant_gets_the_pack_at_once(mall: Mall) -> None:
    mall.publish(WAKE_UP)
    assert mall.hear(entered(mall, "2026-11-21"), entered(mall, "2026-11-21", BEN, "stage_lost")) == []
    assert [one["who"] for one in given()] == [ANNA]
    mall.issue()
    assert len(coupons(ANNA)) == 2


def test_who_falls_dormant_again_waits_until_the_offer_has_rested(mall: Mall) -> None:
    mall.publish(WAKE_UP)
    for as_of in ("2026-11-21", "2026-11-22", "2027-02-18", "2026-10-01"):
        assert mall.hear(entered(mall, as_of)) == []
    assert [one["occasion_seq"] for one in given()] == [1]
    mall.now += timedelta(days=91)
    assert mall.hear(entered(mall, "2027-02-19")) == []
    assert [one["occasion_seq"] for one in given()] == [2]
    assert mall.issue() == 2


def test_offers_for_other_segments_and_old_events_bring_nothing(mall: Mall) -> None:
    mall.publish(WAKE_UP, segment_id="stage_lost")
    old = entered(mall, "2026-11-21", segment_id="stage_lost")
    mall.now += timedelta(days=20)
    assert mall.hear(entered(mall, "2026-12-11"), old) == []
    assert given() == []


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(5))
def test_whichever_call_breaks_it_is_given_once(mall: Mall, number: int, fault: Fault) -> None:
    mall.publish(WAKE_UP)
    with broken_call(number, fault):
        try:
            mall.hear(entered(mall, "2026-11-21"))
        except KilledError:
            assert fault is Fault.KILLED
    assert mall.hear(entered(mall, "2026-11-21")) == []
    assert [one["occasion_seq"] for one in given()] == [1]


@over(
    days=st.lists(st.integers(0, 400), max_size=40),
    rest=st.integers(1, 200),
)
def test_in_whatever_order_events_come_two_gifts_never_lie_too_near(days: list[int], rest: int) -> None:
    offer = OccasionOffer.model_validate({**WAKE_UP, "again_after_days": rest})
    person = Person(open_account(MemberId(ANNA), Status.ACTIVE, PROGRAMME, Day("261121")), "regular")
    had, got = Given(), list[date]()
    for n in days:
        wish = Wish("o", offer, ANNA, NOON.date() + timedelta(days=n))
        try:
            deciding.require_fitting(wish, person, had, NOON.date())
        except NotGivenError:
            continue
        had, got = had.after(wish), [*got, wish.day]
    assert all(abs(one - other).days >= rest for n, one in enumerate(got) for other in got[:n])
    assert had.version == len(got)
    assert bool(got) is bool(days)


@pytest.mark.parametrize(
    "changes",
    [
        {"segment_id": None},
        {"occasion": "welcome"},
        {"coupons": []},
        {"greeting": True},
        {"who": {"relations": ["child"]}},
        {"occasion": "birthday", "segment_id": None},
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        OccasionOffer.model_validate({**WAKE_UP, **changes})


@pytest.mark.parametrize("unknown", [{"coupons": ["nowhere"]}, {"segment_id": "nobody"}, {"who": {"tiers": ["tin"]}}])
def test_what_names_nothing_is_not_published(mall: Mall, unknown: dict[str, Any]) -> None:
    with pytest.raises(LoyaltyError) as refused:
        mall.publish(WAKE_UP, **unknown)
    assert refused.value.code == "occasion_names_unknown"


def test_coupons_a_member_could_not_have_are_not_published(mall: Mall) -> None:
    mall.template("T9", per_member=2)
    family = {**WAKE_UP, "occasion": "family_birthday", "segment_id": None, "again_after_days": None, "coupons": ["T9"]}
    with pytest.raises(LoyaltyError) as refused:
        mall.publish(family)
    assert (refused.value.code, refused.value.params["most"]) == ("occasion_coupon_too_scarce", 3)
    assert mall.publish(family, per_member=2)
