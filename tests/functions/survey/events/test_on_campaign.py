"""Hearing of awards: those of campaigns that a survey follows are kept, each once, and of no others anything."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from functions.outbox.surveys import of_survey_row
from functions.survey import on_campaign
from functions.survey.inviting import journal, participants
from functions.survey.inviting.journal import SHARDS
from loyalty import dynamo
from loyalty.surveys.follow_up import FollowUp, to_row
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.functions.survey.events.conftest import (
    ANNA,
    BEN,
    NOON,
    REDEEMED,
    Mall,
    everything,
    message,
    operations,
    put,
)
from tests.support import Context

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
GIVEN, BACK = "CampaignAwarded.purchase_with_campaigns", "CampaignTakenBack.goods_of_a_campaign_came_back"
FOLLOWED, OTHER = "c" * 24, "d" * 24


def hear(*messages: dict[str, Any]) -> list[str]:
    answer = on_campaign.handler({"Records": list(messages)}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def award(mall: Mall, event_id: str, sample: str = GIVEN, campaign_id: str = FOLLOWED, **more: Any) -> dict[str, Any]:
    """An award of a campaign, as the queue delivers it."""
    data = {"campaign_id": campaign_id, **more.pop("data", {})}
    return message(mall.event(sample, id=event_id, data=data, **more), f"m-{event_id}")


def kept() -> list[dict[str, Any]]:
    return [row for row in everything() if row["survey_id"].startswith("awarded/")]


def names(campaign_id: str = FOLLOWED) -> list[str]:
    """Who of a campaign is to be asked."""
    found = (participants.members(campaign_id, shard, "", 50) for shard in range(SHARDS))
    return sorted(name for each in found for name in each.asked)


@pytest.fixture
def followed(mall: Mall) -> FollowUp:
    """A campaign that a survey follows."""
    follow_up = FollowUp(FOLLOWED, "5" * 24, 3, NOON + timedelta(days=9))
    put(to_row(follow_up))
    return follow_up


def test_awards_of_a_campaign_that_a_survey_follows_are_kept_once(mall: Mall, followed: FollowUp) -> None:
    told = [award(mall, "e-1"), award(mall, "e-2", BACK), award(mall, "e-3", who=BEN, origin="import")]
    assert hear(*told, *told) == []
    before = kept()
    assert hear(*reversed(told)) == []
    assert kept() == before
    rows = {row["kind"]: row for row in before}
    assert rows.keys() == {f"{ANNA}/e-1", f"{ANNA}/e-2", f"{BEN}/e-3"}
    assert {row["ttl"] for row in before} == {followed.ttl}
    assert rows[f"{BEN}/e-3"]["origin"] == "import"


def test_a_row_says_what_the_event_gave_or_took(mall: Mall, followed: FollowUp) -> None:
    points = [{"purse": "points", "points": 50}, {"purse": "growth", "points": 7}]
    coupons = [{"template_id": "t", "ref": "one/1"}, {"template_id": "t", "ref": "one/2"}]
    hear(award(mall, "e-1", data={"points": points, "coupons": coupons}))
    hear(award(mall, "e-2", BACK, data={"points": points[:1], "coupons": coupons[:1]}))
    given, back = kept()
    assert (given["event"], given["points"], given["coupons"]) == (
        "CampaignAwarded", {"points": 50, "growth": 7}, ["one/1", "one/2"],
    )  # fmt: skip
    assert (back["event"], back["points"], back["coupons"]) == ("CampaignTakenBack", {"points": 50}, ["one/1"])
    assert names() == [ANNA]


def test_what_is_kept_of_an_award_is_no_event_and_no_fact_about_a_person(mall: Mall, followed: FollowUp) -> None:
    hear(award(mall, "e-1"))
    (row,) = kept()
    assert of_survey_row(row, "aurora") == of_survey_row(to_row(followed), "aurora") == []
    assert row.keys() == {"survey_id", "kind", "event", "points", "coupons", "origin", "ttl"}


def test_awards_of_other_campaigns_leave_nothing_and_cost_one_reading(mall: Mall, followed: FollowUp) -> None:
    before = everything()
    with operations() as made:
        assert hear(*(award(mall, f"e-{n}", campaign_id=OTHER) for n in range(10))) == []
    assert made == ["BatchGetItem"]
    assert everything() == before


def test_a_follow_up_planned_this_instant_is_not_overlooked(mall: Mall, followed: FollowUp) -> None:
    """moto never reads stale, so what is asked for is looked at."""
    asked: list[Mapping[str, Any]] = []

    def noted(params: Mapping[str, Any], **_: Any) -> None:
        asked.append(params["RequestItems"]["surveys"])

    events = dynamo.client().meta.events
    events.register("provide-client-params.dynamodb.BatchGetItem", noted)
    try:
        hear(award(mall, "e-1"), award(mall, "e-2", campaign_id=OTHER))
    finally:
        events.unregister("provide-client-params.dynamodb.BatchGetItem", noted)
    assert [(len(request["Keys"]), request["ConsistentRead"]) for request in asked] == [(2, True)]


def test_a_batch_costs_one_reading_and_one_writing(mall: Mall, followed: FollowUp) -> None:
    with operations() as made:
        hear(*(award(mall, f"e-{n}", who=f"member-{n}", campaign_id=(FOLLOWED, OTHER)[n % 2]) for n in range(10)))
    assert made == ["BatchGetItem", "BatchWriteItem"]
    assert names() == [f"member-{n}" for n in range(0, 10, 2)]


def test_a_message_nobody_can_read_comes_back_alone(mall: Mall, followed: FollowUp) -> None:
    good = award(mall, "good")
    foreign = message(mall.event(REDEEMED, id="foreign"), "m-foreign")
    nobody = award(mall, "nobody", who="a/b")
    huge = award(mall, "huge", data={"units": 10**30})
    torn = {"messageId": "m-torn", "body": json.dumps({"detail": {"type": ["CampaignAwarded"]}})}
    assert sorted(hear(torn, foreign, good, nobody, huge)) == ["m-foreign", "m-huge", "m-nobody", "m-torn"]
    assert [row["kind"] for row in kept()] == [f"{ANNA}/good"]


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(2))
def test_whichever_call_breaks_every_award_is_kept(mall: Mall, followed: FollowUp, number: int, fault: Fault) -> None:
    told = [award(mall, "e-1"), award(mall, "e-2", who=BEN)]
    failed: list[str] = ["m-e-1", "m-e-2"]
    with broken_call(number, fault):
        try:
            failed = hear(*told)
        except KilledError:
            assert fault is Fault.KILLED
    assert hear(*(one for one in told if one["messageId"] in failed)) == []
    assert names() == [ANNA, BEN]


def test_members_are_read_on_in_pages_that_miss_and_repeat_nobody(
    mall: Mall, followed: FollowUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids with characters before and after the one that ends them in a key, and several rows each."""
    monkeypatch.setattr(participants, "ROWS_A_CALL", 2)
    monkeypatch.setattr(journal, "shard_of", lambda _: 0)
    wanted = ["-member-a", "0-member", "_member-z", "member-a", "member-a-b", "member-a0", "member-a_b", "member-aa"]
    hear(*(award(mall, f"e-{n}-{turn}", who=name) for n, name in enumerate(wanted) for turn in range(3)))
    found, last = list[str](), ""
    for _ in wanted:
        page = participants.members(FOLLOWED, 0, last, 1)
        found += page.asked
        last = page.last or ""
    assert (sorted(found), last) == (wanted, "")
