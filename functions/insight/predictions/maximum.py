"""Finds where a function of a few positive parameters is largest, and how sure that is. Pure.

The search (Nelder and Mead's simplex) is over the parameters' logarithms, so none becomes zero or negative. How sure:
the curvature at the maximum gives each logarithm a standard error, as usual for maximum likelihood.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt

Point = tuple[float, ...]
Function = Callable[[Point], float]
BOUND = 12.0
"""Logarithms beyond it are not looked at: there the data say nothing about a parameter."""
NEAR = 1e-11
"""The corners of a simplex are equal where they differ by such a share of the function's value."""
SINGULAR = 1e-7
MOST_MOVES = 300
ROUNDS = 3
STEP = 1e-3


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where a function is largest.

    Attributes:
        errors: the standard error of each parameter's logarithm; None where the data do not determine it.
    """

    at: Point
    value: float
    errors: tuple[float | None, ...]

    def between(self, number: int) -> tuple[float, float] | None:
        """Return between what the parameter of that number lies with 95 % confidence; None: not known."""
        error = self.errors[number]
        if error is None:
            return None
        return self.at[number] * exp(-1.96 * error), self.at[number] * exp(1.96 * error)


def find(function: Function, start: Sequence[float]) -> Maximum:
    """Return the maximum of a function of positive parameters, from where it is looked for first."""

    def lost(logs: Point) -> float:
        if max(map(abs, logs)) > BOUND:
            return inf
        return -function(tuple(map(exp, logs)))

    best = tuple(map(log, start))
    for _ in range(ROUNDS):
        best = _descended(lost, best)
    return Maximum(tuple(map(exp, best)), -lost(best), _errors(lost, best))


def _descended(lost: Function, start: Point) -> Point:
    corners = [start, *(_moved(start, number, 0.5) for number in range(len(start)))]
    simplex = sorted((lost(corner), corner) for corner in corners)
    for _ in range(MOST_MOVES):
        if simplex[-1][0] - simplex[0][0] <= NEAR * (1 + abs(simplex[0][0])):
            break
        simplex = sorted(_next(lost, simplex))
    return simplex[0][1]


def _next(lost: Function, simplex: list[tuple[float, Point]]) -> list[tuple[float, Point]]:
    """Return the simplex after one move: its worst corner reflected, further or nearer; or all drawn to the best."""
    *kept, worst = simplex
    middle = tuple(sum(own) / len(kept) for own in zip(*(corner for _, corner in kept), strict=True))

    def at(far: float) -> tuple[float, Point]:
        corner = tuple(m + far * (m - w) for m, w in zip(middle, worst[1], strict=True))
        return lost(corner), corner

    reflected = at(1.0)
    if reflected[0] < kept[0][0]:
        return [*kept, min(reflected, at(2.0))]
    if reflected[0] < kept[-1][0]:
        return [*kept, reflected]
    nearer = at(0.5) if reflected[0] < worst[0] else at(-0.5)
    if nearer[0] < min(reflected[0], worst[0]):
        return [*kept, nearer]
    best = simplex[0][1]
    drawn = (tuple((b + c) / 2 for b, c in zip(best, corner, strict=True)) for _, corner in simplex[1:])
    return [simplex[0], *((lost(corner), corner) for corner in drawn)]


def _moved(point: Point, number: int, by: float) -> Point:
    return tuple(value + by if place == number else value for place, value in enumerate(point))


def _errors(lost: Function, best: Point) -> tuple[float | None, ...]:
    """Return the square roots of the diagonal of the inverse of the curvature."""
    size = range(len(best))
    curvature = [[_curvature(lost, best, one, other) for other in size] for one in size]
    inverse = _inverted(curvature)
    if inverse is None:
        return (None,) * len(best)
    variances = [inverse[number][number] for number in size]
    return tuple(sqrt(one) if one > 0 and isfinite(one) else None for one in variances)


def _curvature(lost: Function, best: Point, one: int, other: int) -> float:
    signs = ((1, 1), (-1, -1), (1, -1), (-1, 1))
    values = [lost(_moved(_moved(best, one, a * STEP), other, b * STEP)) for a, b in signs]
    return (values[0] + values[1] - values[2] - values[3]) / (4 * STEP * STEP)


def _inverted(matrix: list[list[float]]) -> list[list[float]] | None:
    """Return the inverse by Gauss and Jordan; None where there is none."""
    size = len(matrix)
    rows = [[*row, *(float(place == number) for place in range(size))] for number, row in enumerate(matrix)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda number: abs(rows[number][column]))
        if not isfinite(rows[pivot][column]) or abs(rows[pivot][column]) < SINGULAR:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for number in range(size):
            if number != column:
                factor = rows[number][column]
                rows[number] = [a - factor * b for a, b in zip(rows[number], rows[column], strict=True)]
    return [row[size:] for row in rows]
