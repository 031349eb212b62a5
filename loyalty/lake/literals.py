"""Values as SQL literals, written by one strict function: there is no other way for a value into a query. Pure.

Athena's own parameters only take text, and hold 25 of them at most; a query over all segments has hundreds. What is
accepted reads the same in Trino and DuckDB: both take a doubled quote inside a text, and no backslash means anything.
"""

from collections.abc import Iterable
from datetime import date, datetime

LONGEST_WORD = 128
_LARGEST = 2**63 - 1
type Value = int | date | str


class WrongLiteralError(ValueError):
    """A value that no query may hold."""


def literal(value: Value) -> str:
    """Return a value as SQL: a whole number, a date, or a word.

    Raises:
        WrongLiteralError: it is something else, too large, or holds what cannot be printed.
    """
    if isinstance(value, bool | datetime):
        raise WrongLiteralError("only whole numbers, dates and words")
    if isinstance(value, int):
        return _number(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return _word(value)
    raise WrongLiteralError("only whole numbers, dates and words")


def literals(values: Iterable[Value]) -> str:
    """Return values as a list for IN: sorted and each once, so that equal conditions are equal text.

    Raises:
        WrongLiteralError: there is none, or one of them is wrong.
    """
    found = sorted({literal(value) for value in values})
    if not found:
        raise WrongLiteralError("an empty list matches nothing: leave the condition out")
    return f"({', '.join(found)})"


def _number(value: int) -> str:
    if abs(value) > _LARGEST:
        raise WrongLiteralError("the number is too large")
    return str(value)


def _word(value: str) -> str:
    if len(value) > LONGEST_WORD or not value.isprintable():
        raise WrongLiteralError(f"at most {LONGEST_WORD} characters, all of them printable")
    return "'" + value.replace("'", "''") + "'"
