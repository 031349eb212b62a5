"""Compiles segments into one query over the lake, which reads every view once for all of them (requirements G1). Pure.

Steps of the query: views; one aggregation a view, grouped by member, with a column for every figure that any leaf of
any segment asks for; these joined to the members who may be in segments at all; ranks; every leaf as 1 or 0; every
segment from its leaves. Equal leaves of several segments are computed once. An engine that repeats a common table
expression for each mention, as Athena does, still reads each table once: each is mentioned once (ADR 0907).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from functions.segments import foretold
from functions.segments.conditions import AnyCondition, SegmentAll, SegmentAny, SegmentNot, definition_of, leaves_of
from functions.segments.features import Figures, select
from functions.segments.frame import Frame, Profiling
from functions.segments.leaves import Leaf, SegmentPredicted, SegmentRfm, SegmentRfmGroup, SegmentStage
from functions.segments.predicates import Answer, answer
from functions.segments.rfm import QUINTILES, group_sql, quintile_sql
from functions.segments.stages import stage_sql
from loyalty.lake.composing import compose
from loyalty.lake.literals import literal, literals

PEOPLE = "eligible"
SAMPLE = 20
_NOT_MEMBERS = ("awaiting_approval", "erased")
_AS_OF = ("enrolled", "status", "tier")
_AS_KNOWN_NOW = ("profiled", "erased")
_TOLD = ("birth_year", "interests", "categories", "brands", "family")


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a preview: the leaf it belongs to as it was written, and the unit of its values.

    Attributes:
        unit: see `functions.segments.predicates.Answer`.
    """

    leaf: Mapping[str, object]
    unit: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A query for the size of a segment and a sample of its members with the figures that put them there.

    Attributes:
        sql: answers rows of `size` (the same in each), `member_id`, and the columns of `shown`; no row: size 0.
    """

    sql: str
    shown: Mapping[str, Shown]


@dataclass(slots=True)
class _Query:
    """The leaves met so far, each once, and the figures they need."""

    frame: Frame
    figures: Figures
    answers: dict[str, Answer] = field(default_factory=dict)
    numbers: dict[Leaf, int] = field(default_factory=dict)

    def note(self, conditions: Iterable[AnyCondition]) -> None:
        for condition in conditions:
            for leaf in leaves_of(condition):
                found = answer(leaf, self.figures)
                self.answers.setdefault(found.holds, found)
                self.numbers[leaf] = list(self.answers).index(found.holds)


def membership_query(conditions: Sequence[AnyCondition], frame: Frame) -> str:
    """Return the composed query that says who is in which segment.

    Its rows are `member_id` and `segments`: the numbers (from 0) of the conditions that hold, as text such as `0 3 12`,
    read by `segments_in`. Members in none are left out; rows are sorted by `member_id`.

    Args:
        conditions: at least one.
        frame: the day, and the mall's settings.

    Raises:
        QueryTooLongError: more conditions than one query takes; compile fewer at a time.
    """
    query = _noted(conditions, frame)
    held = " || ".join(
        f"CASE WHEN {_test(condition, query)} THEN ' {number}' ELSE '' END"
        for number, condition in enumerate(conditions)
    )
    named = select(["member_id", f"trim({held}) AS segments"], "judged")
    final = select(["member_id", "segments"], "named", "WHERE segments <> ''", "ORDER BY member_id")
    return _composed([*_steps(query), ("named", named)], final)


def segments_in(row: Mapping[str, str]) -> tuple[int, ...]:
    """Return the numbers of the conditions that hold for the member of a row of `membership_query`."""
    return tuple(map(int, row["segments"].split()))


def preview_query(condition: AnyCondition, frame: Frame, sample: int = SAMPLE) -> Preview:
    """Return the composed query for the size of one segment, and a sample of its members with why.

    The sample is the first by id: ids are random, so it is by chance, and the same one whenever it is asked for.
    """
    query = _noted([condition], frame)
    shown: dict[str, Shown] = {}
    columns = []
    for number, leaf in enumerate(query.numbers):
        found = answer(leaf, query.figures)
        shown[f"figure_{number}"] = Shown(definition_of(leaf), found.unit)
        columns.append(f"{found.value} AS figure_{number}")
    clauses = f"WHERE {_test(condition, query)}", "ORDER BY member_id", f"LIMIT {literal(sample)}"
    final = select(["count(*) OVER () AS size", "member_id", *columns], "judged", *clauses)
    return Preview(_composed(_steps(query), final), shown)


def rfm_table_query(frame: Frame) -> str:
    """Return the composed query for the table of recency and frequency: who bought within a year, cell by cell.

    Its rows are `rfm_group`, `r`, `f`, `members`, `purchases` and `paid` (fen, less returns), the best cell first; a
    cell of nobody has no row.
    """
    query = _noted([SegmentRfm(r=QUINTILES)], frame)
    _, count, paid = query.figures.rfm()
    sums = ["count(*) AS members", f"sum({count}) AS purchases", f"sum({paid}) AS paid"]
    clauses = "WHERE leaf_0 = 1", "GROUP BY rfm_group, r, f", "ORDER BY r DESC, f DESC"
    return _composed(_steps(query), select(["rfm_group", "r", "f", *sums], "judged", *clauses))


def _noted(conditions: Iterable[AnyCondition], frame: Frame) -> _Query:
    query = _Query(frame, Figures(frame))
    query.note(conditions)
    return query


def _composed(steps: Iterable[tuple[str, str]], final: str) -> str:
    parts = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in steps)
    return compose(f"WITH {parts}\n{final}")


def _steps(query: _Query) -> list[tuple[str, str]]:
    """Return the query's steps from who may be in a segment to whether each leaf holds."""
    derived = _derived(query)
    steps = [(PEOPLE, _eligible(query.frame)), *query.figures.sql(), ("known", query.figures.joined(PEOPLE))]
    previous = "known"
    judged = [
        f"CASE WHEN {found.holds} THEN 1 ELSE 0 END AS leaf_{n}" for n, found in enumerate(query.answers.values())
    ]
    for name, columns in [*derived, ("judged", judged)]:
        steps.append((name, select([f"{previous}.*", *columns], previous)))
        previous = name
    return steps


