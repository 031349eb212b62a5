"""Opening, flows, closing: what is known, what is not yet, and what does not agree (requirement F3)."""

from hypothesis import given
from hypothesis import strategies as st

from functions.books.roll_forward import BookState, by_day, by_month
from loyalty.clock import days_after
from loyalty.types import Day

FIRST = Day("261130")
PERIOD = [days_after(FIRST, n) for n in range(5)]
BEFORE = days_after(FIRST, -1)
MOVES = st.dictionaries(st.sampled_from(["earned", "used", "voided"]), st.integers(-900, 900), max_size=3)


@given(st.lists(MOVES, min_size=5, max_size=5), st.integers(-100, 10**6))
def test_what_was_opened_and_what_moved_is_what_is_closed(moves: list[dict[str, int]], opening: int) -> None:
    places, closings, counted = opening, {BEFORE: {"2711": opening}}, {}
    for day, move in zip(PERIOD, moves, strict=True):
        counted[day] = {f"{flow}.why": n for flow, n in move.items()} | {f"{flow}@2711": n for flow, n in move.items()}
        places += sum(move.values())
        closings[day] = {"2711": places}
    lines = by_day(PERIOD, counted, closings, days_after(FIRST, 9))
    assert {line.state for line in lines} == {BookState.CLOSED}
    assert [line.difference for line in lines] == [0] * 5
    november, december = by_month(lines)
    assert (november.period, december.period) == ("2611", "2612")
    assert (december.opening, december.closing, december.difference) == (november.closing, places, 0)
    assert november.opening == opening


def states(counted: dict[Day, dict[str, int]], closings: dict[Day, dict[str, int]], today: Day) -> list[BookState]:
    full = {day: counted.get(day, {}) for day in PERIOD}
    return [line.state for line in by_day(PERIOD, full, closings, today)]


def test_a_day_is_open_then_settling_then_closed_or_different() -> None:
    moved = {PERIOD[0]: {"earned.base": 5, "earned@2711": 5}}
    right, wrong = {BEFORE: {}, PERIOD[0]: {"2711": 5}}, {BEFORE: {}, PERIOD[0]: {"2711": 6}}
    assert states(moved, {BEFORE: {}}, PERIOD[0])[0] is BookState.OPEN
    assert states(moved, {BEFORE: {}}, PERIOD[1])[0] is BookState.SETTLING
    assert states(moved, right, PERIOD[1])[0] is BookState.CLOSED
    assert states(moved, wrong, PERIOD[1])[0] is BookState.SETTLING
    assert states(moved, wrong, PERIOD[2])[0] is BookState.DIFFERENT


def test_a_day_that_was_not_closed_hands_on_what_was_computed() -> None:
    moved = {day: {"earned.base": 5, "earned@2711": 5} for day in PERIOD}
    closings = {BEFORE: {"2711": 100}, PERIOD[2]: {"2711": 115}}
    lines = by_day(PERIOD, moved, closings, PERIOD[4])
    assert [line.opening for line in lines] == [100, 105, 110, 115, 120]
    assert [line.difference for line in lines] == [None, None, 0, None, None]


def test_before_the_books_begin_nothing_is_claimed() -> None:
    closings = {PERIOD[1]: {"2711": 7}}
    lines = by_day(PERIOD, {day: {} for day in PERIOD}, closings, PERIOD[4])
    assert [line.opening for line in lines] == [None, None, 7, 7, 7]
    assert lines[1].difference is None


def test_a_month_says_the_worst_of_its_days() -> None:
    moved: dict[Day, dict[str, int]] = {day: {} for day in PERIOD}
    closings = {BEFORE: {}, PERIOD[0]: {}, PERIOD[1]: {"2711": 1}, PERIOD[2]: {"2711": 1}, PERIOD[3]: {"2711": 1}}
    november, december = by_month(by_day(PERIOD, moved, closings, PERIOD[4]))
    assert (november.state, december.state) == (BookState.CLOSED, BookState.DIFFERENT)
    assert december.differences == {"2711": 1}
