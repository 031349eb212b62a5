"""Composing: a query is given the views it names, its values as literals, and nothing else."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.lake.composing import QueryTooLongError, WrongParametersError, compose, view_names
from loyalty.lake.literals import LONGEST_WORD, WrongLiteralError, literal, literals
from tests.lake.engine import Engine

ENGINE = Engine()
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=LONGEST_WORD)


def names_in(sql: str) -> list[str]:
    return [name for name in view_names() if f"{name} AS (\n" in sql]


def test_a_query_is_given_the_views_it_names_and_those_they_need() -> None:
    sql = compose("SELECT count(*) FROM people")
    assert names_in(sql) == ["members", "people", "standing"]
    assert sql.index("members AS (") < sql.index("standing AS (") < sql.index("people AS (")


def test_a_view_named_twice_is_given_once() -> None:
    sql = compose("SELECT 1 FROM receipts JOIN lines ON true JOIN receipts ON true")
    assert sql.count("receipts AS (") == 1


def test_a_query_with_parts_of_its_own_keeps_them_behind_the_views() -> None:
    sql = compose("WITH mine AS (SELECT member_id FROM receipts) SELECT count(*) AS n FROM mine")
    assert sql.count("WITH ") == 1
    assert sql.index("receipts AS (") < sql.index("mine AS (")
    assert ENGINE.query(sql) == [{"n": "0"}]


def test_a_query_of_no_view_is_left_as_it_is() -> None:
    assert compose("SELECT 1 AS one -- one") == "SELECT 1 AS one"


def test_what_stands_in_quotes_is_no_view_no_comment_and_no_parameter() -> None:
    sql = compose("SELECT 'FROM receipts', 'a -- b', 'it''s :day' -- gone\nFROM lines WHERE category = :c", {"c": "x"})
    assert names_in(sql) == ["lines"]
    assert "'FROM receipts', 'a -- b', 'it''s :day'" in sql
    assert "gone" not in sql


def test_a_value_that_looks_like_sql_changes_no_query() -> None:
    wanted = "x' OR 1 = 1 -- FROM people :day"
    sql = compose("SELECT count(*) AS n FROM lines WHERE category = :category", {"category": wanted})
    assert names_in(sql) == ["lines"]
    assert ENGINE.query(sql) == [{"n": "0"}]


@pytest.mark.parametrize(
    ("text", "values"), [("SELECT :day", {}), ("SELECT 1", {"day": 1}), ("SELECT ':day'", {"day": 1})]
)
def test_parameters_are_exactly_those_asked_for(text: str, values: dict[str, int]) -> None:
    with pytest.raises(WrongParametersError):
        compose(text, values)


def test_a_query_longer_than_athena_takes_is_refused() -> None:
    with pytest.raises(QueryTooLongError):
        compose(f"SELECT '{'好' * 100_000}'")


@given(WORDS)
def test_a_word_reads_as_it_was_written(word: str) -> None:
    assert ENGINE.query(f"SELECT {literal(word)} AS word") == [{"word": word}]


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_number_reads_as_it_was_written(number: int) -> None:
    assert ENGINE.query(f"SELECT {literal(number)} AS number") == [{"number": str(number)}]


def test_a_day_reads_as_it_was_written() -> None:
    assert literal(date(2026, 2, 28)) == "DATE '2026-02-28'"


@pytest.mark.parametrize(
    "value",
    [True, 1.5, None, b"x", 2**63, "a\nb", "a\x00b", "\u202e", "x" * 129, datetime(2026, 1, 1, tzinfo=UTC), ["a"]],
)
def test_anything_else_is_no_literal(value: Any) -> None:
    with pytest.raises(WrongLiteralError):
        literal(value)


def test_a_list_is_sorted_and_names_everything_once() -> None:
    assert literals(["b", "a", "b"]) == "('a', 'b')"


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(WrongLiteralError):
        literals([])
