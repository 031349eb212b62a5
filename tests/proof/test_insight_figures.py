"""Live figures under concurrent counters, duplicates, disorder and lost answers: equal to a recount of the events.

Messages come back from a queue until they are counted, each one to five times; at full scale a hundred thousand events.
"""

import json
import logging
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from functions.insight.live import figures
from functions.insight.live.told import Told, told_by
from loyalty import counting, dynamo
from loyalty.counting import Settled, Tally
from tests.functions.insight import stories
from tests.functions.insight.stories import Detail
from tests.proof.scale import SCALE, SEED
from tests.proof.weather import Weather
from tests.support import TABLES

COUNTERS = 4
EVENTS = 100_000 if SCALE > 1 else 400
BATCH = 100 if SCALE > 1 else 20
MOST_DELIVERIES = 5
DAYS = 2
"""What happens at once happens on few days: so a pack has many events, and its rows many rivals."""
_numbers = count()
logger = logging.getLogger("proof")

pytestmark = pytest.mark.usefixtures("mall", "table")


@pytest.fixture
def table(mall: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty table of insight."""
    name = f"insight-{next(_numbers)}"
    keys = TABLES["insight"]
    schema = [{"AttributeName": key, "KeyType": way} for (key, _), way in zip(keys, ("HASH", "RANGE"), strict=True)]
    dynamo.client().create_table(
        TableName=name,
        KeySchema=schema,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("INSIGHT_TABLE", name)


def _counted(details: Sequence[Detail], numbers: Sequence[int]) -> list[int]:
    """Count a batch as the consumer does; return the numbers of the events that come again."""
    bodies = [json.dumps({"detail": details[number]}) for number in numbers]
    records = [{"messageId": f"{place}", "body": body} for place, body in enumerate(bodies)]
    batch = counting.read(records, lambda detail: told_by(detail, "Asia/Shanghai"))
    assert not batch.unreadable
    tally = figures.tally()
    settled: Settled = counting.settle(tally, tally.packs(batch.events.values()), batch.messages, stories.NOW)
    return [numbers[int(place)] for place in settled.failed]


def _rush(details: Sequence[Detail], seed: int) -> Weather:
    """Let counters take every event one to five times, in any order, until none is left."""
    chance, weather = random.Random(seed), Weather(seed)
    stream = [number for number in range(len(details)) for _ in range(chance.randint(1, MOST_DELIVERIES))]
    chance.shuffle(stream)
    queue = deque(stream[n : n + BATCH] for n in range(0, len(stream), BATCH))
    batches = count()

    def work(number: int) -> None:
        weather.begin_thread(number)
        while queue:
            try:
                numbers = queue.popleft()
            except IndexError:
                return
            if again := _counted(details, numbers):
                queue.append(again)
            next(batches)

    with weather.over(dynamo.client()), ThreadPoolExecutor(COUNTERS) as pool:
        list(pool.map(work, range(COUNTERS)))
    assert not queue
    logger.info("%d events, %d deliveries, %d batches, %s", len(details), len(stream), next(batches), weather.faults)
    return weather


def test_live_figures_are_a_recount_of_the_events() -> None:
    details = stories.story(EVENTS, random.Random(SEED), DAYS)
    weather = _rush(details, SEED)
    assert weather.faults.total()
    assert stories.counted() == stories.recount(details), f"PROOF_SEED={SEED}"


def test_events_counted_without_asking_for_their_mark_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark is written over whatever stands there: what comes again is counted again."""
    monkeypatch.setattr(Tally, "_marked", _careless(Tally._marked))
    details = stories.story(100, random.Random(SEED))
    _rush(details, SEED)
    assert stories.counted() != stories.recount(details), f"PROOF_SEED={SEED}"


def _careless(careful: Callable[..., Mapping[str, Any]]) -> Callable[..., Mapping[str, Any]]:
    def marked(tally: Tally[Told], *given: Any) -> Mapping[str, Any]:
        put = careful(tally, *given)["Put"]
        return {"Put": {name: value for name, value in put.items() if name != "ConditionExpression"}}

    return marked
