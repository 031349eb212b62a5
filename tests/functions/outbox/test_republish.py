"""Publishing a period again: the same events, all of them, however many runs it takes."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from events.examples import ENTRIES, FACTS, PROFILES
from functions.outbox import on_change, republish
from functions.outbox.bus import ATTEMPTS
from functions.outbox.republish import Period, Progress
from loyalty.dynamo import Item, to_item
from tests.functions.outbox.conftest import Bus, Clock, batch, record
from tests.functions.outbox.test_on_change import poison, refusing, simple

NOVEMBER = {"from": "2026-11-01T00:00:00+08:00", "to": "2026-12-01T00:00:00+08:00"}


def store(cloud: Any, *rows: Item) -> None:
    for row in rows:
        cloud.put_item(TableName="ledger", Item=to_item(row))


def recorded(row: Item, at: str) -> Item:
    return {**row, "recorded_at": at}


def again(payload: dict[str, Any]) -> dict[str, Any]:
    context: Any = Clock()
    return republish.handler(payload, context)


def until_done(payload: dict[str, Any], clock: Callable[[], float] = lambda: 0.0) -> list[Progress]:
    """What `make republish` does: invoke until nothing is next, the payload travelling as JSON."""
    runs: list[Progress] = []
    rest: Period | None = Period.model_validate(payload)
    while rest:
        runs.append(Progress())
        rest = republish.run(rest, runs[-1], lambda: 60.0, clock)
        rest = rest and Period.model_validate_json(rest.model_dump_json(by_alias=True))
    return runs


def test_a_period_is_published_again_with_the_ids_it_had(bus: Bus, cloud: Any) -> None:
    row = ENTRIES["purchase"]
    on_change.handler(batch(record(row)), Clock())
    first = bus.details()
    store(cloud, row)

    answer = again(NOVEMBER)

    assert answer == {"rows": 1, "events": 3, "skipped": 0, "next": None}
    assert bus.details() == first


@pytest.mark.parametrize(
    ("at", "events"),
    [
        ("2026-10-31T15:59:59.999Z", 0),
        ("2026-10-31T16:00:00.000Z", 1),
        ("2026-11-30T15:59:59.999Z", 1),
        ("2026-11-30T16:00:00.000Z", 0),
    ],
)
def test_a_period_begins_with_its_first_instant_and_ends_before_its_last(
    bus: Bus, cloud: Any, at: str, events: int
) -> None:
    store(cloud, recorded(simple(1), at))

    assert again(NOVEMBER)["events"] == events


def test_rows_that_are_no_entries_are_passed_over(bus: Bus, cloud: Any) -> None:
    at = "2026-11-05T00:00:00.000Z"
    guard = {"source": "receipt/t/1", "movement": "return/0001", "kind": "guard"}
    placeholder = {"source": "receipt/t/2", "movement": "purchase", "kind": "placeholder", "recorded_at": at}
    store(cloud, guard, placeholder, recorded(poison(2), at), recorded(simple(3), at))

    answer = again(NOVEMBER)

    assert (answer["events"], answer["skipped"], answer["next"]) == (1, 1, None)
    assert bus.parked() == [], "it was parked when it was first published"


def test_a_long_period_goes_on_where_the_last_run_ended(bus: Bus, cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store(cloud, *(recorded(simple(n), "2026-11-05T00:00:00.000Z") for n in range(1, 24)))
    monkeypatch.setattr(republish, "PAGE_ROWS", 5)
    ticks = itertools.count(step=15)

    runs = until_done(NOVEMBER, lambda: float(next(ticks)))

    assert len(runs) > 1
    assert sum(progress.events for progress in runs) == 23
    assert sorted(detail["member_seq"] for detail in bus.details()) == list(range(1, 24))


def test_the_answer_names_what_is_next_as_a_payload(bus: Bus, cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store(cloud, *(recorded(simple(n), "2026-11-05T00:00:00.000Z") for n in range(1, 4)))
    monkeypatch.setattr(republish, "PAGE_ROWS", 1)
    monkeypatch.setattr(republish, "SLICE_SECONDS", 0.0)
    first = again(NOVEMBER)
    monkeypatch.setattr(republish, "SLICE_SECONDS", 40.0)

    assert first["next"].keys() == {"from", "to", "table", "segment", "segments", "start"}
    assert first["events"] + again(first["next"])["events"] == 3


def test_segments_share_the_work_and_leave_nothing_out(bus: Bus, cloud: Any) -> None:
    rows = [{**simple(n), "source": f"expire/member-{n}"} for n in range(1, 31)]
    store(cloud, *(recorded(row, "2026-11-05T00:00:00.000Z") for row in rows))

    for segment in range(4):
        until_done({**NOVEMBER, "segment": segment, "segments": 4})

    assert sorted(detail["member_seq"] for detail in bus.details()) == list(range(1, 31))


def test_a_bus_in_trouble_stops_the_run_loudly(bus: Bus, cloud: Any) -> None:
    store(cloud, recorded(simple(1), "2026-11-05T00:00:00.000Z"))
    bus.wire.answers = [refusing("ThrottlingException")] * ATTEMPTS

    with pytest.raises(republish.BusUnavailableError):
        again(NOVEMBER)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"from": "2026-11-01T00:00:00+08:00"},
        {"from": "2026-11-01T00:00:00", "to": "2026-12-01T00:00:00+08:00"},
        {"from": NOVEMBER["to"], "to": NOVEMBER["from"]},
        {**NOVEMBER, "segment": 4, "segments": 4},
        {**NOVEMBER, "until": "now"},
    ],
    ids=["nothing", "no end", "no offset", "backwards", "no such segment", "unknown field"],
)
def test_a_payload_that_is_no_period_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        again(payload)


def test_members_and_what_they_agreed_to_are_published_again_without_the_person(bus: Bus, cloud: Any) -> None:
    rows = [PROFILES["enrolled_by_app"], FACTS["agrees_to_profiling"]]
    on_change.handler(batch(*(record(row, number) for number, row in enumerate(rows, start=1))), Clock())
    first = bus.details()
    for row in (*rows, {"member_id": "phone/x", "kind": "lookup", "target": "m"}):
        cloud.put_item(TableName="members", Item=to_item(row))

    answer = again({**NOVEMBER, "table": "members"})

    assert answer == {"rows": 2, "events": 2, "skipped": 0, "next": None}
    assert sorted(bus.details(), key=str) == sorted(first, key=str)
    assert {event["type"] for event in first} == {"MemberEnrolled", "MemberProfiled"}


def test_of_members_nothing_is_read_that_says_who_they_are(cloud: Any) -> None:
    cloud.put_item(TableName="members", Item=to_item(PROFILES["enrolled_by_app"]))
    page = republish._page(Period.model_validate({**NOVEMBER, "table": "members"}))
    assert page["Items"]
    assert not [word for word in ("王小明", "13800138000", "1990-05-01") if word in str(page["Items"])]
