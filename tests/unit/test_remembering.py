"""What a process remembers for a while."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from loyalty.remembering import FOREVER, forget_everything, forgotten_by, kept_for

ROOT = Path(__file__).parents[2]


@pytest.fixture
def turn_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the process's clock stand at so many seconds."""
    return lambda seconds: monkeypatch.setattr("loyalty.remembering.monotonic", lambda: seconds)


def test_an_answer_is_never_older_than_the_seconds_say(turn_to: Callable[[float], None]) -> None:
    asked = list[int]()

    @kept_for(30)
    def known() -> int:
        asked.append(len(asked))
        return asked[-1]

    answers = dict[float, int]()
    for seconds in (31.0, 59.9, 60.0, 89.9, 200.0):
        turn_to(seconds)
        answers[seconds] = known()
    assert answers == {31.0: 0, 59.9: 0, 60.0: 1, 89.9: 1, 200.0: 2}


def test_a_stage_may_say_that_nothing_is_remembered_for_long(
    turn_to: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOST_SECONDS_REMEMBERED", "2")
    asked, forever = list[int](), list[int]()
    long, short, always = kept_for(30)(asked.append), kept_for(1)(asked.append), kept_for(FOREVER)(forever.append)
    for seconds in (0.0, 0.9, 1.0, 1.9, 2.0):
        turn_to(seconds)
        long(30)
        short(1)
        always(0)
    assert asked == [30, 1, 1, 30, 1]
    assert forever == [0]


def test_what_is_remembered_forever_outlives_every_clock(turn_to: Callable[[float], None]) -> None:
    asked = list[str]()
    known = kept_for(FOREVER, most=2)(asked.append)
    for seconds in (0.0, 1e9):
        turn_to(seconds)
        known("a")
        known("b")
    assert asked == ["a", "b"]


def test_no_more_answers_are_kept_than_said() -> None:
    asked = list[str]()
    known = kept_for(FOREVER, most=2)(asked.append)
    for one in ("a", "b", "c", "b", "a"):
        known(one)
    assert asked == ["a", "b", "c", "a"]


def test_an_error_is_not_remembered() -> None:
    asked = list[int]()

    @kept_for(30)
    def known() -> str:
        asked.append(1)
        if len(asked) == 1:
            raise LookupError
        return "there"

    with pytest.raises(LookupError):
        known()
    assert (known(), known(), len(asked)) == ("there", "there", 2)


def test_everything_is_forgotten_at_once() -> None:
    asked, own = list[str](), {"a": 1}
    half_a_minute, forever = kept_for(30)(asked.append), kept_for(FOREVER)(asked.append)
    forgotten_by(own.clear)
    for _ in range(2):
        half_a_minute("x")
        forever("y")
        forget_everything()
    assert (asked, own) == (["x", "y", "x", "y"], {})


def test_nothing_is_remembered_by_another_clock() -> None:
    """Where the clock is cut into spans in a second place, tests of that place fail when a span ends in them."""
    cut = [
        str(path.relative_to(ROOT))
        for folder in ("functions", "loyalty")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "monotonic" in (text := path.read_text(encoding="utf-8"))
        and any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.FloorDiv) for one in ast.walk(ast.parse(text)))
    ]
    assert cut == ["loyalty/remembering.py"]
