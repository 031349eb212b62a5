"""A closing that is killed goes on where it stood, and ends like one that was not (requirement F3; ADR 0824)."""

from dataclasses import replace
from typing import Any

import pytest

from functions.books import accounts_scan, closings, counted, daily, on_job, snapshot, store
from functions.books.daily import DayNotOverError
from functions.books.snapshot import SegmentFailedError
from loyalty import dynamo, jobs
from loyalty.clock import day_of
from loyalty.jobs import JobState
from loyalty.types import Day
from tests.functions.books.mall import NOON, Mall, Patient, bucket, count
from tests.functions.till import ANNA, member
from tests.support import Context

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
MEMBERS = 25


@pytest.fixture
def crowd(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """Twenty-five more members, read three at a time."""
    monkeypatch.setattr(accounts_scan, "ACCOUNTS_A_PAGE", 3)
    for number in range(MEMBERS):
        member(f"member-{number:03d}", (bucket(mall.clock, 20 + number), 10 + number))
    return mall


def begin(mall: Mall, **event: Any) -> list[str]:
    """Run the schedule and return the days it closes."""
    return list(daily.handler(event, Context())["days"])  # type: ignore[arg-type]


def start(mall: Mall) -> list[str]:
    """Start the closing of yesterday and return its segments' jobs."""
    mall.clock.tomorrow()
    assert begin(mall) == ["2026-11-02"]
    bodies = [jobs.job_id_of(str(message["Body"])) for message in mall.messages()]
    assert len(bodies) == snapshot.SEGMENTS
    return bodies


def take_on(job_id: str, pages: int = 1_000) -> closings.Closing | None:
    """Take a segment on for at most so many pages: then its time is up."""
    left = iter([600.0] * pages)
    return snapshot.take_on(job_id, lambda: next(left, 0.0), NOON)


EXPECTED = sum(10 + number for number in range(MEMBERS))


def test_every_account_is_counted_once(crowd: Mall) -> None:
    found = [take_on(job_id) for job_id in start(crowd)]
    assert found[:2] == [None, None]
    closing = found[2]
    assert closing is not None
    assert (closing.accounts, closing.total("points")) == (MEMBERS + 2, EXPECTED)


def test_a_run_whose_time_is_up_goes_on_in_a_new_one(crowd: Mall) -> None:
    first, *others = start(crowd)
    for job_id in others:
        take_on(job_id)
    assert take_on(first, pages=1) is None
    closing = None
    while messages := crowd.messages():
        for message in messages:
            closing = take_on(jobs.job_id_of(str(message["Body"])), pages=1)
    assert closing is not None
    assert (closing.accounts, closing.total("points")) == (MEMBERS + 2, EXPECTED)


@pytest.mark.parametrize("killed_at", range(1, 7))
def test_a_run_killed_anywhere_and_run_again_ends_alike(
    crowd: Mall, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    ids = start(crowd)
    calls = 0
    page = accounts_scan.page

    def killed(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == killed_at:
            raise KeyboardInterrupt
        return page(*given)

    monkeypatch.setattr(accounts_scan, "page", killed)
    for job_id in ids:
        try:
            take_on(job_id)
        except KeyboardInterrupt:
            assert take_on(job_id) is None or job_id == ids[-1]
    found = closings.latest(Day("991231"))
    assert found is not None
    assert (found.accounts, found.total("points")) == (MEMBERS + 2, EXPECTED)


def test_a_run_killed_between_a_page_and_its_mark_counts_the_page_once(
    crowd: Mall, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = start(crowd)
    checkpoint, killed = jobs.Jobs.checkpoint, list[jobs.Job]()

    def die_first(self: jobs.Jobs, after: jobs.Job) -> jobs.Job:
        if not killed:
            killed.append(after)
            raise KeyboardInterrupt
        return checkpoint(self, after)

    monkeypatch.setattr(jobs.Jobs, "checkpoint", die_first)
    with pytest.raises(KeyboardInterrupt):
        take_on(ids[0])
    for job_id in ids:
        take_on(job_id)
    found = closings.latest(Day("991231"))
    assert found is not None
    assert (found.accounts, found.total("points")) == (MEMBERS + 2, EXPECTED)


def test_a_run_killed_before_the_sums_are_written_writes_them_when_it_comes_again(
    crowd: Mall, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = start(crowd)
    write = closings.write
    monkeypatch.setattr(closings, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    for job_id in ids[:2]:
        take_on(job_id)
    with pytest.raises(KeyboardInterrupt):
        take_on(ids[2])
    monkeypatch.setattr(closings, "write", write)
    again = take_on(ids[2])
    assert again is not None
    assert again.total("points") == EXPECTED
    assert take_on(ids[0]) == again


def test_starting_it_twice_is_starting_it_once(crowd: Mall) -> None:
    start(crowd)
    begin(crowd, as_of="2026-11-02")
    crowd.work()
    found = closings.between(Day("261101"), Day("261103"))
    assert [closing.accounts for closing in found.values()] == [MEMBERS + 2]
    begin(crowd, as_of="2026-11-02")
    assert crowd.messages() == []


def test_a_statement_that_lags_behind_its_account_is_waited_for(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.clock.tomorrow()
    mall.earn(ANNA, 100, 10_000, "R-1", bucket(mall.clock, 300))
    statement, looks = accounts_scan._statement, []

    def late(*given: Any) -> Any:
        looks.append(given)
        return [] if len(looks) < 3 else statement(*given)

    monkeypatch.setattr(accounts_scan, "_statement", late)
    assert mall.close().total("points") == 0
    assert len(looks) == 3


def test_a_statement_with_a_hole_is_never_summed_up(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.clock.tomorrow()
    for number in range(3):
        mall.earn(ANNA, 100, 10_000, f"R-{number}", bucket(mall.clock, 300))
    dynamo.client().delete_item(
        TableName="ledger", Key=dynamo.to_item({"source": "receipt/shoes/R-1", "movement": "purchase"})
    )
    begin(mall)
    records = [{"messageId": str(n), "body": one["Body"]} for n, one in enumerate(mall.messages())]
    answer = on_job.handler({"Records": records}, Patient())
    assert len(answer["batchItemFailures"]) == 1
    assert closings.latest(Day("991231")) is None


def test_a_segment_that_failed_for_good_is_no_closing(crowd: Mall) -> None:
    ids = start(crowd)
    where = store.jobs()
    job = where.read(ids[0])
    assert job is not None
    where.checkpoint(replace(job, state=JobState.FAILED, reason="test"))
    with pytest.raises(SegmentFailedError):
        take_on(ids[2])


def test_a_day_that_is_not_over_is_closed_in_a_rehearsal_only(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DayNotOverError):
        begin(mall, as_of="2026-11-02")
    monkeypatch.setenv("FUTURE_SWEEPS", "true")
    assert begin(mall, as_of="2026-11-02") == ["2026-11-02"]


def test_missed_days_are_caught_up_a_week_at_most(mall: Mall) -> None:
    mall.clock.tomorrow()
    mall.close()
    for _ in range(3):
        mall.clock.tomorrow()
    assert begin(mall) == ["2026-11-03", "2026-11-04", "2026-11-05"]
    for _ in range(20):
        mall.clock.tomorrow()
    assert len(begin(mall)) == daily.MOST_DAYS


def test_a_day_that_takes_no_more_events_is_folded_and_reads_the_same(mall: Mall) -> None:
    mall.earn(ANNA, 100, 10_000, "R-1", bucket(mall.clock, 300))
    day = mall.clock.now.date()
    (event,) = mall.events()
    count([event])
    before = counted.read_days("points", day, day, day)
    for _ in range(counted.TAKEN_FOR + 2):
        mall.clock.tomorrow()
    begin(mall)
    dynamo.client().delete_item(
        TableName="books",
        Key=next(
            {"book_id": row["book_id"], "kind": row["kind"]}
            for row in dynamo.client().scan(TableName="books")["Items"]
            if row["book_id"]["S"].startswith("day/")
        ),
    )
    assert counted.read_days("points", day, day, mall.clock.now.date()) == before
    assert before[day_of(day)]["earned.base"] == 100


def test_an_event_that_comes_too_late_is_not_counted_and_not_forgotten(
    mall: Mall, capsys: pytest.CaptureFixture[str]
) -> None:
    mall.earn(ANNA, 100, 10_000, "R-1", bucket(mall.clock, 300))
    events = mall.events()
    day = mall.clock.now.date()
    for _ in range(counted.TAKEN_FOR + 1):
        mall.clock.tomorrow()
    assert count(events) == []
    assert counted.read_days("points", day, day, day)[day_of(day)] == {}
    assert '"BooksEventsTooLate":[1.0]' in capsys.readouterr().out.replace(" ", "")
