"""Whatever arrives again, in any order and any number of times, changes no view."""

import random
from collections import defaultdict
from typing import Any

import pytest

from events.generate import samples
from functions.lake.rows import rows_of
from loyalty.lake.composing import compose, view_names
from tests.lake.engine import Engine

EVENTS = [sample["detail"] for _, sample in sorted(samples().items())]
SEED = 20261122


def lake_of(events: list[dict[str, Any]]) -> Engine:
    """A lake in which these events arrived, one after the other."""
    engine, found = Engine(), defaultdict(list)
    for event in events:
        for row in rows_of(event, "Asia/Shanghai"):
            found[row.table].append(row.values)
    for table, rows in found.items():
        engine.put(table, rows)
    return engine


@pytest.fixture(scope="module")
def once() -> Engine:
    return lake_of(EVENTS)


@pytest.fixture(scope="module")
def often() -> Engine:
    luck = random.Random(SEED)
    events = [event for event in EVENTS for _ in range(luck.randint(1, 5))]
    luck.shuffle(events)
    return lake_of(events)


def answers(engine: Engine, view: str) -> list[tuple[str, ...]]:
    return sorted(tuple(row.values()) for row in engine.query(compose(f"SELECT * FROM {view}")))


@pytest.mark.parametrize("view", view_names())
def test_a_view_is_the_same_after_repetitions(view: str, once: Engine, often: Engine) -> None:
    assert answers(often, view) == answers(once, view)


def test_the_tables_below_are_not(once: Engine, often: Engine) -> None:
    counted = "SELECT count(*) AS n FROM events_v1"
    assert int(often.query(counted)[0]["n"]) > int(once.query(counted)[0]["n"])
