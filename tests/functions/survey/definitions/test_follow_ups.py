"""The survey that follows a campaign: begun once at its hour, asked of each who took part and kept something."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.survey import hourly
from functions.survey.inviting import asking, follow_ups, journal, participants
from functions.survey.inviting.hearing import Heard
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.surveys import follow_up as following
from loyalty.surveys.follow_up import FollowUp
from loyalty.surveys.occasion import of_event
from loyalty.types import Status
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through
from tests.functions.survey.definitions.office import (
    everything,
    file_of,
    job,
    next_version,
    published,
    pump,
    put_out,
    rows,
    step,
)
from tests.functions.survey.definitions.test_asking import MOMENTS, asked, killed_again_and_again, members
from tests.functions.till import member
from tests.support import Context

pytestmark = pytest.mark.usefixtures("office")
CAMPAIGN, OTHER = "c" * 24, "d" * 24
OVER = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
"""The end of 17 November in Shanghai."""
TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Ten in the morning there, three days later."""
HOUR = timedelta(hours=1)
SHARDS = 3


@pytest.fixture(autouse=True)
def few_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to go from one to the next: a query of moto takes long."""
    for module in (asking, journal):
        monkeypatch.setattr(module, "SHARDS", SHARDS)


def follow(survey_id: str, campaign_id: str = CAMPAIGN, **changes: Any) -> None:
    """Plan a follow-up as a campaign's publication does."""
    row = following.to_row(FollowUp(campaign_id, survey_id, 3, OVER))
    dynamo.client().put_item(TableName="surveys", Item=dynamo.to_item(row | changes))


def award(member_id: str, points: int = 50, campaign_id: str = CAMPAIGN, origin: str = "till") -> None:
    """Let it be heard that a campaign gave points, or took them back."""
    event = participants.AWARDED if points > 0 else participants.TAKEN_BACK
    data = {"campaign_id": campaign_id, "points": [{"purse": "points", "points": abs(points)}], "coupons": []}
    event_id = f"e-{campaign_id[0]}-{member_id}-{points}"
    participants.keep([Heard(event_id, of_event(event, member_id, OVER, origin, data, event_id), "trace")])


def awarded(number: int, campaign_id: str = CAMPAIGN) -> list[str]:
    """So many members who were given something."""
    names = members(number)
    for name in names:
        award(name, campaign_id=campaign_id)
    return names


def jobs() -> list[dict[str, Any]]:
    """The jobs that were begun."""
    return [row for row in rows("job") if row["survey_id"].startswith("job/")]


