"""A mall of 10,000 receipts, made once, and an engine that holds its rows."""

from datetime import date

import pytest

from tests.lake.engine import Engine
from tests.lake.mall import Mall, mall

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def busy_mall() -> Mall:
    """The rows of a mall with 10,000 receipts, as they arrived."""
    return mall(seed=6, receipts=10_000, today=TODAY)


@pytest.fixture(scope="session")
def busy_lake(busy_mall: Mall) -> Engine:
    """An engine with the rows of that mall; tests only ask it."""
    engine = Engine()
    busy_mall.put(engine)
    return engine


@pytest.fixture
def lake() -> Engine:
    """An engine with the lake's tables, empty."""
    return Engine()
