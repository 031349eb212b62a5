"""A campaign from the till to the survey that follows it: who bought is asked, who brought it all back is not (A1)."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.campaigns import publication, reports
from functions.outbox.surveys import of_survey_row
from functions.survey import links, on_campaign, on_count, on_job
from functions.survey.defining import publication as surveys
from functions.survey.defining import staff_drafts
from functions.survey.definition import Survey
from functions.survey.inviting import follow_ups, participants
from loyalty import dynamo, offers
from loyalty.catalogue import Step
from loyalty.clock import utc_now
from loyalty.surveys import running
from tests.functions.campaigns_figures.conftest import CLEO
from tests.functions.campaigns_figures.mall import (
    AUDITOR,
    LongContext,
    ask,
    buy,
    give_back,
    hear,
    published,
    stepped,
    told,
)
from tests.functions.till import ANNA, BEN
from tests.support import Context, call, http_event

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
HOUR = timedelta(hours=1)
QUESTION = {"code": "ease", "kind": "scale", "dimension": "ease", "zh": "满意吗？"}


@pytest.fixture
def survey_id(mall: Any) -> str:
    """A published survey of one question."""
    model = Survey.model_validate({"title_zh": "活动体验", "questions": [QUESTION]})
    found = staff_drafts.create(model, "mei", "key-1", utc_now()).answer.offer_id
    offers.step(running.catalogue(), found, Step.APPROVE, "an", utc_now())
    surveys.publish(found, "mei", utc_now())
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the survey's functions take for the present; the till goes by the real one."""
    now = [utc_now()]
    for module in (on_job, links):
        monkeypatch.setattr(module, "utc_now", lambda: now[0])
    return now


def due_at(campaign_id: str) -> datetime:
    """When the survey that follows a campaign asks."""
    offer = publication.catalogue().read(campaign_id)
    follow_up = publication.follow_up_of(offer) if offer else None
    assert follow_up is not None
    return follow_up.due_at("Asia/Shanghai")


def awards_heard() -> None:
    """Let figures and surveys hear what the ledger means, each twice."""
    hear(told())
    mine = [one for one in told() if json.loads(one["body"])["detail"]["type"] in participants.HEARD]
    assert mine
    for records in (mine, mine[::-1]):
        assert on_campaign.handler({"Records": records}, Context()) == {"batchItemFailures": []}


def worked() -> None:
    """Let the workers of surveys take every job that was begun to its end."""
    begun = [row["survey_id"].split("/")[1] for row in rows() if row["kind"] == "job"]
    for job_id in begun:
        message = {"messageId": "m", "body": json.dumps({"job_id": job_id}), "attributes": {}}
        handler: Any = on_job.handler
        assert handler({"Records": [message]}, LongContext()) == {"batchItemFailures": []}


def rows() -> list[dict[str, Any]]:
    """Every row of the surveys table."""
    return [dynamo.from_item(item) for item in dynamo.client().scan(TableName="surveys")["Items"]]


def invitations() -> dict[str, dict[str, Any]]:
    """The invitations there are, by member."""
    return {row["member_id"]: row for row in rows() if row["kind"] == "invitation"}


def survey_counted() -> None:
    """Let the survey's figures hear what its rows mean."""
    events = [json.loads(one.model_dump_json(exclude_none=True)) for row in rows() for one in of_survey_row(row, "a")]
    records = [{"messageId": one["id"], "body": json.dumps({"detail": one})} for one in events]
    assert on_count.handler({"Records": records}, Context()) == {"batchItemFailures": []}


def answered(member_id: str) -> None:
    """Let a member answer by their link."""
    token = invitations()[member_id]["token"]
    event = http_event(f"POST /surveys/invitations/{token}", body={"answers": {"ease": 9}})
    assert call(links.handler, event).status == 201


def report(campaign_id: str) -> Any:
    """What the campaign's report says of its survey."""
    return ask(f"GET /campaigns/{campaign_id}/report", caller=AUDITOR).body["follow_up"]


def test_a_campaign_ended_early_is_followed_by_its_survey_of_those_who_kept_something(
    survey_id: str, clock: list[datetime]
) -> None:
    campaign_id = published("double", follow_up={"survey_id": survey_id, "days_after": 1})
    buy("R-1", ("S", "shoes", 25_000))
    buy("R-2", ("S", "shoes", 10_000), who=BEN)
    buy("R-3", ("S", "shoes", 40_000), who=CLEO)
    give_back("R-2", "B-2", 10_000)
    give_back("R-3", "B-3", 15_000)
    awards_heard()
    stepped(campaign_id, Step.END)
    due = clock[0] = due_at(campaign_id)
    assert timedelta() < due - utc_now() < timedelta(days=2)
    assert follow_ups.start(due - HOUR) == 0
    assert follow_ups.start(due) == 1
    worked()
    assert invitations().keys() == {ANNA, CLEO}
    survey_counted()
    asks_on = due.date().isoformat()
    assert report(campaign_id) == {"survey_id": survey_id, "asks_on": asks_on, "invited": 2, "answered": 0}
    clock[0] = due + HOUR
    answered(CLEO)
    survey_counted()
    assert report(campaign_id) == {"survey_id": survey_id, "asks_on": asks_on, "invited": 2, "answered": 1}
    event = http_event(f"GET /campaigns/{campaign_id}/report", caller=AUDITOR, headers={"accept": "text/csv"})
    handler: Any = reports.handler
    lines = str(handler(event, Context())["body"]).split("\r\n")
    assert {f"follow_up,{survey_id},invited,2", f"follow_up,{survey_id},answered,1"} <= set(lines)


def test_a_campaign_without_a_survey_reports_none(survey_id: str) -> None:
    followed = published("followed", follow_up={"survey_id": survey_id})
    assert (report(followed)["invited"], report(followed)["asks_on"]) == (0, "2035-01-03")
    assert report(published("alone")) is None
