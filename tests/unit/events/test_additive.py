"""The additive rule: which changes of a schema break a promise."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from events.additive import broken_promises
from events.generate import schema_of
from loyalty.events.catalogue import PointsEarned

SCHEMA = schema_of(PointsEarned)


DATA = ("$defs", "PointsEarnedData")


def changed(path: tuple[str, ...], change: Callable[[Any], object]) -> dict[str, Any]:
    """The schema with a change made to the part at that path."""
    schema = deepcopy(SCHEMA)
    part: Any = schema
    for step in path:
        part = part[step]
    change(part)
    assert schema != SCHEMA
    return schema


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ((*DATA, "properties"), lambda part: part.update(campaign={"type": "string"})),
        ((*DATA, "required"), lambda part: part.append("campaign")),
        ((*DATA, "properties", "points"), lambda part: part.update(description="Said better.")),
        (("$defs", "Purse", "enum"), lambda part: part.remove("growth")),
    ],
    ids=["a field is added", "a field is promised", "words are changed", "a closed vocabulary shrinks"],
)
def test_what_only_adds_or_narrows_keeps_every_promise(path: tuple[str, ...], change: Callable[[Any], object]) -> None:
    assert broken_promises(SCHEMA, changed(path, change)) == []


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ((*DATA, "properties"), lambda part: part.pop("balance")),
        ((*DATA, "required"), lambda part: part.remove("points")),
        ((*DATA, "properties", "points"), lambda part: part.update(type="string")),
        (("$defs", "Purse", "enum"), lambda part: part.append("miles")),
        ((*DATA, "properties", "balance", "anyOf"), lambda part: part.append({"type": "string"})),
        ((*DATA, "properties", "points"), lambda part: part.pop("minimum")),
        (("properties", "type"), lambda part: part.update(const="PointsWon")),
    ],
    ids=[
        "a field goes",
        "a field may be missing",
        "a type changes",
        "a closed vocabulary grows",
        "an optional field takes more",
        "a limit goes",
        "the type's name changes",
    ],
)
def test_what_a_consumer_could_trip_over_is_named(path: tuple[str, ...], change: Callable[[Any], object]) -> None:
    assert len(broken_promises(SCHEMA, changed(path, change))) == 1
