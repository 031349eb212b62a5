"""Stock dealt to shards: nothing is lost by dealing, nothing is taken that is not there, nothing goes below zero."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import dynamo, stock
from loyalty.stock import MOST_SHARDS, Place, Shard, SoldOutError

PLACE = Place("rewards", "reward_id", "reward/r1/desk", MOST_SHARDS)
quantities = st.integers(0, 100_000)
contents = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=MOST_SHARDS)


def shards(*held: tuple[int, int]) -> list[Shard]:
    return [Shard(number, left, taken) for number, (left, taken) in enumerate(held)]


def update_of(part: Mapping[str, Any]) -> tuple[int, dict[str, int]]:
    """Return the shard and the values of an update."""
    update = part["Update"]
    values = {name: int(value["N"]) for name, value in update["ExpressionAttributeValues"].items()}
    return int(update["Key"]["reward_id"]["S"][-2:]), values


@given(quantities, st.integers(1, MOST_SHARDS))
def test_dealing_keeps_the_sum_and_differs_by_one_at_most(quantity: int, rows: int) -> None:
    shares = stock.dealt(quantity, rows)
    assert (len(shares), sum(shares)) == (rows, quantity)
    assert max(shares) - min(shares) <= 1


@given(quantities)
def test_small_stock_lies_in_few_rows_and_large_stock_in_sixteen(quantity: int) -> None:
    rows = stock.shards_for(quantity)
    assert 1 <= rows <= MOST_SHARDS
    assert rows == 1 or quantity // rows >= stock.UNITS_A_SHARD


@given(contents, st.text(min_size=1), st.integers(1, 5))
def test_a_wish_finds_a_shard_that_holds_enough_or_there_is_none(
    held: list[tuple[int, int]], wish: str, units: int
) -> None:
    found = shards(*held)
    if max(left for left, _ in held) < units:
        with pytest.raises(SoldOutError) as refusal:
            stock.chosen(found, wish, units)
        assert refusal.value.params == {"left": sum(left for left, _ in held)}
    else:
        assert found[stock.chosen(found, wish, units)].left >= units


def test_rivals_spread_evenly_over_the_shards() -> None:
    found = shards(*[(10_000, 0)] * MOST_SHARDS)
    chosen = [stock.chosen(found, f"wish-{n}") for n in range(1600)]
    assert max(map(chosen.count, range(MOST_SHARDS))) < 150


@given(contents, st.integers(-1000, 1000))
def test_a_change_sets_the_sum_exactly_or_is_refused(held: list[tuple[int, int]], change: int) -> None:
    found, left = shards(*held), sum(left for left, _ in held)
    place = Place("rewards", "reward_id", "reward/r1/desk", len(found))
    if left + change < 0:
        with pytest.raises(SoldOutError):
            stock.changed(place, found, change)
        return
    after = {shard.number: shard.left for shard in found}
    for number, values in map(update_of, stock.changed(place, found, change)):
        assert values[":old"] == after[number]
        after[number] = values[":new"]
    assert sum(after.values()) == left + change
    assert min(after.values()) >= 0


@given(contents, st.integers(1, 5000))
def test_what_comes_in_is_added_and_conditions_nothing(held: list[tuple[int, int]], units: int) -> None:
    parts = stock.stocked(PLACE, shards(*held), units)
    assert sum(values[":change0"] for _, values in map(update_of, parts)) == units
    assert not any("ConditionExpression" in part["Update"] for part in parts)


def test_an_empty_stock_is_sold_out_at_once() -> None:
    with pytest.raises(SoldOutError):
        stock.chosen(stock.shards_of([None] * MOST_SHARDS), "wish")


def write(*parts: dict[str, Any]) -> None:
    dynamo.client().transact_write_items(TransactItems=list(parts))


def test_a_shard_never_gives_what_it_does_not_hold(cloud: Any) -> None:
    place = Place("rewards", "reward_id", "reward/r1/desk", 2)
    write(*stock.opened(place, 3))
    write(stock.take(place, 1, points=300))
    assert stock.read(place, certain=True) == [Shard(0, 2, 0), Shard(1, 0, 1, {"points": 300})]
    with pytest.raises(cloud.exceptions.TransactionCanceledException):
        write(stock.take(place, 1))
    with pytest.raises(cloud.exceptions.TransactionCanceledException):
        write(stock.give_back(place, 0))
    write(stock.give_back(place, 1, points=-300, cancelled=1))
    assert stock.read(place)[1] == Shard(1, 1, 0, {"points": 0, "cancelled": 1})


def test_a_stock_is_opened_once(cloud: Any) -> None:
    write(*stock.opened(PLACE, 40))
    with pytest.raises(cloud.exceptions.TransactionCanceledException):
        write(*stock.opened(PLACE, 40))


def test_a_count_fails_if_anybody_took_since_it_was_read(cloud: Any) -> None:
    write(*stock.opened(PLACE, 400))
    found = stock.read(PLACE, certain=True)
    write(stock.take(PLACE, 3))
    with pytest.raises(cloud.exceptions.TransactionCanceledException):
        write(*stock.changed(PLACE, found, 0))
    assert sum(shard.left for shard in stock.read(PLACE, certain=True)) == 399


def test_what_comes_in_never_conflicts_with_who_takes(cloud: Any) -> None:
    write(*stock.opened(PLACE, 400))
    parts = stock.stocked(PLACE, stock.read(PLACE), 32)
    write(stock.take(PLACE, 3))
    write(*parts)
    assert sum(shard.left for shard in stock.read(PLACE, certain=True)) == 431


def test_many_places_are_read_a_hundred_rows_a_call(cloud: Any) -> None:
    places = [Place("rewards", "reward_id", f"reward/{n}", MOST_SHARDS) for n in range(14)]
    for number, place in enumerate(places):
        write(*stock.opened(place, number))
    found = stock.read_all(places)
    assert [sum(shard.left for shard in found[place.owner]) for place in places] == list(range(14))
