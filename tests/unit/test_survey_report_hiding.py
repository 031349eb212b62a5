"""Nobody's answer can be read off a report, not by subtraction either (requirement K1)."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.survey.reporting.figures_sums import Sums
from functions.survey.reporting.hiding import LEAST, hidden
from functions.survey.reporting.report import Found, Period, report
from functions.survey.reporting.report_models import DimensionFigures, GroupFigures, SurveyReport

MONDAY = date(2026, 6, 1)
PERIOD = Period(MONDAY, MONDAY + timedelta(days=27))
WEEKS = ("2026-W23", "2026-W24", "2026-W25", "2026-W26")
COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12))


@pytest.mark.parametrize(
    ("answers", "kept_back"),
    [
        ({"a": 9, "b": 5}, ""),
        ({"a": 9, "b": 4}, "ab"),
        ({"a": 9, "b": 7, "c": 4}, "bc"),
        ({"a": 9, "b": 7, "c": 4, "d": 1}, "cd"),
        ({"a": 9, "b": 7, "c": 2, "d": 1}, "bcd"),
        ({"a": 9, "b": 7, "c": 0}, "c"),
        ({"a": 9, "b": 7, "c": 0, "d": 4}, "bcd"),
        ({"a": 4}, "a"),
        ({}, ""),
    ],
)
def test_small_groups_hide_behind_the_next_smallest(answers: dict[str, int], kept_back: str) -> None:
    assert hidden(answers) == set(kept_back)


@given(COUNTS, st.sets(st.sampled_from("abcdefgh")))
def test_no_difference_of_shown_numbers_is_about_few(answers: dict[str, int], already: set[str]) -> None:
    """What is left of the total is nothing, or of five answers and more than one group, or the total is hidden."""
    kept_back = hidden(answers, already)
    assert already <= kept_back
    shown = {key: n for key, n in answers.items() if key not in kept_back}
    assert all(n >= LEAST for n in shown.values())
    if shown:
        held = [answers.get(key, 0) for key in kept_back if answers.get(key)]
        assert not held or (len(held) > 1 and sum(held) >= LEAST)


@given(COUNTS)
def test_no_more_is_hidden_than_must_be(answers: dict[str, int]) -> None:
    if all(n >= LEAST for n in answers.values()):
        assert hidden(answers) == set()


def sums(answers: int, rated: Mapping[str, int]) -> Sums:
    numbers = {"answered": answers}
    for code, n in rated.items():
        numbers |= {f"rated@{code}": min(n, answers), f"score@{code}@7": min(n, answers)}
    return Sums({name: n for name, n in numbers.items() if n})


WEEK = st.builds(
    sums,
    st.integers(0, 14),
    st.fixed_dictionaries({"ease": st.integers(0, 14), "recommendation": st.integers(0, 14)}),
)


def told(answer: SurveyReport, code: str) -> dict[str, int | None]:
    """Of a report: how many answers of each week it tells for a measure, and of the total; None: not told."""
    found: dict[str, int | None] = {}
    for week in answer.weeks:
        found[str(week.group)] = _told(week, code) if isinstance(week, GroupFigures) else None
    found["total"] = _told(answer, code)
    return found


def _told(of: GroupFigures | SurveyReport, code: str) -> int | None:
    if code == "answers":
        return of.answers
    scored = [*of.dimensions, *([of.recommendation] if of.recommendation else [])]
    one = next((each for each in scored if each.group == code), None)
    if one is None:
        return 0
    return None if one.hidden else one.n


@given(st.fixed_dictionaries(dict.fromkeys(WEEKS, WEEK)))
def test_a_report_gives_no_week_away(weeks: dict[str, Sums]) -> None:
    answer = report("s", "s", Found(PERIOD, weeks, None), None)
    for code in ("answers", "ease", "recommendation"):
        truth = {
            week: each.of("answered") if code == "answers" else each.of("rated", code) for week, each in weeks.items()
        }
        shown = told(answer, code)
        total = shown.pop("total")
        for week, n in shown.items():
            assert n in {None, truth[week]}
            assert n is None or n == 0 or n >= LEAST
        if total and any(shown.values()):
            held = [truth[week] for week, n in shown.items() if n is None and truth[week]]
            assert not held or (len(held) > 1 and sum(held) >= LEAST)


def test_under_five_answers_nothing_is_told() -> None:
    numbers = {"answered": 4, "rated@ease": 4, "score@ease@7": 4, "chose@why": 4, "choice@why@price": 4, "kept": 4}
    few = Found(PERIOD, {WEEKS[0]: Sums({**numbers, "mood@negative": 4, "complaint@queue.too_long": 4})}, None)
    plain = report("s", "s", few, None).model_dump(mode="json")
    assert plain["hidden"] is True
    assert [plain[name] for name in ("answers", "response", "recommendation", "words")] == [None] * 4
    assert plain["dimensions"] == plain["choices"] == []
    assert plain["weeks"] == [{"group": week, "hidden": True} for week in WEEKS]


def test_a_dimension_few_answered_is_hidden_and_keeps_its_place() -> None:
    found = Found(
        PERIOD,
        {WEEKS[0]: Sums({"answered": 9, "rated@ease": 4, "score@ease@7": 8, "rated@use": 9, "score@use@3": 9})},
        None,
    )
    ease, use = report("s", "s", found, None).dimensions
    assert ease.model_dump() == {"group": "ease", "hidden": True}
    assert isinstance(use, DimensionFigures)
    assert (use.n, use.mean) == (9, 3.0)
