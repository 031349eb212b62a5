"""Asking many: each member once wherever the work is killed; who rests or may not be asked is told with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from functions.survey.inviting import schedules
from loyalty import dynamo
from loyalty.clock import iso, utc_now
from loyalty.imports import files
from loyalty.surveys.occasion import TriggerEvent
from loyalty.types import Status
from tests.functions.members.faults import KilledError
from tests.functions.survey.definitions.office import (
    MARKETER,
    NOBODY,
    OPERATOR,
    begin,
    draft,
    everything,
    file_of,
    heard,
    job,
    next_version,
    published,
    pump,
    put_out,
    rows,
    send,
    step,
)
from tests.functions.till import member

pytestmark = pytest.mark.usefixtures("office")
MOMENTS = (
    "before-call.dynamodb.UpdateItem",
    "after-call.dynamodb.UpdateItem",
    "after-call.dynamodb.TransactWriteItems",
    "before-call.dynamodb.PutItem",
    "after-call.dynamodb.PutItem",
    "after-call.s3.UploadPart",
    "after-call.s3.CompleteMultipartUpload",
)


@contextmanager
def dying(moment: str, at: int) -> Iterator[None]:
    """Let the process die at the n-th call of a kind: just before it is sent, or just after it was answered."""
    calls = count()
    service = moment.split(".")[1]
    events = (files.client() if service == "s3" else dynamo.service(service)).meta.events

    def die(**_: Any) -> None:
        if next(calls) == at:
            raise KilledError

    events.register(moment, die)
    try:
        yield
    finally:
        events.unregister(moment, die)


def killed_again_and_again(moment: str) -> None:
    """Work on the queue, dying at the first, the second, the third ... call of a kind, and then undisturbed."""
    for at in range(8):
        try:
            with dying(moment, at):
                pump()
                break
        except KilledError:
            continue
    pump()


def members(number: int) -> list[str]:
    names = [f"member-{n:03d}" for n in range(number)]
    for name in names:
        member(name)
    return names


def asked() -> list[str]:
    return sorted(row["member_id"] for row in rows("invitation"))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_list_killed_anywhere_asks_each_member_once(small_blocks: None, moment: str) -> None:
    survey_id = published()
    names = members(5)
    job_id = begin(survey_id, "invitations", {"members": ["member-unknown", *names, names[0]]})
    killed_again_and_again(moment)
    assert asked() == names
    done = job(survey_id, job_id)
    assert (done["state"], done["counts"], done["done"], done["total"]) == ("done", {"asked": 5, "unknown": 1}, 6, 6)
    assert file_of(job_id) == "member_id,reason\r\nmember-unknown,unknown\r\n"
    assert {(row["way"], row["origin"], row["survey_version"]) for row in rows("invitation")} == {("list", "staff", 1)}


def test_who_rests_or_may_not_be_asked_is_left_alone_with_the_reason(small_blocks: None) -> None:
    survey_id = published()
    names = members(3)
    for status in Status:
        member(f"member-{status}", status=status)
    begin(survey_id, "invitations", {"members": names[:1]}, "first")
    pump()
    told = [*names, *(f"member-{status}" for status in Status)]
    job_id = begin(survey_id, "invitations", {"members": told}, "second")
    pump()
    assert asked() == sorted([*names, "member-active", "member-qualifying"])
    assert job(survey_id, job_id)["counts"] == {"asked": 4, "resting": 1, "not_allowed": 4}
    assert file_of(job_id).splitlines()[1] == f"{names[0]},resting"
    assert "members" not in next(row for row in rows("job") if row["survey_id"] == f"job/{job_id}")["asked"]


def test_a_list_is_asked_at_once_whatever_the_delay_after_an_event() -> None:
    survey_id = published(on_event={"events": ["CouponRedeemed"], "delay_minutes": 600})
    begin(survey_id, "invitations", {"members": members(1)})
    pump()
    assert [row["state"] for row in rows("invitation")] == ["open"]


def test_the_same_request_is_the_same_job() -> None:
    survey_id = published()
    names = members(2)
    once = begin(survey_id, "invitations", {"members": names})
    again = send(f"POST /surveys/{survey_id}/invitations", {"members": names}, key="job-1")
    assert (again.status, again.body["job_id"], again.headers["idempotent-replayed"]) == (202, once, "true")
    other = send(f"POST /surveys/{survey_id}/invitations", {"members": names[:1]}, key="job-1")
    assert other.code == "idempotency_key_reused"
    pump()
    step(survey_id, "endings")
    assert begin(survey_id, "invitations", {"members": names}) == once
    assert len(rows("invitation")) == 2


def test_only_a_survey_that_asks_now_invites() -> None:
    names = members(1)
    refused = {
        draft("draft"): "wrong_state",
        published("later", valid_from=iso(utc_now() + timedelta(days=1))): "survey_not_asking",
        published("over", valid_until="2026-01-01T00:00:00Z"): "survey_not_asking",
    }
    for survey_id, code in refused.items():
        answer = send(f"POST /surveys/{survey_id}/invitations", {"members": names}, key="k")
        assert (answer.status, answer.code) == (409, code)


def test_a_survey_that_ends_meanwhile_asks_nobody_more(small_blocks: None) -> None:
    survey_id = published()
    job_id = begin(survey_id, "invitations", {"members": members(4)})
    step(survey_id, "endings")
    pump()
    done = job(survey_id, job_id)
    assert (done["state"], done["reason"]) == ("failed", "wrong_state")
    assert asked() == []


NAMES_TOO_MANY = [f"member-{n:04d}" for n in range(1001)]
WHEN = {"from": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"members": []},
        {"members": ["m" * 41]},
        {"members": ["../x-----"]},
        {"members": NAMES_TOO_MANY},
        {"members": ["member-anna"], "redeemed": WHEN},
        {"redeemed": {}},
        {"redeemed": {**WHEN, "until": "2026-12-03T00:00:00Z"}},
        {"redeemed": {**WHEN, "until": WHEN["from"]}},
        {"redeemed": {**WHEN, "from": "2026-11-01T00:00:00"}},
        {"redeemed": {**WHEN, "events": ["PointsEarned"]}},
        {"redeemed": {**WHEN, "tenant_id": "a b"}},
    ],
)
def test_whom_to_ask_is_said_one_way_and_within_bounds(body: object) -> None:
    assert send(f"POST /surveys/{published()}/invitations", body, key="k").status == 400


def redeemed(**more: Any) -> dict[str, Any]:
    now = utc_now()
    return {"redeemed": {"from": iso(now - timedelta(days=3)), "until": iso(now), **more}}


@pytest.mark.parametrize("moment", MOMENTS[:5])
def test_who_redeemed_is_asked_once_however_often_they_did(small_blocks: None, moment: str) -> None:
    survey_id = published()
    names, now = members(9), utc_now()
    for n, name in enumerate(names):
        heard(f"a-{n}", name, now - timedelta(hours=1), tenant_id="shoes")
        heard(f"b-{n}", name, now - timedelta(days=2), "PointsRedeemed", tenant_id="shoes")
    heard("too-early", "member-early", now - timedelta(days=4), tenant_id="shoes")
    heard("elsewhere", "member-books", now - timedelta(days=1), tenant_id="books")
    heard("imported", "member-moved", now - timedelta(days=1), tenant_id="shoes", origin="import")
    heard("enrolled", "member-fresh", now - timedelta(days=1), "MemberEnrolled", tenant_id="shoes")
    job_id = begin(survey_id, "invitations", redeemed(tenant_id="shoes"))
    killed_again_and_again(moment)
    assert asked() == names
    assert job(survey_id, job_id)["counts"] == {"asked": 9}
    assert {row["way"] for row in rows("invitation")} == {"staff"}


def test_those_of_one_template_are_told_apart() -> None:
    survey_id, now = published(), utc_now() - timedelta(hours=1)
    one, other = members(2)
    heard("a", one, now, template_id="1" * 24)
    heard("b", other, now, template_id="2" * 24)
    begin(survey_id, "invitations", redeemed(template_id="2" * 24))
    pump()
    assert asked() == [other]


def test_a_file_that_names_members_is_for_operators() -> None:
    survey_id = published()
    job_id = begin(survey_id, "invitations", {"members": members(1)})
    assert job(survey_id, job_id)["download_url"] is None
    pump()
    assert job(survey_id, job_id, OPERATOR)["download_url"].startswith("https://")
    assert job(survey_id, job_id, MARKETER)["download_url"] is None
    assert send(f"GET /surveys/{NOBODY}/jobs/{job_id}").status == 404


TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""


def scheduled(key: str = "key-1", **audience: Any) -> str:
    schedule = {"rrule": "FREQ=DAILY;INTERVAL=2", "starts_on": "2026-11-20", "audience": audience}
    return published(key, on_schedule=schedule, on_event=None)


@pytest.fixture
def published_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every survey began to ask before the first day of the schedules here."""
    monkeypatch.setattr(schedules, "_published_at", lambda _: TEN - timedelta(days=9))


