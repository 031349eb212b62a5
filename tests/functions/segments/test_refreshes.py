"""A refresh finds who is in what, moves exactly those who came or went, and tells of each once."""

from datetime import date, timedelta
from typing import Any

import pytest

from functions.outbox.segments import of_membership_row
from functions.segments import nightly
from loyalty import dynamo, memberships
from loyalty.types import Status
from tests.functions.campaigns.desk import enrol
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import (
    AUDITOR,
    BOUGHT,
    SPENT_MUCH,
    TODAY,
    Lake,
    Run,
    begun,
    everything,
    made,
    members_in,
    pump,
    refreshed,
    send,
    status,
    told,
)

pytestmark = pytest.mark.usefixtures("members", "nothing_shipped")


def test_whoever_meets_the_conditions_is_in_the_segment_by_one_read(lake: Lake) -> None:
    segment_id = made()
    lake.bought("member-anna")
    lake.bought("member-cleo")
    done = refreshed()
    assert members_in(segment_id) == ["member-anna", "member-cleo"]
    assert dynamo.get(memberships.table(), memberships.member_key(segment_id, "member-anna")) is not None
    assert (done["moves"], done["moved"], done["entered"], done["left"]) == (2, 2, 2, 0)
    assert (done["phase"], done["segments"], done["bytes_scanned"]) == ("done", 1, 1000)


def test_only_those_who_came_or_went_are_moved_and_told_of(lake: Lake) -> None:
    bought, much = made(), made("key-2", condition=SPENT_MUCH)
    lake.bought("member-anna", 900_00)
    refreshed()
    before = everything()
    lake.bought("member-anna", 200_00)
    lake.bought("member-bert")
    done = refreshed("refresh-2")
    assert (done["entered"], done["left"]) == (2, 0)
    assert [row for row in before if row not in everything()] == []
    assert (members_in(bought), members_in(much)) == (["member-anna", "member-bert"], ["member-anna"])
    assert told() == sorted(
        ("SegmentEntered", who, what) for who, what in (
            ("member-anna", bought), ("member-anna", much), ("member-bert", bought),
        )
    )  # fmt: skip


def test_a_refresh_that_finds_nothing_new_writes_no_member(lake: Lake) -> None:
    made()
    lake.bought("member-anna")
    refreshed()
    before = everything()
    done = refreshed("refresh-2")
    assert (done["moves"], everything()) == (0, before)


def test_whoever_leaves_and_comes_again_is_told_of_each_time_by_events_of_their_own(lake: Lake) -> None:
    segment_id = made(condition={"about": "visits", "days": 30, "at_least": 1})
    lake.bought("member-anna", day=TODAY - timedelta(days=20))
    ids = set[str]()
    for number, ago in enumerate((10, 60, 0)):
        done = refreshed(f"refresh-{number}", TODAY - timedelta(days=ago))
        (event,) = [one for one in _events() if one.data.refresh_id == done["refresh_id"]]
        ids.add(event.id)
    assert [event.type for event in _events()] == ["SegmentLeft", "SegmentEntered"]
    assert (len(ids), members_in(segment_id)) == (3, ["member-anna"])


def test_a_refresh_stands_on_the_day_it_is_asked_to(lake: Lake) -> None:
    segment_id = made()
    lake.bought("member-anna", day=TODAY - timedelta(days=365))
    lake.bought("member-bert")
    refreshed(as_of=TODAY - timedelta(days=100))
    assert members_in(segment_id) == ["member-anna"]
    (event,) = _events()
    assert (event.data.as_of, event.time.isoformat()) == (TODAY - timedelta(days=100), "2026-08-14T04:00:00+00:00")


def test_a_repeated_request_is_the_same_refresh_and_another_day_is_refused(lake: Lake) -> None:
    first = send("POST /segments/refreshes", {}, key="refresh-1")
    again = send("POST /segments/refreshes", {}, key="refresh-1")
    assert (first.status, again.body, again.headers["idempotent-replayed"]) == (202, first.body, "true")
    assert send("POST /segments/refreshes", {"as_of": "2026-01-01"}, key="refresh-1").code == "idempotency_key_reused"


def test_the_first_days_of_the_calendar_are_days_like_others() -> None:
    segment_id = made(condition={"about": "stage", "in": ["new"]})
    assert (refreshed(as_of=date.min)["moves"], members_in(segment_id)) == (0, [])


def test_a_day_to_come_is_refused_where_the_stage_does_not_allow_it() -> None:
    answer = send("POST /segments/refreshes", {"as_of": "2027-01-01"}, key="refresh-1")
    assert (answer.status, answer.body["errors"][0]["code"]) == (400, "in_the_future")


