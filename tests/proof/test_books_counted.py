"""Books and figures counted by eight consumers from events that come often, in any order, in bad weather.

Three days of tills and staff are lived through first. What is counted of their events is what the ledger says, counted
again in plain Python; and what the accounts hold at each day's end is what was counted until then, to the point.
"""

import inspect
import json
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import count
from typing import Any

import pytest

from bench.mall import TIME_ZONE, bare_mall
from functions.books import counted, flow, on_count, snapshot
from functions.books.closings import Closing
from functions.campaigns import figures, on_receipt
from functions.outbox import conversion
from loyalty import dynamo, jobs
from loyalty.clock import date_of, days_after, local_day, utc_now, zone
from loyalty.counting import Tally
from loyalty.entries import Entry, to_row
from loyalty.types import Day, Purse
from tests.proof import recount, tills
from tests.proof.books import Books
from tests.proof.decisions import WITH_EVERYTHING, audit, plan
from tests.proof.deliveries import Queue, deliver
from tests.proof.scale import SCALE, SEED
from tests.proof.weather import Weather
from tests.support import TABLES, Context

PURCHASES = min(50 * SCALE, 300)
DAYS = 3
MOST_DELIVERIES = 5
_numbers = count()
logger = logging.getLogger("proof")

pytestmark = pytest.mark.usefixtures("mall", "quiet", "tables")


@dataclass(frozen=True)
class Story:
    """What happened: the ledger's entries, their events, the days from the first on."""

    entries: list[Entry]
    events: list[dict[str, Any]]
    days: list[Day]


@pytest.fixture(scope="module")
def mall() -> Iterator[None]:
    """A local cloud with a mall of every purse, whose members may give points to each other."""
    with bare_mall(WITH_EVERYTHING):
        yield