@pytest.mark.usefixtures("published_long_ago")
def test_a_day_of_a_schedule_asks_once_however_often_the_hour_comes() -> None:
    names = members(2)
    scheduled(members=[*names, names[0]])
    assert schedules.start(TEN - timedelta(minutes=1)) == 0
    assert schedules.start(TEN) == 1
    pump()
    for hours in range(1, 40):
        assert schedules.start(TEN + timedelta(hours=hours)) == 0
    assert pump() == 0
    assert asked() == names
    assert {(row["way"], row["origin"]) for row in rows("invitation")} == {("schedule", "schedule")}
    assert schedules.start(TEN + timedelta(days=2)) == 1


@pytest.mark.usefixtures("published_long_ago")
def test_a_schedule_asks_those_who_came_lately() -> None:
    names = members(2)
    scheduled(active_within_days=7, events=[TriggerEvent.COUPON_REDEEMED])
    heard("a", names[0], TEN - timedelta(days=6))
    heard("b", names[1], TEN - timedelta(days=8))
    heard("c", names[1], TEN - timedelta(days=1), "PointsRedeemed")
    schedules.start(TEN + timedelta(hours=3))
    pump()
    assert asked() == names[:1]


@pytest.mark.usefixtures("published_long_ago")
def test_a_new_version_does_not_ask_again_on_the_same_day() -> None:
    first_id = scheduled(members=members(1))
    assert schedules.start(TEN) == 1
    put_out(next_version(first_id).body["survey_id"])
    assert schedules.start(TEN + timedelta(hours=1)) == 0


def test_a_schedule_starts_nothing_of_before_its_publication_or_while_it_pauses() -> None:
    survey_id = scheduled(members=members(1))
    before = everything()
    assert schedules.start(TEN) == 0
    step(survey_id, "pauses")
    assert schedules.start(utc_now() + timedelta(days=40)) == 0
    assert len(everything()) == len(before)
