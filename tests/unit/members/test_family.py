"""Who has to agree to a relative's data, until when that holds, and what segments may know (M4, K1)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.family import Consenter, Relation, consenter, counts, kept_as, words

TODAY = date(2026, 11, 21)
BIRTHDAYS = st.dates(date(1920, 1, 1), TODAY)


def row(relation: str, birthday: str, by: str | None = None) -> dict[str, Any]:
    """A relative's row, as far as the rules read it."""
    return {"relation": relation, "birthday": birthday, **({"consent": {"by": by}} if by else {})}


@pytest.mark.parametrize(
    ("relation", "birthday", "who"),
    [
        ("child", "2026-11-21", Consenter.GUARDIAN),
        ("child", "2008-11-22", Consenter.GUARDIAN),
        ("child", "2008-11-21", Consenter.ADULT),
        ("spouse", "1990-01-01", Consenter.ADULT),
        ("parent", "1950-01-01", Consenter.ADULT),
    ],
)
def test_the_guardian_agrees_for_minors_and_everybody_else_for_themselves(
    relation: str, birthday: str, who: Consenter
) -> None:
    assert consenter(relation, date.fromisoformat(birthday), TODAY) is who


@pytest.mark.parametrize(
    ("relation", "birthday", "by", "used"),
    [
        ("child", "2019-06-01", "guardian", True),
        ("child", "2019-06-01", None, False),
        ("child", "2008-11-21", "guardian", False),
        ("child", "2008-11-21", "adult", True),
        ("spouse", "1990-01-01", None, False),
        ("spouse", "1990-01-01", "adult", True),
        ("spouse", "1990-01-01", "guardian", False),
    ],
)
def test_a_relative_counts_once_whoever_must_agree_has_agreed(
    relation: str, birthday: str, by: str | None, used: bool
) -> None:
    assert counts(row(relation, birthday, by), TODAY) is used


@given(BIRTHDAYS)
def test_a_guardians_consent_holds_to_the_day_before_the_eighteenth_birthday(birthday: date) -> None:
    child = row("child", birthday.isoformat(), "guardian")
    turning = birthday.replace(year=birthday.year + 18) if f"{birthday:%m%d}" != "0229" else None
    grown_up = turning or date(birthday.year + 18, 3, 1)
    assert counts(child, grown_up - timedelta(days=1))
    assert not counts(child, grown_up)


def test_segments_know_years_of_minors_and_nothing_of_adults_but_that_they_are_there() -> None:
    family = [
        row("child", "2019-06-01", "guardian"),
        row("child", "2021-02-28", "guardian"),
        row("child", "2000-02-29", "adult"),
        row("spouse", "1991-02-28", "adult"),
        row("parent", "1960-01-01", None),
    ]
    assert words(family, TODAY) == ["child", "child_2019", "child_2021", "spouse"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("spouse", ("spouse",)),
        ("child_0_2", ("child_2026", "child_2025", "child_2024")),
        ("child_17_40", ("child_2009",)),
        ("child_3_1", ()),
        ("grandmother", ("grandmother",)),
    ],
)
def test_ages_are_computed_when_somebody_asks(asked: str, found: tuple[str, ...]) -> None:
    assert kept_as(asked, 2026) == found


def test_any_child_is_a_minor_of_whatever_age_or_a_grown_up_one() -> None:
    found = kept_as("child", 2026)
    assert found[0] == "child"
    assert (len(found), found[1], found[-1]) == (19, "child_2026", "child_2009")


@given(st.sampled_from(list(Relation)), BIRTHDAYS, st.integers(0, 17))
def test_a_child_is_found_at_its_age_of_every_later_year_until_it_is_eighteen(
    relation: Relation, birthday: date, years: int
) -> None:
    kept = words([row(relation, birthday.isoformat(), "guardian")], birthday)
    if relation is not Relation.CHILD:
        assert kept == []
        return
    year = birthday.year + years
    assert set(kept_as(f"child_{years}_{years}", year)) & set(kept)
    assert set(kept_as("child", year)) & set(kept)
    assert not set(kept_as("child", birthday.year + 18)) & set(kept)
