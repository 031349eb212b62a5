"""Cursors: opaque, whole, and of one list only."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.paging import InvalidCursorError, cursor, position


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_a_cursor_brings_back_its_position(place: str) -> None:
    assert position("tenants", cursor("tenants", place)) == place


def test_no_cursor_is_the_beginning() -> None:
    assert position("tenants", None) is None


@given(st.integers(min_value=0), st.sampled_from("ABCxyz019-_"))
def test_a_cursor_with_one_character_changed_is_refused(where: int, other: str) -> None:
    good = cursor("tenants", "noodle-bar")
    at = where % len(good)
    bad = good[:at] + other + good[at + 1 :]
    if bad != good:
        with pytest.raises(InvalidCursorError):
            position("tenants", bad)


@pytest.mark.parametrize(
    "text", ["", "x", "=", "a b", "ä", "%", cursor("tenants", "x") + "=", base64.b64encode(b"\xff" * 12).decode()]
)
def test_what_no_list_gave_out_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursorError):
        position("tenants", text)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidCursorError):
        position("entries", cursor("tenants", "12"))
