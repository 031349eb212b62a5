"""The days that make a member somebody special: kept without the year, corrected once."""

from functions.members.calendar_days import after_change, first_days

PROFILE = {"member_id": "m1", "enrolled_at": "2026-02-28T16:30:00.000Z", "birthday": "1990-02-29"}


def test_the_days_are_the_malls_and_hold_no_year_of_birth() -> None:
    days = first_days(PROFILE, "Asia/Shanghai")
    assert days == {"member_id": "m1", "kind": "dates", "born": "0229", "joined": "260301", "born_on": "0229/15"}


def test_a_birthday_that_comes_later_counts() -> None:
    days = first_days({**PROFILE, "birthday": None}, "Asia/Shanghai")
    later = after_change(days, PROFILE)
    assert later is not None
    assert later["born"] == "0229"
    assert later.get("corrections") is None


def test_a_birthday_is_corrected_once_and_never_moved_again() -> None:
    days = first_days(PROFILE, "Asia/Shanghai")
    corrected = after_change(days, {**PROFILE, "birthday": "1990-03-01"})
    assert corrected is not None
    assert corrected["born"] == "0301"
    assert after_change(corrected, {**PROFILE, "birthday": "1990-04-01"}) is None


def test_who_corrects_a_birthday_moves_in_the_index() -> None:
    days = first_days(PROFILE, "Asia/Shanghai")
    corrected = after_change(days, {**PROFILE, "birthday": "1990-03-01"})
    assert corrected is not None
    assert (days["born_on"], corrected["born_on"]) == ("0229/15", "0301/15")


def test_a_row_from_before_the_index_is_listed_with_the_next_change() -> None:
    days = first_days(PROFILE, "Asia/Shanghai")
    old = {name: value for name, value in days.items() if name != "born_on"}
    assert after_change(old, PROFILE) == days


def test_who_has_told_no_birthday_is_not_in_the_index() -> None:
    assert "born_on" not in first_days({**PROFILE, "birthday": None}, "Asia/Shanghai")


def test_a_change_of_something_else_changes_no_day() -> None:
    days = first_days(PROFILE, "Asia/Shanghai")
    assert after_change(days, PROFILE) is None
    assert after_change(days, {**PROFILE, "birthday": None}) is None
