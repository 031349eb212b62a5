"""A till's day compared: equal, settling, or different and why (requirement F2)."""

from functions.books.statement import DayState, FigureDifference, Whereabouts, compared

HELD = {"receipts": 2, "gross": 300, "paid": 290, "points_spent": 10}


def test_what_is_equal_says_nothing() -> None:
    found = compared(HELD | {"refunds": 0}, HELD, ["R-1", "R-2"], {"R-1", "R-2"})
    assert (found.state, found.figures, found.unlisted) == (DayState.EQUAL, (), ())


def test_what_a_till_leaves_out_is_not_compared() -> None:
    assert compared({"receipts": 2}, HELD).state is DayState.EQUAL
    assert compared({"receipts": 2}, HELD, None, {"R-1"}).unlisted == ()


def test_a_figure_that_differs_shows_both_sides() -> None:
    found = compared({"gross": 301, "paid": 290}, HELD)
    assert (found.state, found.figures) == (DayState.DIFFERENT, (FigureDifference("gross", 301, 300),))


def test_a_receipt_on_one_side_only_is_a_difference_also_where_the_sums_agree() -> None:
    found = compared(HELD, HELD, ["R-1", "R-3"], {"R-1", "R-2"}, {"R-3": Whereabouts.UNKNOWN})
    assert (found.state, found.unknown, found.unlisted) == (DayState.DIFFERENT, ("R-3",), ("R-2",))
    moved = compared(HELD, HELD, ["R-1", "R-3"], {"R-1"}, {"R-3": Whereabouts.OTHER_DAY})
    assert (moved.state, moved.other_day) == (DayState.DIFFERENT, ("R-3",))


def test_what_is_being_counted_is_awaited() -> None:
    found = compared(HELD | {"receipts": 3}, HELD, ["R-3"], (), {"R-3": Whereabouts.BEING_COUNTED})
    assert (found.state, found.being_counted) == (DayState.SETTLING, ("R-3",))
