"""Which files become one: small ones of the same days, never one that waits to be deleted, never too many."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.lake.plan import DAYS_BACK, LARGE_BYTES, TARGET_BYTES, File, Span, groups, merged_name, spans

FILES = st.lists(
    st.tuples(st.text("abc", min_size=1, max_size=6), st.integers(1, 2 * LARGE_BYTES)),
    unique_by=lambda file: file[0],
    max_size=40,
)


def test_a_night_looks_at_a_week_of_past_days_and_at_the_month_before_it() -> None:
    found = spans(date(2026, 11, 22))
    assert found[0] == Span(date(2026, 11, 21), date(2026, 11, 21))
    assert found[-2] == Span(date(2026, 11, 15), date(2026, 11, 15))
    assert found[-1] == Span(date(2026, 10, 1), date(2026, 10, 31))
    assert len(found) == DAYS_BACK + 1


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_month_is_touched_only_when_none_of_its_days_is(today: date) -> None:
    *days, month = spans(today)
    assert month.last < min(span.first for span in days)
    assert month.first.day == 1
    assert all(span.last < today for span in days)


def test_every_month_has_its_nights() -> None:
    nights = [date(2026, 1, 1) + timedelta(days=n) for n in range(400)]
    months = [spans(night)[-1] for night in nights]
    for before, after in pairwise(dict.fromkeys(months)):
        assert after.first == before.last + timedelta(days=1)
    assert min([Counter(months)[month] for month in list(dict.fromkeys(months))[1:-1]]) >= 28


@given(FILES, st.sets(st.text("abc", min_size=1, max_size=6)))
def test_no_file_is_in_two_groups_and_none_that_is_large_or_replaced(
    files: list[tuple[str, int]], replaced: set[str]
) -> None:
    found = groups([File(*file) for file in files], replaced)
    keys = [file.key for group in found for file in group]
    assert len(keys) == len(set(keys))
    assert not replaced & set(keys)
    assert all(file.size < LARGE_BYTES for group in found for file in group)
    assert all(len(group) > 1 for group in found)
    assert all(sum(file.size for file in group) < TARGET_BYTES + LARGE_BYTES for group in found)


@given(FILES)
def test_what_remains_alone_could_not_have_joined(files: list[tuple[str, int]]) -> None:
    small = [File(*file) for file in files if file[1] < LARGE_BYTES]
    merged = {file for group in groups(small, ()) for file in group}
    assert len(set(small) - merged) <= 1


def test_a_single_file_stays_what_it_is() -> None:
    assert groups([File("a", 5)], ()) == []
    assert groups([File("a", 5), File("b", 5)], {"b"}) == []


def test_the_same_files_become_the_same_file() -> None:
    one, two, three = File("a", 1), File("b", 2), File("c", 3)
    assert merged_name([one, two]) == merged_name([File("a", 9), File("b", 9)])
    assert merged_name([one, two]) != merged_name([one, three])
