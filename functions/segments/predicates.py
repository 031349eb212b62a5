"""Each leaf of a segment as SQL: which value it looks at, and when it holds; figures it needs are noted. Pure.

Everything is compared in whole numbers, words and days that were computed here: engines agree about these.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from typing import Any

from functions.segments import leaves
from functions.segments.features import Figures, Source
from functions.segments.frame import Frame
from loyalty.family import kept_as
from loyalty.lake.literals import Value, literal, literals

TENTHS = 10
_LISTS = ("interests", "categories", "brands")


@dataclass(frozen=True, slots=True)
class Answer:
    """How a leaf is answered.

    Attributes:
        holds: SQL, true where the leaf holds; false or null where it does not.
        value: SQL of what it looks at, shown to people.
        unit: what that is: fen, purchases, day, per_mille, quintiles (rfm as three digits), code, points, age, words,
            tenths, coupons, actions.
    """

    holds: str
    value: str
    unit: str


@singledispatch
def answer(leaf: Any, _figures: Figures) -> Answer:
    """Return how a leaf is answered, noting what it needs among the figures."""
    raise TypeError(f"no rule for {type(leaf).__name__}")


@answer.register
def _spend(leaf: leaves.SegmentSpend, figures: Figures) -> Answer:
    value = figures.spend(leaf)
    return Answer(_bounded(value, leaf), value, "fen")


@answer.register
def _visits(leaf: leaves.SegmentVisits, figures: Figures) -> Answer:
    value = figures.visits(leaf)
    return Answer(_bounded(value, leaf), value, "purchases")


@answer.register
def _recency(leaf: leaves.SegmentRecency, figures: Figures) -> Answer:
    value = figures.last_visit(leaf)
    return Answer(_days_ago(value, leaf.at_least, leaf.at_most, figures.frame), value, "day")


@answer.register
def _predicted(leaf: leaves.SegmentPredicted, _figures: Figures) -> Answer:
    value = f"foretold_{leaf.what}"
    return Answer(_bounded(value, leaf), value, "fen" if leaf.what in {"value", "spend"} else "per_mille")


@answer.register
def _rfm(leaf: leaves.SegmentRfm, _figures: Figures) -> Answer:
    asked = {"r": leaf.r, "f": leaf.f, "m": leaf.m}
    holds = " AND ".join(f"{name} IN {literals(quintiles)}" for name, quintiles in asked.items() if quintiles)
    return Answer(holds, "r * 100 + f * 10 + m", "quintiles")


@answer.register
def _rfm_group(leaf: leaves.SegmentRfmGroup, _figures: Figures) -> Answer:
    return _among("rfm_group", leaf.among)


@answer.register
def _stage(leaf: leaves.SegmentStage, _figures: Figures) -> Answer:
    return _among("stage", leaf.among)


@answer.register
def _tier(leaf: leaves.SegmentTier, figures: Figures) -> Answer:
    return _among(f"coalesce(tier, nullif({figures.tier()}, ''), {literal(figures.frame.base_tier)})", leaf.among)


@answer.register
def _status(leaf: leaves.SegmentStatus, _figures: Figures) -> Answer:
    return _among("status", leaf.among)


@answer.register
def _member_kind(leaf: leaves.SegmentMemberKind, _figures: Figures) -> Answer:
    return _among("member_kind", leaf.among)


@answer.register
def _points(leaf: leaves.SegmentPoints, figures: Figures) -> Answer:
    value = figures.balance()
    return Answer(_bounded(value, leaf), value, "points")


@answer.register
def _age(leaf: leaves.SegmentAge, figures: Figures) -> Answer:
    value = f"{figures.frame.as_of.year} - birth_year"
    return Answer(_bounded(value, leaf), value, "age")


@answer.register
def _joined(leaf: leaves.SegmentJoined, figures: Figures) -> Answer:
    tests = [_days_ago("joined_on", leaf.days_at_least, leaf.days_at_most, figures.frame)]
    if leaf.channels:
        tests.append(f"joined_by IN {literals(leaf.channels)}")
    return Answer(" AND ".join(filter(None, tests)), "joined_on", "day")


@answer.register
def _family(leaf: leaves.SegmentFamily, figures: Figures) -> Answer:
    kept = (word for asked in leaf.any_of for word in kept_as(asked, figures.frame.as_of.year))
    return Answer(_any_word(("family",), tuple(kept)), "family", "words")


@answer.register
def _interest(leaf: leaves.SegmentInterest, _figures: Figures) -> Answer:
    value = " || ".join(f"coalesce({name}, '')" for name in _LISTS)
    return Answer(_any_word(_LISTS, leaf.any_of), value, "words")


@answer.register
def _survey(leaf: leaves.SegmentSurvey, figures: Figures) -> Answer:
    given = ["what = 'answered'", "score IS NOT NULL", f"dimension = {literal(leaf.dimension)}"]
    given += figures.frame.within(leaf.days)
    total, count = figures.summed(Source.SURVEYS, "score", given), figures.counted(Source.SURVEYS, given)
    tests = [f"{count} > 0"]
    if leaf.average_at_least is not None:
        tests.append(f"{total} * {TENTHS} >= {count} * {_tenths(leaf.average_at_least)}")
    if leaf.average_at_most is not None:
        tests.append(f"{total} * {TENTHS} <= {count} * {_tenths(leaf.average_at_most)}")
    whole = f"{total} * {TENTHS} - mod({total} * {TENTHS}, {count})"
    mean = f"CASE WHEN {count} > 0 THEN cast(cast({whole} AS double) / {count} AS bigint) END"
    return Answer(" AND ".join(tests), mean, "tenths")


@answer.register
def _coupons(leaf: leaves.SegmentCoupons, figures: Figures) -> Answer:
    asked = [f"what IN {literals(leaf.what)}", *figures.frame.within(leaf.days)]
    asked += _in_lists(template_id=leaf.templates, category=leaf.categories)
    value = figures.counted(Source.COUPONS, asked)
    return Answer(_bounded(value, leaf), value, "coupons")


@answer.register
def _activity(leaf: leaves.SegmentActivity, figures: Figures) -> Answer:
    asked = [*figures.frame.within(leaf.days), *_in_lists(what=leaf.what, kind=leaf.kinds, ref=leaf.refs)]
    value = figures.counted(Source.ACTIVITY, asked)
    return Answer(_bounded(value, leaf), value, "actions")


def _in_lists(**asked: tuple[str, ...]) -> list[str]:
    return [f"{column} IN {literals(words)}" for column, words in asked.items() if words]


def _among(column: str, words: tuple[Value, ...]) -> Answer:
    return Answer(f"{column} IN {literals(words)}", column, "code")


def _any_word(columns: tuple[str, ...], words: tuple[str, ...]) -> str:
    found = (f"strpos({column}, {literal(f'|{word}|')}) > 0" for column in columns for word in sorted(set(words)))
    return f"({' OR '.join(found)})"


def _bounded(value: str, asked: leaves.Bounded) -> str:
    tests = [f"{value} >= {asked.at_least}"] if asked.at_least is not None else []
    if asked.at_most is not None:
        tests.append(f"{value} <= {asked.at_most}")
    return " AND ".join(tests)


def _days_ago(day: str, at_least: int | None, at_most: int | None, frame: Frame) -> str:
    tests = [f"{day} <= {frame.ago(at_least)}"] if at_least is not None else []
    if at_most is not None:
        tests.append(f"{day} >= {frame.ago(at_most)}")
    return " AND ".join(tests)


def _tenths(score: Decimal) -> int:
    return int(score * TENTHS)
