"""What the tested models foretell of each member, in SQL: the arithmetic that insight does member by member. Pure.

`functions.insight.predictions` has the same formulas with their meaning (requirement G4); a test holds the two against
each other. The expectation needs Gauss's series, which no engine has. Its terms are summed from the last to the first
(Horner's way), some in each step, so that no expression is deep. As many terms are taken as the slowest member needs.

    receipts ──> aged: x, weeks to the last purchase, weeks until now ──> started ──> series_n … ──> foretold
"""

from collections.abc import Callable
from itertools import batched
from math import log
from typing import TYPE_CHECKING, NamedTuple

from loyalty.tested_models import HORIZON_DAYS, TestedModels

if TYPE_CHECKING:
    from functions.segments.features import Figures

WEEK = 7
TERMS_A_STEP = 16
MOST_TERMS = 320
"""More are needed only where members buy many times a week: there too much is foretold of who first bought lately."""
LEAST_TERM = 1e-9
OFTEN = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
MOST_CANCELLED = 12.0
LARGEST_POWER = 700
"""e to its power is a number still."""
NEXT_TO_ONE = 3e-5
SLOWEST = TestedModels((1.0, LEAST_TERM, 3.0, 1.0), (1.0, 2.0, 1.0))
"""Models of which no query is longer: they need every term."""
PER_MILLE = 1000
AHEAD = HORIZON_DAYS / WEEK

type Steps = list[tuple[str, list[str]]]


class _Series(NamedTuple):
    """Gauss's series for members of one mall; `again` is how often one came again, `part` what it is a series of.

    Attributes:
        power: SQL of what the part that lies behind is raised to.
        factor: SQL of what takes a term to the next, but for `third` and `part`; `ratio`: the same of a member.
        third: what is below, but for `again`.
    """

    power: str
    factor: Callable[[int], str]
    ratio: Callable[[int, int], float]
    third: float


def steps(figures: "Figures") -> Steps:
    """Return the steps that add the columns `foretold_alive`, `_purchases`, `_value` and `_spend`, whole numbers.

    Alive and purchases are per mille, value and spend fen. They are null for who never bought, and where there are no
    models; value and spend also where nobody knows what a purchase is worth.
    """
    models = figures.frame.models
    if models is None:
        return [("foretold", [f"cast(NULL AS bigint) AS foretold_{name}" for name in FORETOLD])]
    summed = _summed(_series(models), _terms(models))
    return [
        ("aged", _aged(figures)),
        ("started", _started(models)),
        *summed,
        ("expected", _expected(models, len(summed), figures)),
        ("foretold", [f"cast(floor({value}) AS bigint) AS foretold_{name}" for name, value in FORETOLD.items()]),
    ]


def number(value: float) -> str:
    """Return a number as SQL that both engines read as a double, with all its digits."""
    return f"({value:.16E})"


ONE = number(1)
FORETOLD = {
    "alive": f"alive * {number(PER_MILLE)}",
    "purchases": f"purchases_ahead * {number(PER_MILLE)}",
    "value": "value_of_a_day",
    "spend": "purchases_ahead * value_of_a_day",
}


def _aged(figures: "Figures") -> list[str]:
    first, last = figures.first_day(), figures.last_day()
    return [
        f"cast({figures.days()} - 1 AS double) AS again",
        f"date_diff('day', {first}, {last}) / {number(WEEK)} AS weeks_to_last",
        f"date_diff('day', {first}, {figures.frame.today}) / {number(WEEK)} AS weeks",
    ]


def _started(models: TestedModels) -> list[str]:
    r, alpha, a, b = models.buying
    ages = f"ln(({number(alpha)} + weeks) / ({number(alpha)} + weeks_to_last))"
    power = f"least({number(LARGEST_POWER)}, ({number(r)} + again) * {ages})"
    odds_lost = f"{number(a)} / ({number(b - 1)} + again) * exp({power})"
    return [
        f"CASE WHEN again = 0 THEN {ONE} WHEN again > 0 THEN {ONE} / ({ONE} + {odds_lost}) END AS alive",
        f"{number(AHEAD)} / ({number(alpha + AHEAD)} + weeks) AS part",
        f"{ONE} AS series_0",
    ]


def _series(models: TestedModels) -> _Series:
    """Return the series of the models: the authors' own, or the same transformed by Euler.

    Theirs is right for all but needs many terms for members who buy seldom; Euler's needs few, but grows where members
    are lost sooner than they buy, and its terms cancel where all buy alike. See `functions.insight.predictions.bgnbd`.
    """
    r, alpha, a, b = models.buying
    a = _beside_one(a)
    third, one = a + b - 1, a + b - 1 - r
    if a - 1 > r or -one * log((alpha + AHEAD) / alpha) > MOST_CANCELLED:
        return _Series(
            power=f"({number(r)} + again)",
            factor=lambda n: f"({number(r + n)} + again) * ({number(b + n)} + again) / {number(n + 1)}",
            ratio=lambda n, x: (r + x + n) * (b + x + n) / ((third + x + n) * (n + 1)),
            third=third,
        )
    return _Series(
        power=number(a - 1),
        factor=lambda n: number((one + n) * (a - 1 + n) / (n + 1)),
        ratio=lambda n, x: (one + n) * (a - 1 + n) / ((third + x + n) * (n + 1)),
        third=third,
    )


def _summed(series: _Series, terms: int) -> Steps:
    """Return the steps that sum the series of each member, from its last term to the first."""
    found: Steps = []
    for made, some in enumerate(batched(reversed(range(terms)), TERMS_A_STEP, strict=False), 1):
        text = f"series_{made - 1}"
        for n in some:
            text = f"({ONE} + {series.factor(n)} / ({number(series.third + n)} + again) * part * {text})"
        found.append((f"summed_{made}", [f"{text} AS series_{made}"]))
    return found


def _terms(models: TestedModels) -> int:
    """Return how many terms the slowest member needs of those who came again so often, as early as that can be."""
    series, alpha = _series(models), models.buying[1]
    return max(_needed(series, x, AHEAD / (alpha + x / WEEK + AHEAD)) for x in OFTEN)


def _needed(series: _Series, x: int, part: float) -> int:
    term = total = 1.0
    for n in range(MOST_TERMS):
        term *= series.ratio(n, x) * part
        total += term
        if abs(term) < LEAST_TERM * abs(total):
            return n + 1
    return MOST_TERMS


def _expected(models: TestedModels, made: int, figures: "Figures") -> list[str]:
    series, other = _series(models), _beside_one(models.buying[2]) - 1
    share = f"exp({series.power} * ln({ONE} - part)) * series_{made}"
    purchases = f"({number(series.third)} + again) / {number(other)} * ({ONE} - {share}) * alive"
    # Of null and a number DuckDB takes the number: who never bought is asked for first.
    return [
        f"CASE WHEN again >= 0 THEN greatest({number(0)}, {purchases}) END AS purchases_ahead",
        f"{_value(models, figures)} AS value_of_a_day",
    ]


def _value(models: TestedModels, figures: "Figures") -> str:
    if models.spending is None:
        return "cast(NULL AS double)"
    p, q, v = models.spending
    known = f"({number(p)} * {figures.repeat_days_paid()} + {number(q - 1)})"
    return f"CASE WHEN {known} > {number(0)} THEN {number(p)} * ({number(v)} + {figures.repeat_paid()}) / {known} END"


def _beside_one(a: float) -> float:
    """Return `a`, or a number next to it where the formula has no value though the expectation has."""
    return a if abs(a - 1) > NEXT_TO_ONE else 1 + NEXT_TO_ONE
