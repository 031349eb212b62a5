"""What counts as an answer to a survey (requirements S2). Pure.

Every mistake is told with its place (`#/answers/<code>`), never with what was sent.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from functions.survey.definition import (
    MOST_TEXT,
    ChoosingQuestion,
    MultipleQuestion,
    Question,
    ScaleQuestion,
    SingleQuestion,
    Survey,
)
from functions.survey.form import RECOMMENDATION_SCALE, SCALE
from loyalty.entries import fingerprint
from loyalty.errors import InvalidRequestError

Value = int | str | list[str]
Values = Mapping[str, Value]

MOST_BYTES = 300_000
"""How much text one answer may hold in all, in UTF-8: a row of the table holds 400 KB."""
MOST_MISTAKES = 50
SPACES = frozenset("\n\t")
"""The control characters that mean something in a text."""


class _MistakeError(Exception):
    """One answer that cannot be taken: its code, and a sentence for developers."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.detail = detail


def checked(survey: Survey, answers: Mapping[str, Any], *, complete: bool) -> dict[str, Value]:
    """Return the answers as they are kept, in the order of the questions; what is empty is left out.

    Args:
        answers: by question code: a whole number, text, or a list of choices.
        complete: whether every required question must be answered.

    Raises:
        InvalidRequestError: with every mistake and its place.
    """
    unknown = [
        _mistake(code, "unknown_question", "the survey asks no such thing") for code in _unknown(survey, answers)
    ]
    found, mistakes = _each(survey, answers, complete=complete)
    if sum(len(value.encode()) for value in found.values() if isinstance(value, str)) > MOST_BYTES:
        mistakes.append({"pointer": "#/answers", "code": "text_too_large", "detail": f"at most {MOST_BYTES} bytes"})
    if unknown or mistakes:
        raise InvalidRequestError(errors=[*mistakes, *unknown][:MOST_MISTAKES])
    return found


def request_of(survey_id: str, values: Values) -> str:
    """Return what tells one set of answers from another, so that a repetition is recognised."""
    return fingerprint({"survey": survey_id, "answers": dict(values)})


def cleaned(text: str) -> str:
    """Return a text without what cannot be shown: control characters, and blanks at both ends.

    Raises:
        ValueError: half a character (a lone surrogate), which no encoding can store.
    """
    text.encode()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in SPACES or unicodedata.category(c) != "Cc").strip()


def _unknown(survey: Survey, answers: Mapping[str, Any]) -> list[str]:
    return [code for code in answers if code not in {question.code for question in survey.questions}]


def _each(
    survey: Survey, answers: Mapping[str, Any], *, complete: bool
) -> tuple[dict[str, Value], list[dict[str, str]]]:
    """Return the answers that can be taken, and what is wrong with the others."""
    found, mistakes = dict[str, Value](), list[dict[str, str]]()
    for question in survey.questions:
        try:
            value = _value(question, answers.get(question.code))
        except _MistakeError as error:
            mistakes.append(_mistake(question.code, str(error), error.detail))
            continue
        if value is not None:
            found[question.code] = value
        elif complete and question.required:
            mistakes.append(_mistake(question.code, "missing", "this must be answered"))
    return found, mistakes


def _mistake(code: str, name: str, detail: str) -> dict[str, str]:
    """Return a mistake; a code that is none of ours may be anything, so it is not repeated."""
    where = "#/answers" if name == "unknown_question" else f"#/answers/{code}"
    return {"pointer": where, "code": name, "detail": detail}


def _value(question: Question, sent: Any) -> Value | None:
    """Return one answer as it is kept; None where there is none."""
    if sent is None or sent == "" or sent == []:
        return None
    return _READERS[question.kind](question, sent)


def _scale(question: Any, sent: Any) -> int:
    lowest, highest = SCALE if isinstance(question, ScaleQuestion) else RECOMMENDATION_SCALE
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise _MistakeError("not_a_whole_number", f"a whole number from {lowest} to {highest}")
    if not lowest <= sent <= highest:
        raise _MistakeError("out_of_range", f"a whole number from {lowest} to {highest}")
    return sent


def _single(question: SingleQuestion, sent: Any) -> str:
    return _known(question, [sent])[0]


def _multiple(question: MultipleQuestion, sent: Any) -> list[str]:
    if not isinstance(sent, list):
        raise _MistakeError("not_a_list", "a list of choices")
    if len(sent) > question.most:
        raise _MistakeError("too_many_choices", f"at most {question.most}")
    chosen = _known(question, sent)
    if len(set(chosen)) < len(chosen):
        raise _MistakeError("duplicate_choice", "each choice once")
    return [choice.code for choice in question.choices if choice.code in chosen]


def _known(question: ChoosingQuestion, sent: list[Any]) -> list[str]:
    codes = {choice.code for choice in question.choices}
    if not all(isinstance(one, str) and one in codes for one in sent):
        raise _MistakeError("unknown_choice", "one of the question's choices, by its code")
    return sent


def _text(_question: Any, sent: Any) -> str | None:
    if not isinstance(sent, str):
        raise _MistakeError("not_text", "text")
    try:
        text = cleaned(sent)
    except ValueError:
        raise _MistakeError("not_text", "text that can be stored") from None
    if len(text) > MOST_TEXT:
        raise _MistakeError("text_too_long", f"at most {MOST_TEXT} characters")
    return text or None


_READERS: Mapping[str, Callable[[Any, Any], Value | None]] = {
    "scale": _scale,
    "recommendation": _scale,
    "single": _single,
    "multiple": _multiple,
    "text": _text,
}
