"""Dry runs and exports: counted once wherever they are killed, nothing written to members, files that harm nobody."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.clock import iso, utc_now
from tests.functions.survey.definitions.office import (
    EASE,
    MARKETER,
    WHY,
    begin,
    draft,
    file_of,
    heard,
    job,
    next_version,
    published,
    pump,
    put_out,
    rows,
    send,
)
from tests.functions.survey.definitions.test_asking import MOMENTS, killed_again_and_again

pytestmark = pytest.mark.usefixtures("office")
READING = (*MOMENTS[:2], *MOMENTS[5:])
SHOES = {"field": "tenant_id", "op": "eq", "value": "shoes"}


def table_of(job_id: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file_of(job_id), newline="")))


@pytest.mark.parametrize("moment", READING)
def test_a_dry_run_tells_who_would_have_been_asked(small_blocks: None, moment: str) -> None:
    now = utc_now()
    survey_id = draft(on_event={"events": ["CouponRedeemed"], "conditions": [SHOES]}, once_days=0)
    for n in range(6):
        heard(f"a-{n}", f"member-{n:03d}", now - timedelta(days=5), tenant_id="shoes", receipt_no="R-1")
        heard(f"b-{n}", f"member-{n:03d}", now - timedelta(days=5), tenant_id="shoes", receipt_no="R-1")
        heard(f"c-{n}", f"member-{n:03d}", now - timedelta(days=4), tenant_id="shoes")
    heard("books", "member-000", now - timedelta(days=1), tenant_id="books")
    heard("imported", "member-777", now - timedelta(days=1), tenant_id="shoes", origin="import")
    heard("other", "member-888", now - timedelta(days=1), "PointsRedeemed", tenant_id="shoes")
    heard("early", "member-999", now - timedelta(days=8), tenant_id="shoes")
    job_id = begin(survey_id, "dry-runs")
    killed_again_and_again(moment)
    done = job(survey_id, job_id)
    assert done["counts"] == {
        "events": 21,
        "fitting": 18,
        "would_be_asked": 6,
        "same_occasion": 6,
        "resting": 6,
        "conditions": 1,
        "imported": 1,
        "other_event": 1,
    }
    header, *lines = table_of(job_id)
    assert header == ["member_id", "at", "event", "outcome"]
    assert len(lines) == done["done"] == 20
    told = sorted((who, event) for who, _, event, outcome in lines if outcome == "would_be_asked")
    assert told == [(f"member-{n:03d}", "CouponRedeemed") for n in range(6)]
    assert rows("slot") == rows("invitation") == []


def test_a_member_is_rested_again_after_the_week() -> None:
    now = utc_now()
    survey_id = draft(once_days=0)
    for days in (20, 14, 12, 1):
        heard(f"e-{days}", "member-anna", now - timedelta(days=days))
    job_id = begin(survey_id, "dry-runs", {"from": iso(now - timedelta(days=30)), "until": iso(now)})
    pump()
    assert [line[3] for line in table_of(job_id)[1:]] == [
        "would_be_asked",
        "resting",
        "would_be_asked",
        "would_be_asked",
    ]


def test_a_dry_run_of_a_survey_that_begins_later_is_as_if_it_had_begun() -> None:
    heard("a", "member-anna", utc_now() - timedelta(days=1))
    survey_id = draft(valid_from=iso(utc_now() + timedelta(days=9)))
    job_id = begin(survey_id, "dry-runs", {})
    pump()
    assert job(survey_id, job_id)["counts"]["would_be_asked"] == 1


def test_a_sample_is_told_from_those_left_out() -> None:
    now = utc_now()
    for n in range(60):
        heard(f"e-{n}", f"member-{n:03d}", now - timedelta(hours=n + 1))
    survey_id = draft(on_event={"events": ["CouponRedeemed"], "sample_percent": 50})
    job_id = begin(survey_id, "dry-runs")
    pump()
    counts = job(survey_id, job_id)["counts"]
    assert counts["would_be_asked"] + counts["sampled_out"] == 60
    assert 15 < counts["would_be_asked"] < 45


@pytest.mark.parametrize(
    "body",
    [
        {"from": "2026-11-01T00:00:00Z"},
        {"until": "2026-11-01T00:00:00Z"},
        {"from": "2026-10-01T00:00:00Z", "until": "2026-11-01T00:00:01Z"},
        {"from": "2026-11-02T00:00:00Z", "until": "2026-11-01T00:00:00Z"},
    ],
)
def test_a_dry_run_looks_back_a_month_at_most(body: object) -> None:
    assert send(f"POST /surveys/{draft()}/dry-runs", body, key="k").status == 400


def test_a_survey_without_events_has_nothing_to_replay() -> None:
    answer = send(f"POST /surveys/{draft(on_event=None)}/dry-runs", key="k")
    assert (answer.status, answer.code) == (422, "survey_without_events")


NASTY = '=HYPERLINK("http://x")\n<script>alert(1)</script>,"😀" 打 138 0013 8000 或 ann@example.com；价格 1999'


def answered(number: int, series_id: str, at: datetime, **facts: Any) -> None:
    """Put an answer, as it is kept."""
    answer_id = f"answer-{number:03d}"
    row = {
        "survey_id": f"answer/{answer_id}",
        "kind": "answer",
        "answer_id": answer_id,
        "member_id": f"member-{number:03d}",
        "series_id": series_id,
        "survey_version": 1,
        "shelf": f"answers/{series_id}",
        "placed": f"answer/{iso(at)}/{answer_id}",
        "answered_at": iso(at),
        "channel": "app",
        "scores": [{"question": "ease", "kind": "scale", "dimension": "ease", "score": 3}],
        **facts,
    }
    dynamo.client().put_item(TableName="surveys", Item=dynamo.to_item(row))


AT = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize("moment", READING)
def test_an_export_killed_anywhere_names_every_answer_once(small_blocks: None, moment: str) -> None:
    survey_id = draft()
    for number in range(11):
        answered(number, survey_id, AT + timedelta(minutes=number))
    answered(99, "f" * 24, AT)
    job_id = begin(survey_id, "exports")
    killed_again_and_again(moment)
    header, *lines = table_of(job_id)
    assert header[:2] == ["answer_id", "answered_at"]
    assert [line[0] for line in lines] == [f"answer-{number:03d}" for number in range(11)]
    assert "member" not in file_of(job_id)
    done = job(survey_id, job_id, MARKETER)
    assert (done["state"], done["done"]) == ("done", 11)
    assert done["download_url"].startswith("https://")


def test_an_export_tells_everything_but_who_it_was() -> None:
    pick = {
        "code": "tier",
        "kind": "multiple",
        "zh": "?",
        "choices": [{"code": "a", "zh": "甲"}, {"code": "b", "zh": "乙"}],
    }
    first_id = published(questions=[EASE, WHY])
    put_out(next_version(first_id, questions=[EASE, pick]).body["survey_id"])
    answered(
        1,
        first_id,
        AT,
        texts=[{"question": "why", "text": NASTY}],
        choices=[{"question": "tier", "choice": "a"}, {"question": "tier", "choice": "b"}],
        tier="gold",
        tenant_id="shoes",
        about="=1+1",
        sentiment="negative",
        aspects=["staff", "queue"],
        complaints=["queue.too_long"],
    )
    job_id = begin(first_id, "exports")
    pump()
    header, line = table_of(job_id)
    assert dict(zip(header, line, strict=True)) == {
        "answer_id": "answer-001",
        "answered_at": "2026-11-20T04:00:00.000Z",
        "version": "1",
        "channel": "app",
        "tier": "gold",
        "tenant_id": "shoes",
        "about": "'=1+1",
        "ease": "3",
        "why": '\'=HYPERLINK("http://x")\n<script>alert(1)</script>,"😀" 打 *** 或 ***；价格 1999',
        "question_tier": "a b",
        "sentiment": "negative",
        "aspects": "staff queue",
        "complaints": "queue.too_long",
    }


def test_the_longest_answer_is_whole() -> None:
    survey_id = draft()
    answered(1, survey_id, AT, texts=[{"question": "why", "text": "😀" * 10_000}])
    job_id = begin(survey_id, "exports")
    pump()
    header, line = table_of(job_id)
    assert line[header.index("why")] == "😀" * 10_000


def test_an_export_is_of_the_time_asked_for() -> None:
    survey_id = draft()
    for number in range(5):
        answered(number, survey_id, AT + timedelta(days=number))
    when = {"from": iso(AT + timedelta(days=1)), "until": iso(AT + timedelta(days=3)), "what": "answers"}
    job_id = begin(survey_id, "exports", when)
    pump()
    assert [line[0] for line in table_of(job_id)[1:]] == ["answer-001", "answer-002"]
    assert send(f"POST /surveys/{survey_id}/exports", {"what": "members"}, key="k").status == 400
