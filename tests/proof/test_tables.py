"""Proofs and measurements stand on the tables that are deployed: same keys, same indexes, same projections."""

from infra.tables import INDEXES as DEPLOYED_INDEXES
from infra.tables import KEYS, NUMBERS
from tests.support import INDEXES, TABLES


def _typed(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, "N" if name in NUMBERS else "S") for name in names)


def test_the_tables_have_the_deployed_keys() -> None:
    assert {table.value: _typed(keys) for table, keys in KEYS.items()} == TABLES


def test_the_indexes_have_the_deployed_keys_and_carry_the_same() -> None:
    deployed = {
        (table.value, index.name): (_typed(index.keys), set(index.carries), index.whole)
        for table, indexes in DEPLOYED_INDEXES.items()
        for index in indexes
    }
    here = {
        (table, name): (keys, set(projection.get("NonKeyAttributes", [])), projection["ProjectionType"] == "ALL")
        for table, indexes in INDEXES.items()
        for name, keys, projection in indexes
    }
    assert deployed == here