def counts() -> dict[str, int]:
    """What the one job there is did."""
    (begun,) = jobs()
    assert begun["state"] == "done", begun
    return dict(begun["counts"])


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Yields how often each call to DynamoDB was made."""
    made: Counter[str] = Counter()

    def noted(_n: int, operation: str, call: Any) -> Any:
        made[operation] += 1
        return call()

    with calls_through(noted):
        yield made


@pytest.mark.parametrize("moment", MOMENTS[:5])
def test_who_was_awarded_is_asked_once_wherever_the_work_is_killed(small_blocks: None, moment: str) -> None:
    survey_id = published()
    follow(survey_id)
    names = awarded(7)
    award(names[0], 30)
    assert follow_ups.start(TEN) == 1
    killed_again_and_again(moment)
    assert asked() == names
    assert counts() == {"asked": 7}
    assert {(row["way"], row["origin"], row["cause"], row["about"], row["survey"]) for row in rows("invitation")} == {
        ("schedule", "schedule", "CampaignAwarded", CAMPAIGN, survey_id)
    }


def test_who_gave_everything_back_is_not_asked_nor_whom_only_an_import_reached(small_blocks: None) -> None:
    follow(published())
    partly, wholly, twice, moved, stranger = members(5)
    for name in (partly, wholly, twice):
        award(name)
    award(partly, -20)
    award(wholly, -50)
    award(twice, 30)
    award(twice, -50)
    award(moved, origin="import")
    award(stranger, campaign_id=OTHER)
    follow_ups.start(TEN)
    pump()
    assert asked() == [partly, twice]


def test_it_begins_at_its_hour_and_never_again(small_blocks: None) -> None:
    follow(published())
    names = awarded(2)
    assert follow_ups.start(TEN - timedelta(milliseconds=1)) == 0
    assert jobs() == []
    assert follow_ups.start(TEN) == 1
    pump()
    before = everything()
    assert [follow_ups.start(TEN + hours * HOUR) for hours in range(0, 24 * 9, 5)] == [0] * 44
    assert (pump(), everything()) == (0, before)
    assert asked() == names


def test_the_hour_of_surveys_begins_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEYS_PAGES_QUEUE_URL", "none")
    follow(published())
    handler: Any = hourly.handler
    assert handler({"as_of": iso(TEN - HOUR)}, Context())["started"] == 0
    assert handler({"as_of": iso(TEN)}, Context())["started"] == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(6))
def test_whichever_call_breaks_it_begins_once(number: int, fault: Fault) -> None:
    follow(published())
    names = awarded(1)
    with broken_call(number, fault):
        try:
            follow_ups.start(TEN)
        except KilledError:
            assert fault is Fault.KILLED
        except Exception:  # noqa: BLE001 - the schedule's own retry, or the next hour, does it again
            assert fault is not Fault.KILLED
    follow_ups.start(TEN + HOUR)
    pump()
    assert asked() == names
    assert len(jobs()) == 1
    assert [row["begun"] for row in rows(CAMPAIGN)] == [jobs()[0]["survey_id"].removeprefix("job/")]


def test_it_waits_a_week_for_a_survey_that_pauses() -> None:
    survey_id = published()
    follow(survey_id)
    names = awarded(1)
    step(survey_id, "pauses")
    assert follow_ups.start(TEN + 24 * HOUR) == 0
    step(survey_id, "resumptions")
    assert follow_ups.start(TEN + following.LATEST) == 0
    assert follow_ups.start(TEN + following.LATEST - HOUR) == 1
    pump()
    assert asked() == names


@pytest.mark.parametrize("survey", ["ended", "closed", "unknown"])
def test_a_survey_that_asks_no_more_is_not_asked_and_holds_up_nobody(survey: str) -> None:
    gone = {"closed": {"valid_until": "2026-11-19T00:00:00Z"}}.get(survey, {})
    survey_id = "0" * 24 if survey == "unknown" else published("gone", **gone)
    if survey == "ended":
        step(survey_id, "endings")
    follow(survey_id)
    follow(published("lives"), OTHER)
    award(members(1)[0])
    names = awarded(2, OTHER)
    assert follow_ups.start(TEN) == 1
    pump()
    assert asked() == names
    assert {row["about"] for row in rows("invitation")} == {OTHER}


def test_the_version_that_asks_then_is_asked() -> None:
    survey_id = published()
    follow(survey_id)
    awarded(1)
    newer = put_out(next_version(survey_id).body["survey_id"])
    follow_ups.start(TEN)
    pump()
    assert [(row["survey"], row["series_id"]) for row in rows("invitation")] == [(newer, survey_id)]


def test_who_rests_or_may_not_be_asked_is_left_alone_with_the_reason(small_blocks: None) -> None:
    survey_id = published()
    follow(survey_id)
    names = awarded(2)
    for status in (Status.FROZEN, Status.ERASED):
        member(f"member-{status}", status=status)
        award(f"member-{status}")
    award("member-gone")
    follow(survey_id, OTHER)
    award(names[0], campaign_id=OTHER)
    assert follow_ups.start(TEN) == 2
    pump()
    done = [row for row in jobs() if row["asked"] == {} and row["state"] == "done"]
    by_counts = {frozenset(row["counts"].items()) for row in done}
    assert len(asked()) == 2
    assert by_counts in (
        {frozenset({"asked": 2, "not_allowed": 2, "unknown": 1}.items()), frozenset({"resting": 1}.items())},
        {
            frozenset({"asked": 1, "resting": 1, "not_allowed": 2, "unknown": 1}.items()),
            frozenset({"asked": 1}.items()),
        },
    )
    reasons = [file_of(row["survey_id"].removeprefix("job/")) for row in done]
    assert sorted(line.split(",")[1] for text in reasons for line in text.splitlines()[1:]) == [
        "not_allowed", "not_allowed", "resting", "unknown",
    ]  # fmt: skip


def test_a_survey_that_asks_every_time_is_asked_after_each_campaign() -> None:
    survey_id = published(once_days=0, minds_fatigue=False)
    follow(survey_id)
    follow(survey_id, OTHER)
    names = awarded(2)
    awarded(2, OTHER)
    assert follow_ups.start(TEN) == 2
    pump()
    assert asked() == sorted([*names, *names])
    assert Counter(row["about"] for row in rows("invitation")) == {CAMPAIGN: 2, OTHER: 2}


def test_a_job_can_be_looked_at_by_those_who_look_at_jobs() -> None:
    survey_id = published()
    follow(survey_id)
    awarded(1)
    follow_ups.start(TEN)
    pump()
    (begun,) = jobs()
    shown = job(survey_id, begun["survey_id"].removeprefix("job/"))
    assert (shown["kind"], shown["state"], shown["counts"]) == ("invitations", "done", {"asked": 1})


@pytest.mark.parametrize("number", [1, 20])
def test_calls_grow_with_those_asked_and_never_scan(number: int) -> None:
    """Two calls a member; beside them one query and one checkpoint a shard, and what the job's file costs."""
    follow(published())
    awarded(number)
    follow_ups.start(TEN)
    with counted() as made:
        pump()
    assert len(rows("invitation")) == number
    assert (made["BatchGetItem"], made["TransactWriteItems"], made["Scan"]) == (number, number, 0)
    assert made["Query"] <= SHARDS + 2
    assert made["UpdateItem"] <= SHARDS + 2
