"""The survey a campaign names: it must be there and ask then, is planned with it, and follows an early end."""

from datetime import timedelta
from typing import Any

import pytest

from functions.campaigns import staff
from loyalty import catalogue as life
from loyalty import dynamo
from loyalty.catalogue import OfferState
from loyalty.clock import iso
from loyalty.surveys import running as surveys
from loyalty.surveys.follow_up import FOLLOW_UPS, FollowUp, from_row, to_row
from tests.functions.campaigns.desk import CAMPAIGN, NOW, approved, draft, everything, published, send, step
from tests.functions.survey import published as asking
from tests.functions.survey.published import publish

pytestmark = pytest.mark.usefixtures("desk")
SURVEY = "5" * 24
FOLLOWED: dict[str, Any] = {"follow_up": {"survey_id": SURVEY, "days_after": 3}}
UNTIL = "2027-12-31T16:00:00.000Z"
"""When the campaign of the desk is over: the end of 2027 in the mall."""


@pytest.fixture
def survey() -> None:
    """A published survey in its second version."""
    publish(survey_id=SURVEY, series_id="4" * 24, version=2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later than `NOW` it is."""
    later = [timedelta()]
    monkeypatch.setattr(staff, "utc_now", lambda: NOW + later[0])
    return later


def planned() -> list[FollowUp]:
    """Every follow-up there is."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="surveys")["Items"]]
    return [from_row(row) for row in found if row["survey_id"] == FOLLOW_UPS]


def stands(state: OfferState, **changes: Any) -> None:
    """Write a survey in a state."""
    facts = {"running": surveys.to_plain(asking.ASKING) | {"survey_id": SURVEY, "series_id": SURVEY} | changes}
    offer = life.Offer(SURVEY, {}, "mei", state, history=(), facts=facts)
    dynamo.client().transact_write_items(TransactItems=list(surveys.catalogue().put_if_absent(offer)))


@pytest.mark.parametrize("state", [None, OfferState.DRAFT, OfferState.APPROVED, OfferState.PAUSED, OfferState.ENDED])
def test_a_survey_that_is_not_published_stops_the_publication_and_is_named(state: OfferState | None) -> None:
    if state:
        stands(state)
    campaign_id = approved(**FOLLOWED)
    before = everything()
    answer = step(campaign_id, "publications")
    assert (answer.status, answer.code, answer.body["unknown"]) == (422, "unknown_names", {"surveys": [SURVEY]})
    assert SURVEY in answer.body["detail"]
    assert (everything(), planned()) == (before, [])


@pytest.mark.parametrize("bound", [{"ends": "2028-01-03T02:00:00.000Z"}, {"starts": "2028-01-03T02:00:00.001Z"}])
def test_a_survey_that_will_not_ask_then_stops_the_publication_and_is_named(bound: dict[str, str]) -> None:
    stands(OfferState.PUBLISHED, **bound)
    campaign_id = approved(**FOLLOWED)
    before = everything()
    answer = step(campaign_id, "publications")
    assert (answer.status, answer.code) == (422, "survey_closed_by_then")
    assert (answer.body["survey_id"], answer.body["asks_at"]) == (SURVEY, "2028-01-03T10:00:00+08:00")
    assert (everything(), planned()) == (before, [])


def test_a_survey_that_asks_until_just_after_it_is_good_enough() -> None:
    stands(OfferState.PUBLISHED, starts="2028-01-03T02:00:00.000Z", ends="2028-01-03T02:00:00.001Z")
    assert len(published(**FOLLOWED)) == 24


def test_publication_plans_the_follow_up(survey: None) -> None:
    campaign_id = published(**FOLLOWED)
    (found,) = planned()
    assert (found.campaign_id, found.survey_id, found.days_after) == (campaign_id, SURVEY, 3)
    assert (iso(found.over), found.begun) == (UNTIL, None)
    assert send(f"GET /campaigns/{campaign_id}").body["definition"]["follow_up"] == FOLLOWED["follow_up"]


def test_a_campaign_that_names_no_survey_plans_nothing_and_none_is_planned_before_publication(survey: None) -> None:
    published()
    approved("key-2", **FOLLOWED)
    assert planned() == []


def test_the_follow_up_is_planned_with_the_publication_or_not_at_all(survey: None) -> None:
    campaign_id = approved(**FOLLOWED, budget={"unit": "points", "amount": 1000})
    taken = {"campaign_id": f"stock/campaign/{campaign_id}/00", "kind": "stock", "left": 1, "taken": 0}
    dynamo.client().put_item(TableName="campaigns", Item=dynamo.to_item(taken))
    assert step(campaign_id, "publications").status == 503
    assert planned() == []


def test_a_campaign_ended_early_is_followed_up_from_that_day(survey: None, clock: list[timedelta]) -> None:
    campaign_id = published(**FOLLOWED)
    clock[0] = timedelta(days=5)
    assert step(campaign_id, "endings").status == 201
    (found,) = planned()
    assert (iso(found.over), iso(found.due_at("Asia/Shanghai"))) == (
        "2026-12-20T04:00:00.000Z", "2026-12-23T02:00:00.000Z",
    )  # fmt: skip
    clock[0] = timedelta(days=6)
    assert step(campaign_id, "endings").headers["idempotent-replayed"] == "true"
    assert planned() == [found]


def test_what_is_closed_after_its_window_is_followed_up_as_planned_and_not_again(
    survey: None, clock: list[timedelta]
) -> None:
    campaign_id = published(**FOLLOWED)
    row = {**to_row(planned()[0]), "begun": "job-1"}
    dynamo.client().put_item(TableName="surveys", Item=dynamo.to_item(row))
    clock[0] = timedelta(days=400)
    assert step(campaign_id, "endings").status == 201
    assert [(iso(one.over), one.begun) for one in planned()] == [(UNTIL, "job-1")]


def test_pauses_leave_the_follow_up_where_it_was(survey: None) -> None:
    campaign_id = published(**FOLLOWED)
    before = planned()
    for name in ("pauses", "resumptions", "pauses"):
        assert step(campaign_id, name).status == 201
    assert planned() == before


def test_ending_a_draft_plans_nothing(survey: None) -> None:
    assert step(draft(**FOLLOWED), "endings").status == 201
    assert planned() == []


def test_a_draft_gets_another_survey_and_loses_it(survey: None) -> None:
    campaign_id = draft(**FOLLOWED)
    other = {"follow_up": {"survey_id": "6" * 24}}
    changed = send(f"PATCH /campaigns/{campaign_id}", other).body["definition"]
    assert changed["follow_up"] == {"survey_id": "6" * 24, "days_after": 3}
    assert send(f"PATCH /campaigns/{campaign_id}", {"follow_up": None}).body["definition"]["follow_up"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"survey_id": SURVEY, "days_after": 0},
        {"survey_id": SURVEY, "days_after": 91},
        {"survey_id": SURVEY, "days_after": "3"},
        {"survey_id": "survey-1"},
        {"days_after": 3},
        {"survey_id": SURVEY, "hour": 3},
    ],
)
def test_a_follow_up_is_written_within_bounds(wrong: dict[str, Any]) -> None:
    assert send("POST /campaigns", CAMPAIGN | {"follow_up": wrong}, key="k").status == 400