@pytest.fixture(scope="module")
def story(mall: None) -> Story:
    """Three days in bad weather, from tomorrow noon on: so no purchase lies behind them, and no midnight in between."""
    first = local_day(utc_now(), TIME_ZONE)
    staff, weather = plan("counted", SEED, PURCHASES), Weather(SEED)
    requests, notebook = staff.work.requests, tills.Notebook()
    size = -(-len(requests) // DAYS)
    for number in range(DAYS):
        with pytest.MonkeyPatch.context() as patch, weather.over(dynamo.client()):
            patch.setattr(tills, "utc_now", _noon(days_after(first, number + 1)))
            notebook.told += tills.serve(requests[number * size : (number + 1) * size], weather).told
    assert audit(staff, notebook) == [], f"PROOF_SEED={SEED}"
    entries = list(Books.read(staff.work).by_key().values())
    rows = (dynamo.from_item(dynamo.to_item(to_row(entry))) for entry in entries)
    events = [event for row in rows for event in conversion.of_ledger(row, "aurora")]
    plain = [event.model_dump(mode="json", exclude_none=True) for event in events]
    return Story(entries, plain, [days_after(first, number) for number in range(DAYS + 1)])


def _noon(day: Day) -> Callable[[], datetime]:
    """Return a clock that starts at noon of a mall-local day."""
    ahead = datetime.combine(date_of(day), time(12), zone(TIME_ZONE)) - utc_now()
    return lambda: utc_now() + ahead


class _Silent:
    """Powertools counts one invocation of a process at a time; here are eight."""

    def add_metric(self, *_: object) -> None:
        """Count nothing."""


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the consumers neither log each batch nor count metrics."""
    for module in (on_count, on_receipt):
        monkeypatch.setattr(module, "metrics", _Silent())
    levels = [(module.logger, module.logger.log_level) for module in (on_count, on_receipt)]
    for own, _ in levels:
        own.setLevel(logging.CRITICAL)
    yield
    for own, level in levels:
        own.setLevel(level)


@pytest.fixture
def tables(mall: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty tables of books and campaigns: each test counts the same events from the beginning."""
    number = next(_numbers)
    for name in ("books", "campaigns"):
        keys = TABLES[name]
        dynamo.client().create_table(
            TableName=f"{name}-{number}",
            KeySchema=[
                {"AttributeName": key, "KeyType": way} for (key, _), way in zip(keys, ("HASH", "RANGE"), strict=True)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        monkeypatch.setenv(f"{name.upper()}_TABLE", f"{name}-{number}")


def _consumer(handler: Any) -> Callable[[Sequence[Mapping[str, Any]]], list[str]]:
    """Return what a handler does with a batch, without what Powertools does around it."""
    bare = inspect.unwrap(handler)

    def consume(records: Sequence[Mapping[str, Any]]) -> list[str]:
        answer = bare({"Records": records}, Context())
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    return consume


def _count(story: Story) -> None:
    """Let both consumers hear what they subscribe to: each event one to five times, shuffled."""
    for name, handler, heard in (
        ("books", on_count.handler, set(flow.HEARD)),
        ("campaigns", on_receipt.handler, set(on_receipt.HEARD)),
    ):
        luck, weather = random.Random(f"{name}/{SEED}"), Weather(SEED)
        own = [json.dumps({"detail": event}) for event in story.events if event["type"] in heard]
        bodies = [body for body in own for _ in range(luck.randint(1, MOST_DELIVERIES))]
        luck.shuffle(bodies)
        queue = Queue(f"{name}-{next(_numbers)}")
        with weather.over(dynamo.client()):
            batches = deliver(queue, bodies, _consumer(handler), weather)
        assert queue.dead() == Counter()
        assert weather.faults.total()
        logger.info(
            "seed %s: %s: %d events, %d messages in %d batches, %d calls, %s",
            *(SEED, name, len(own), len(bodies), batches, weather.calls, dict(weather.faults)),
        )


def _flows(story: Story) -> tuple[recount.Sums, recount.Sums]:
    """Return what was counted by day and purse: by flow and reason, and by month of expiry."""
    by_reason, by_place = recount.Sums(), recount.Sums()
    first, last = date_of(story.days[0]), date_of(story.days[-1])
    for purse in Purse:
        for day, sums in counted.read_days(purse, first, last, first).items():
            for name, number in sums.items():
                found, key = (by_place, name.partition("@")[2]) if "@" in name else (by_reason, name)
                found.setdefault((day, purse), Counter())[key] += number
    return recount.told(by_reason), recount.told(by_place)


def _audit_books(story: Story) -> list[str]:
    by_reason, by_place = _flows(story)
    pairs = ((by_reason, recount.flows(story.entries)), (by_place, recount.places(story.entries)))
    return [
        f"{place}: counted {found.get(place)}, the ledger says {wanted.get(place)}"
        for found, wanted in pairs
        for place in sorted(found.keys() | wanted.keys())
        if found.get(place) != wanted.get(place)
    ]


def _audit_figures(story: Story) -> list[str]:
    wanted = recount.campaigns(story.entries)
    found = {campaign: recount.without_nothing(figures.read(campaign)) for campaign in wanted}
    return [
        f"{campaign} {row}: counted {found[campaign].get(row)}, the ledger says {rows.get(row)}"
        for campaign, rows in wanted.items()
        for row in sorted(found[campaign].keys() | rows.keys())
        if found[campaign].get(row) != rows.get(row)
    ]


def _closed(day: Day) -> Closing:
    """Close a day, segment by segment."""
    snapshot.begin(day, 1, utc_now())
    for segment in range(snapshot.SEGMENTS):
        job_id = jobs.job_id_for(snapshot.CLOSING, day, snapshot.SCHEDULE, f"1/{segment}")
        closing = snapshot.take_on(job_id, lambda: 600.0, utc_now())
    assert closing
    return closing


def _differences(story: Story) -> list[str]:
    """Compare what accounts hold at each day's end with all that was counted until then."""
    _, by_place = _flows(story)
    said: list[str] = []
    for day in story.days:
        closing = _closed(day)
        for purse in Purse:
            until = Counter[str]()
            for (when, which), sums in by_place.items():
                until.update(sums if when <= day and which is purse else {})
            held = Counter(closing.places.get(purse, {}))
            held.subtract(until)
            said += [f"{day} {purse} {place}: {n} more are held than counted" for place, n in held.items() if n]
    return said


def test_books_and_figures_are_what_the_ledger_says_and_what_the_accounts_hold(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "SEGMENTS", 4)
    _count(story)
    assert _audit_books(story) == [], f"PROOF_SEED={SEED}"
    assert _audit_figures(story) == [], f"PROOF_SEED={SEED}"
    assert _differences(story) == [], f"PROOF_SEED={SEED}"


def test_the_days_moved_every_purse_in_every_way(story: Story) -> None:
    """A proof on days without movements would prove nothing."""
    found = recount.flows(story.entries)
    assert {purse for _, purse in found} == set(Purse)
    assert {day for day, _ in found} == set(story.days)
    ways = {name.partition(".")[0] for sums in found.values() for name in sums}
    assert ways == set(flow.Flow)
    assert any(rows["all"].get("returns") for rows in recount.campaigns(story.entries).values())


def test_events_counted_without_asking_for_their_mark_are_found_out(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both consumers write the mark over whatever stands there: what comes again is counted again."""
    for owner, name in ((Tally, "_marked"), (figures, "_absent")):
        monkeypatch.setattr(owner, name, _careless(getattr(owner, name)))
    _count(story)
    assert _audit_books(story) != [], f"PROOF_SEED={SEED}"
    assert _audit_figures(story) != [], f"PROOF_SEED={SEED}"


def _careless(careful: Callable[..., Mapping[str, Any]]) -> Callable[..., Mapping[str, Any]]:
    def marked(*given: Any) -> Mapping[str, Any]:
        part = careful(*given)
        return {"Put": {name: value for name, value in part["Put"].items() if name != "ConditionExpression"}}

    return marked
