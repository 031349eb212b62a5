"""Rules and tallies as they are stored: nothing but text, whole numbers, lists and maps, and the same when read."""

import json
from dataclasses import replace
from datetime import date

import pytest

from loyalty import dynamo
from loyalty.earning.rule import (
    Conditions,
    Effect,
    Every,
    Gift,
    Limits,
    Over,
    Rule,
    Steps,
    Windows,
    from_plain,
    to_plain,
)
from loyalty.earning.used import (
    NOTHING,
    DayTally,
    Gifts,
    Tally,
    Used,
    after_award,
    from_rows,
    ref,
    row_key,
    rows_needed,
    to_rows,
    with_shards,
)  # fmt: skip
from loyalty.entries import EntryKey
from loyalty.types import Day, Fen, Points, Purse
from tests.unit.earning.parts import add, limited, rule

DAY = Day("260305")
BY_DAY: Effect = Steps(((Fen(100), Gift(Points(1), Purse.DRAWS, ("t1", "t2"))),), Over.DAY)


def stored(one: Rule) -> Rule:
    """Write and read a rule as JSON, and as DynamoDB has it."""
    plain = to_plain(one)
    assert dynamo.from_item(dynamo.to_item({"rule": plain}))["rule"] == plain
    return from_plain(json.loads(json.dumps(plain)))


@pytest.mark.parametrize(
    "one",
    [
        rule(),
        rule(BY_DAY, Every(Fen(5), Gift(Points(1)), 3, Over.DAY)),
        rule(conditions=Conditions(at_least=Fen(1), over=Over.DAY)),
        rule(conditions=Conditions(windows=Windows("FREQ=DAILY", frozenset({date(2026, 9, 25)}), (1, 2), "day", True))),
        rule(conditions=Conditions(windows=Windows(dates=frozenset()))),
    ],
)
def test_a_rule_is_read_as_it_was_written(one: Rule) -> None:
    assert stored(one) == one
    assert stored(one).sums_day is one.sums_day


def test_a_stored_rule_says_no_more_than_it_must() -> None:
    assert to_plain(rule()).keys() == {"campaign_id", "name_zh", "name_en", "starts", "until", "effects"}


def test_only_what_a_rule_counts_has_a_row() -> None:
    needed = [rows_needed(one, DAY) for one in (rule(), limited(add(1), awards=1), limited(add(1), points_a_day=1))]
    assert needed == [(), ("all",), (DAY,)]
    assert rows_needed(rule(BY_DAY, limits=Limits(points=1)), DAY) == ("all", DAY)
    assert row_key("c", "m", "all") == {"campaign_id": "used/c/m", "kind": "all"}


def test_tallies_are_read_as_they_were_written() -> None:
    one = rule(BY_DAY, limits=Limits(points=9, points_a_day=9))
    gifts = Gifts({Purse.DRAWS: 1}, (("t1", ref("r/1", "c", 0)),))
    after = with_shards(after_award(NOTHING, one, "r/1", 100, gifts), [(3, 1), (3, 1), (0, 2)])
    rows = {name: dynamo.from_item(dynamo.to_item(row)) for name, row, _ in to_rows(NOTHING, after, DAY)}
    expected = Used(
        Tally(1, 1, version=1),
        DayTally(1, 1, 1, {"r/1": Fen(100)}, {Purse.DRAWS: 1}, gifts.coupons, {0: 2, 3: 2}),
    )
    assert from_rows(rows) == expected
    assert from_rows({"all": None, DAY: None}) == NOTHING


def test_only_what_changed_is_written_over_the_version_that_was_read() -> None:
    before = Used(Tally(1, 5, version=7), DayTally(version=2))
    assert to_rows(before, before, DAY) == []
    after = replace(before, all=Tally(2, 9, version=7))
    assert to_rows(before, after, DAY) == [("all", {"awards": 2, "points": 9, "version": 8}, 7)]


def test_a_coupon_of_an_award_is_named_by_the_purchases_entry() -> None:
    assert ref("receipt/t/1", "c", 2) == EntryKey("receipt/t/1", "purchase").entry_id + "/c/2"