def _derived(query: _Query) -> list[tuple[str, list[str]]]:
    """Return the steps between figures and leaves, with the columns each adds; none that no leaf looks at."""
    steps = []
    if any(isinstance(leaf, SegmentStage) for leaf in query.numbers):
        first, last = query.figures.first_day(), query.figures.last_day()
        steps.append(("staged", [f"{stage_sql(query.frame.stages, query.frame.as_of, first, last)} AS stage"]))
    if any(isinstance(leaf, SegmentRfm | SegmentRfmGroup) for leaf in query.numbers):
        steps += _ranked(query.figures)
    if any(isinstance(leaf, SegmentPredicted) for leaf in query.numbers):
        steps += foretold.steps(query.figures)
    return steps


def _ranked(figures: Figures) -> list[tuple[str, list[str]]]:
    last, count, paid = figures.rfm()
    buys = f"PARTITION BY CASE WHEN {count} > 0 THEN 1 ELSE 0 END"
    ranks = [
        f"rank() OVER ({buys} ORDER BY {value}) AS {name}_rank"
        for name, value in (("r", last), ("f", count), ("m", paid))
    ]
    quintiles = [
        f"CASE WHEN {count} > 0 THEN {quintile_sql(f'{name}_rank', 'buyers')} END AS {name}" for name in ("r", "f", "m")
    ]
    return [
        ("ranked", [*ranks, f"count(*) OVER ({buys}) AS buyers"]),
        ("scored", quintiles),
        ("grouped", [f"{group_sql('r', 'f')} AS rfm_group"]),
    ]


def _eligible(frame: Frame) -> str:
    """Return who may be in a segment on that day: members, unless erased since or against being profiled now."""
    joined, status = _newest("enrolled", "biz_date"), _newest("status", "status")
    status = f"coalesce({status}, {_newest('enrolled', 'status')}, '')"
    columns = [
        "member_id",
        f"{joined} AS joined_on",
        f"{_newest('enrolled', 'channel')} AS joined_by",
        f"{_newest('enrolled', 'member_kind')} AS member_kind",
        f"{status} AS status",
        f"coalesce({_newest('tier', 'tier')}, {_newest('enrolled', 'tier')}) AS tier",
        *(f"{_newest('profiled', name)} AS {name}" for name in _TOLD),
    ]
    profiling = f"coalesce({_newest('profiled', 'profiling')}, 'unsaid')"
    allowed = "= 'granted'" if frame.profiling is Profiling.GRANTED else "<> 'refused'"
    asked = [
        f"{joined} IS NOT NULL",
        f"{_newest('erased', 'biz_date')} IS NULL",
        f"{status} NOT IN {literals(_NOT_MEMBERS)}",
        f"{profiling} {allowed}",
    ]
    return select(
        columns, "standing", f"WHERE {_in_force(frame)}", "GROUP BY member_id", f"HAVING {' AND '.join(asked)}"
    )


def _newest(what: str, column: str) -> str:
    """Return a column of the row in force of a kind; there is one at most."""
    return f"max(CASE WHEN what = '{what}' THEN {column} END)"


def _in_force(frame: Frame) -> str:
    then = f"biz_date <= {frame.today} AND (followed_on IS NULL OR followed_on > {frame.today})"
    return f"(what IN {literals(_AS_KNOWN_NOW)} AND followed_on IS NULL) OR (what IN {literals(_AS_OF)} AND {then})"


def _test(condition: AnyCondition, query: _Query) -> str:
    match condition:
        case SegmentAll():
            return f"({' AND '.join(_test(part, query) for part in condition.every)})"
        case SegmentAny():
            return f"({' OR '.join(_test(part, query) for part in condition.some)})"
        case SegmentNot():
            return f"(NOT {_test(condition.negated, query)})"
    return f"leaf_{query.numbers[condition]} = 1"
