"""Survey figures under concurrent counters, duplicates and lost answers: equal to a recount of the events.

Messages come back from a queue until they are counted, each at least once, most of them several times.
"""

import random
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.survey.reporting import figures
from functions.survey.reporting.counting import SurveyEvent
from loyalty import attempts, dynamo
from loyalty.clock import utc_now
from loyalty.errors import BusyError
from tests.functions.survey.figures.stories import counted, read, recount, story
from tests.proof.scale import SCALE, SEED
from tests.proof.weather import Weather

COUNTERS = 4
EVENTS = min(200 * SCALE, 2000)
BATCH = 10

pytestmark = pytest.mark.usefixtures("mall")


def _count(batch: list[SurveyEvent]) -> list[SurveyEvent]:
    """Count a batch; return the events that come again."""
    again: list[SurveyEvent] = []
    for pack in figures.packs(batch):
        try:
            figures.count(pack, utc_now())
        except (BusyError, *attempts.CONFLICTS):
            again += pack
    return again


def test_concurrent_counters_with_duplicates_are_a_recount() -> None:
    chance = random.Random(SEED)
    details = story(EVENTS, chance)
    events = read(details)
    stream = [each for each in events for _ in range(chance.randint(1, 5 if SCALE > 1 else 2))]
    chance.shuffle(stream)
    queue = deque(stream[n : n + BATCH] for n in range(0, len(stream), BATCH))
    weather = Weather(SEED)

    def work(number: int) -> None:
        weather.begin_thread(number)
        while queue:
            try:
                batch = queue.popleft()
            except IndexError:
                return
            if again := _count(batch):
                queue.append(again)

    with weather.over(dynamo.client()), ThreadPoolExecutor(COUNTERS) as pool:
        list(pool.map(work, range(COUNTERS)))
    assert not queue
    assert weather.faults.total()
    assert counted() == recount(details), f"PROOF_SEED={SEED}"
