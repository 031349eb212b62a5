"""What counts as an answer, and what is made of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.survey.answers.answer import MOST_MISTAKES, checked, cleaned, request_of
from functions.survey.answers.answer_row import low, texts
from functions.survey.definition import MOST_TEXT, Survey
from loyalty.errors import InvalidRequestError
from tests.functions.survey.answering.asked import GOOD, SURVEY

ASKED = Survey.model_validate(SURVEY)
FAMILY = "👨\u200d👩\u200d👧"


def mistakes(answers: dict[str, Any], *, complete: bool = True, survey: Survey = ASKED) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequestError) as refused:
        checked(survey, answers, complete=complete)
    errors: Any = refused.value.params["errors"]
    return [(one["pointer"], one["code"]) for one in errors]


def test_right_answers_are_kept_in_the_order_of_questions_and_choices() -> None:
    sent = dict(reversed(GOOD.items())) | {"liked": ["food", "staff"]}
    assert list(checked(ASKED, sent, complete=True).items()) == [
        ("ease", 9),
        ("again", 10),
        ("visit", "lunch"),
        ("liked", ["staff", "food"]),
        ("why", "很好"),
    ]


@pytest.mark.parametrize(
    ("code", "value", "mistake"),
    [
        ("ease", "9", "not_a_whole_number"),
        ("ease", True, "not_a_whole_number"),
        ("ease", 9.0, "not_a_whole_number"),
        ("ease", [9], "not_a_whole_number"),
        ("ease", 0, "out_of_range"),
        ("ease", 11, "out_of_range"),
        ("again", -1, "out_of_range"),
        ("again", 11, "out_of_range"),
        ("again", 10**400, "out_of_range"),
        ("visit", "stroll", "unknown_choice"),
        ("visit", ["lunch"], "unknown_choice"),
        ("visit", 1, "unknown_choice"),
        ("liked", "food", "not_a_list"),
        ("liked", {"food": 1}, "not_a_list"),
        ("liked", ["food", "staff", "quiet"], "too_many_choices"),
        ("liked", ["food", "food"], "duplicate_choice"),
        ("liked", ["food", "parking"], "unknown_choice"),
        ("liked", [["food"]], "unknown_choice"),
        ("why", 5, "not_text"),
        ("why", ["x"], "not_text"),
        ("why", "half a character: \ud83d", "not_text"),
        ("why", "长" * (MOST_TEXT + 1), "text_too_long"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_place(code: str, value: Any, mistake: str) -> None:
    assert mistakes({**GOOD, code: value}) == [(f"#/answers/{code}", mistake)]
    assert mistakes({code: value}, complete=False) == [(f"#/answers/{code}", mistake)]


@pytest.mark.parametrize("nothing", [None, "", []])
def test_what_must_be_answered_is_missed_only_when_it_is_complete(nothing: Any) -> None:
    assert mistakes({**GOOD, "ease": nothing}) == [("#/answers/ease", "missing")]
    assert checked(ASKED, {"ease": nothing}, complete=False) == {}


def test_a_required_text_of_blanks_is_missing() -> None:
    asked = Survey.model_validate(
        {**SURVEY, "questions": [{"code": "why", "kind": "text", "zh": "为何", "required": True}]}
    )
    assert mistakes({"why": " \u3000\n\x00"}, survey=asked) == [("#/answers/why", "missing")]


def test_all_mistakes_are_told_at_once_and_what_was_sent_is_not() -> None:
    found = mistakes({"ease": 0, "again": "x", "<script>": 1, "\ud83d": 2})
    assert found == [
        ("#/answers/ease", "out_of_range"),
        ("#/answers/again", "not_a_whole_number"),
        ("#/answers/visit", "missing"),
        ("#/answers", "unknown_question"),
        ("#/answers", "unknown_question"),
    ]
    assert len(mistakes({f"q{n}": 1 for n in range(200)})) == MOST_MISTAKES


@pytest.mark.parametrize(
    "text",
    [
        "😀" * MOST_TEXT,
        FAMILY,
        "<script>alert(1)</script>",
        '=HYPERLINK("http://x")',
        "مرحبا بالعالم",
        "line\n\tline",
        "'; DROP TABLE answers; --",
    ],
)
def test_any_text_that_can_be_shown_is_kept_as_it_is(text: str) -> None:
    assert checked(ASKED, {**GOOD, "why": text}, complete=True)["why"] == text


def test_control_characters_go_and_lines_stay() -> None:
    assert cleaned("  a\x00b\x07\r\nc\rd\x9f  ") == "ab\nc\nd"


@given(st.text(max_size=50))
def test_cleaned_text_can_be_stored_and_is_clean(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert not {c for c in once if ord(c) < 32} - {"\n", "\t"}


def test_texts_that_no_row_can_hold_together_are_refused() -> None:
    questions = [{"code": f"t{n}", "kind": "text", "zh": "为何"} for n in range(10)]
    asked = Survey.model_validate({**SURVEY, "questions": questions})
    assert checked(asked, {f"t{n}": "长" * MOST_TEXT for n in range(10)}, complete=True)
    assert mistakes({f"t{n}": "😀" * MOST_TEXT for n in range(10)}, survey=asked) == [("#/answers", "text_too_large")]


def test_a_dimension_is_low_up_to_the_surveys_own_bound() -> None:
    assert low(ASKED, {"ease": 4, "again": 6}) == ["ease"]
    assert low(ASKED, {"ease": 5, "again": 4}) == ["recommendation"]
    lower = ASKED.model_copy(update={"low_score": 2})
    assert low(lower, {"ease": 3, "again": 3}) == []
    assert low(ASKED, {}) == []


def test_the_order_of_choices_makes_no_other_answer() -> None:
    one, two = ({**GOOD, "liked": liked} for liked in (["food", "staff"], ["staff", "food"]))
    assert request_of("s", checked(ASKED, one, complete=True)) == request_of("s", checked(ASKED, two, complete=True))
    assert request_of("s", {"ease": 1}) != request_of("t", {"ease": 1})


def test_only_words_are_texts() -> None:
    assert texts(ASKED, {**GOOD, "why": "慢"}) == [{"question": "why", "text": "慢"}]
