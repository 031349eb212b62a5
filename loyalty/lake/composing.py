"""Puts the views a query names in front of it, and its parameters in as literals: what Athena is given is whole.

Views are files beside this module (`views/<name>.sql`), a query's text names them like tables. Athena's own views would
need a DDL statement each and could not be changed with the code that reads them; a common table expression is
the same to the engine, and runs on DuckDB as it is (ADR 0905).

A file begins with what it means, as comments, and documents every column of its result: `-- <name> <type>: <meaning>`
with a type of `loyalty.lake.tables.Type`. Parameters are written `:name` and documented the same way, with the colon.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from loyalty.lake.literals import Value, literal
from loyalty.lake.tables import Column, Type

VIEWS = Path(__file__).parent / "views"
MOST_CHARACTERS = 262_144
"""The longest query Athena takes, in bytes; ours count characters of at most three."""
_QUOTED = r"'(?:[^']|'')*'"
_COMMENT = re.compile(rf"({_QUOTED})|--[^\n]*\n?")
_NAMED = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*)")
_PARAMETER = re.compile(rf"{_QUOTED}|:([a-z_]+)")
_DOCUMENTED = re.compile(r"^-- (:?)([a-z_]+) (string|bigint|date): (.+)$", re.MULTILINE)


class QueryTooLongError(ValueError):
    """The composed query is longer than Athena takes."""


class WrongParametersError(ValueError):
    """A query's parameters are not those it was given."""


def view_names() -> tuple[str, ...]:
    """Return the names of all views, sorted."""
    return tuple(sorted(path.stem for path in VIEWS.glob("*.sql")))


@cache
def view_text(name: str) -> str:
    """Return a view's text as it is written, comments included."""
    return (VIEWS / f"{name}.sql").read_text(encoding="utf-8")


def columns_of(text: str) -> tuple[Column, ...]:
    """Return the columns that a view's or query's text documents, in the order of its result."""
    return tuple(
        Column(name, Type(kind), meaning) for colon, name, kind, meaning in _DOCUMENTED.findall(text) if not colon
    )


def parameters_of(text: str) -> tuple[Column, ...]:
    """Return the parameters that a query's text documents."""
    return tuple(Column(name, Type(kind), meaning) for colon, name, kind, meaning in _DOCUMENTED.findall(text) if colon)


def compose(text: str, parameters: Mapping[str, Value] | None = None) -> str:
    """Return the query that Athena runs: the views it needs in front, parameters as literals, no comments.

    Args:
        text: a SELECT, or a WITH of its own, that names views after FROM and JOIN (upper case).
        parameters: a value for each `:name` in it.

    Raises:
        WrongParametersError: one is missing or not asked for.
        WrongLiteralError: a value is not allowed in a query.
        QueryTooLongError: it is longer than Athena takes.
    """
    own = _with_values(_bare(text), parameters or {})
    parts = [f"{name} AS (\n{_bare(view_text(name))}\n)" for name in _needed(own)]
    whole = _joined(parts, own)
    if len(whole.encode()) > MOST_CHARACTERS:
        raise QueryTooLongError(len(whole))
    return whole


def _joined(parts: list[str], own: str) -> str:
    if not parts:
        return own
    views = ",\n".join(parts)
    if own.startswith("WITH "):
        return f"WITH {views},\n{own.removeprefix('WITH ')}"
    return f"WITH {views}\n{own}"


def _bare(text: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or "", text).strip()


def _with_values(text: str, parameters: Mapping[str, Value]) -> str:
    used: set[str] = set()

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0]
        if name not in parameters:
            raise WrongParametersError(f"no value for {name}")
        used.add(name)
        return literal(parameters[name])

    filled = _PARAMETER.sub(value_of, text)
    if unused := set(parameters) - used:
        raise WrongParametersError(f"not asked for: {sorted(unused)}")
    return filled


def _needed(text: str) -> tuple[str, ...]:
    """Return the views a text needs, those that others need before them."""
    ordered: dict[str, None] = {}
    for name in _views_in(text):
        ordered |= dict.fromkeys(_needed(_bare(view_text(name))))
        ordered[name] = None
    return tuple(ordered)


def _views_in(text: str) -> Iterator[str]:
    known = set(view_names())
    return (name for name in dict.fromkeys(_NAMED.findall(re.sub(_QUOTED, "''", text))) if name in known)
