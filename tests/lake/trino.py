"""Checks a query as Trino would: its grammar, that every column exists, that types fit, that functions are shared.

sqlglot parses and resolves; it is more lenient than the engine, so reserved words, functions and types are checked
against what Trino and DuckDB have in common and we use. More may be added to `FUNCTIONS` after reading both manuals.
"""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from loyalty.lake.tables import TABLES, Type

_TYPES = {Type.TEXT: "varchar", Type.WHOLE: "bigint", Type.DAY: "date"}
_SCHEMA: dict[str, object] = {
    table.glue_name: {"day": "varchar", **{column.name: _TYPES[column.type] for column in table.columns}}
    for table in TABLES
}
RESERVED = frozenset(
    [
        "alter",
        "and",
        "as",
        "between",
        "by",
        "case",
        "cast",
        "constraint",
        "create",
        "cross",
        "cube",
        "current_catalog",
        "current_date",
        "current_path",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "deallocate",
        "delete",
        "describe",
        "distinct",
        "drop",
        "else",
        "end",
        "escape",
        "except",
        "execute",
        "exists",
        "extract",
        "false",
        "for",
        "from",
        "full",
        "group",
        "grouping",
        "having",
        "in",
        "inner",
        "insert",
        "intersect",
        "into",
        "is",
        "join",
        "json_array",
        "json_exists",
        "json_object",
        "json_query",
        "json_table",
        "json_value",
        "left",
        "like",
        "listagg",
        "localtime",
        "localtimestamp",
        "natural",
        "normalize",
        "not",
        "null",
        "on",
        "or",
        "order",
        "outer",
        "prepare",
        "recursive",
        "right",
        "rollup",
        "select",
        "skip",
        "table",
        "then",
        "trim",
        "true",
        "uescape",
        "union",
        "unnest",
        "using",
        "values",
        "when",
        "where",
        "with",
    ]
)
"""Trino's reserved words: none of them names anything without quotes."""
FUNCTIONS = (
    exp.Abs, exp.And, exp.ArgMax, exp.Case, exp.Cast, exp.Coalesce, exp.Count, exp.DateDiff, exp.Exp, exp.Floor,
    exp.Greatest, exp.If, exp.Lag, exp.Lead, exp.Least, exp.Length, exp.Ln, exp.Lower, exp.Max, exp.Min, exp.Nullif,
    exp.Or, exp.Rank, exp.Round, exp.RowNumber, exp.Sqrt, exp.StddevSamp, exp.StrPosition, exp.Substring,
    exp.Sum, exp.Trim,
)  # fmt: skip
"""What means the same in both engines as we use it."""
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.DPipe, exp.Add, exp.Sub, exp.Mul)
_NUMBERS = frozenset({"INT", "BIGINT", "DOUBLE"})


def wrong_in(sql: str) -> list[str]:
    """Return what Trino, or the subset it shares with DuckDB, does not allow in a composed query; empty: nothing.

    Raises:
        sqlglot.errors.SqlglotError: it does not parse, or names what does not exist.
    """
    tree = sqlglot.parse_one(sql, dialect="trino")
    found = [*_names(tree), *_functions(tree)]
    resolved = qualify(tree.transform(_typed), schema=_SCHEMA, dialect="trino")
    typed = annotate_types(resolved, schema=MappingSchema(_SCHEMA, dialect="trino"), dialect="trino")
    return [*found, *_misfits(typed)]


def mentions(sql: str) -> dict[str, int]:
    """Return how often a query mentions each table and each part; Trino reads a table once for each mention."""
    found: dict[str, int] = {}
    for table in sqlglot.parse_one(sql, dialect="trino").find_all(exp.Table):
        found[table.name] = found.get(table.name, 0) + 1
    return found


def _names(tree: exp.Expr) -> Iterator[str]:
    for identifier in tree.find_all(exp.Identifier):
        if identifier.name.lower() in RESERVED and not identifier.quoted:
            yield f"reserved word: {identifier.name}"


def _functions(tree: exp.Expr) -> Iterator[str]:
    for function in tree.find_all(exp.Func):
        if not isinstance(function, FUNCTIONS):
            yield f"function: {function.sql(dialect='trino')[:60]}"
    for difference in tree.find_all(exp.DateDiff):
        unit = difference.text("unit")
        if unit != "DAY":
            yield f"date_diff by {unit}"


def _typed(node: exp.Expr) -> exp.Expr:
    """Stand in for a function whose type sqlglot does not know with one of the same type."""
    return exp.Max(this=node.this) if isinstance(node, exp.ArgMax) else node


def _misfits(tree: exp.Expr) -> Iterator[str]:
    for node in tree.find_all(*_COMPARED):
        if _family(node.left) != _family(node.right):
            yield f"{node.left.type} with {node.right.type}: {node.sql(dialect='trino')[:80]}"
    for among in tree.find_all(exp.In):
        yield from (f"IN: {among.sql()[:80]}" for one in among.expressions if _family(one) != _family(among.this))
    for division in tree.find_all(exp.Div):
        if "DOUBLE" not in {str(division.left.type), str(division.right.type)}:
            yield f"whole numbers divided: {division.sql(dialect='trino')[:80]}"
    assert isinstance(tree, exp.Query)
    for column in tree.selects:
        if str(column.type) not in {"INT", "BIGINT", "VARCHAR", "DATE"}:
            yield f"result {column.alias_or_name} is {column.type}"


def _family(node: exp.Expr) -> str:
    kind = str(node.type).partition("(")[0]
    return "number" if kind in _NUMBERS else kind