def test_only_marketers_begin_a_refresh_and_all_staff_see_it() -> None:
    assert send("POST /segments/refreshes", {}, AUDITOR, "refresh-1").status == 403
    assert status(begun())["phase"] == "queued"
    assert send("GET /segments/refreshes/" + "0" * 32, caller=AUDITOR).status == 404


def test_the_night_refreshes_by_itself_and_a_repeated_run_is_one(lake: Lake) -> None:
    segment_id = made()
    lake.bought("member-anna")
    first = nightly.handler({}, Run())  # type: ignore[arg-type]
    assert nightly.handler({}, Run()) == first  # type: ignore[arg-type]
    pump()
    assert (status(first["refresh_id"])["asked_by"], members_in(segment_id)) == ("schedule", ["member-anna"])


def test_the_members_of_an_archived_segment_leave_and_are_told_why(lake: Lake) -> None:
    segment_id = made()
    lake.bought("member-anna")
    refreshed()
    assert send(f"POST /segments/{segment_id}/archivals").body["state"] == "archived"
    done = refreshed("refresh-2")
    assert (done["left"], done["left_archived"], members_in(segment_id)) == (0, 1, [])
    (left,) = _events()
    assert (left.type, left.data.cause) == ("SegmentLeft", "archived")


def test_a_changed_definition_moves_whom_it_does_not_hold_for(lake: Lake) -> None:
    segment_id = made()
    lake.bought("member-anna")
    refreshed()
    assert send(f"PATCH /segments/{segment_id}", {"condition": SPENT_MUCH}).body["version"] == 2
    assert members_in(segment_id) == ["member-anna"]
    refreshed("refresh-2")
    (left,) = _events()
    assert (left.data.cause, left.data.segment_seq, members_in(segment_id)) == ("conditions", 2, [])


def test_somebody_the_lake_has_not_heard_is_gone_does_not_enter(lake: Lake) -> None:
    segment_id = made()
    for member_id in ("member-anna", "member-gone", "stranger-1"):
        lake.member(member_id) if member_id != "member-anna" else None
        lake.bought(member_id)
    enrol("member-gone", Status.ERASED)
    refreshed()
    assert (members_in(segment_id), told()) == (["member-anna"], [("SegmentEntered", "member-anna", segment_id)])


def test_a_lake_that_cannot_answer_fails_the_refresh_and_moves_nobody(office: Athena, lake: Lake) -> None:
    segment_id = made()
    lake.bought("member-anna")
    office.failures = [("FAILED", False)]
    refresh_id = begun()
    pump()
    assert (status(refresh_id)["state"], status(refresh_id)["reason"], everything()) == ("failed", "lake_failed", [])
    refreshed("refresh-2")
    assert members_in(segment_id) == ["member-anna"]


def test_what_may_succeed_another_time_is_asked_again_and_at_last_given_up(office: Athena, lake: Lake) -> None:
    made()
    office.failures = [("FAILED", True), ("FAILED", True)]
    refreshed()
    assert len(office.started) == 3
    office.failures = [("FAILED", True)] * 3
    refresh_id = begun("refresh-2")
    pump()
    assert (status(refresh_id)["reason"], len(office.started)) == ("lake_failed", 6)


def test_too_many_queries_at_once_are_waited_for_and_a_refused_one_fails(office: Athena) -> None:
    made()
    office.refused = ["TooManyRequestsException", "TooManyRequestsException"]
    refreshed()
    office.refused = ["InvalidRequestException"]
    refresh_id = begun("refresh-2")
    pump()
    assert status(refresh_id)["state"] == "failed"


def test_the_sizes_are_those_of_the_newest_refresh(lake: Lake) -> None:
    segment_id = made()
    assert send(f"GET /segments/{segment_id}", caller=AUDITOR).body["size"] is None
    lake.bought("member-anna")
    refreshed()
    lake.bought("member-bert")
    refreshed("refresh-2")
    found = send(f"GET /segments/{segment_id}", caller=AUDITOR).body
    assert (found["size"], found["entered"], found["left"], found["as_of"]) == (2, 1, 0, "2026-11-22")


def test_conditions_that_hold_for_nobody_make_an_empty_segment() -> None:
    segment_id = made(condition={"not": {"any": [BOUGHT, {"not": BOUGHT}]}})
    assert (refreshed()["moves"], members_in(segment_id)) == (0, [])


def _events() -> list[Any]:
    """Return the events that the rows mean now, the earliest day first."""
    found = [event for row in everything() for event in of_membership_row(row, "aurora")]
    return sorted(found, key=lambda event: event.data.as_of)
