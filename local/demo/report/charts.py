"""Two kinds of charts, laid out in the units of their SVG; the template draws what stands here. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from local.demo.report.figures import Figure, Text

WIDTH = 720
LABELS, LONGEST = 250, 370
"""Where bars begin, and how long the longest is; what is left is for its figure."""
THICK, GAP, LEAST = 16, 12, 40
"""A bar's height, the space below its group, and the least height of a group: two lines of label."""
SIDE, TILE_WIDTH, TILE_HEIGHT = 90, 120, 68
LEVELS = 5
"""How many shades tiles have; the lightest is for nobody."""


class Bar(NamedTuple):
    """What is measured, and its figure in every series."""

    label: Text
    figures: tuple[Figure, ...]


class Drawn(NamedTuple):
    """A bar as it lies on the chart: its series by number, and its figure."""

    series: int
    y: float
    length: float
    figure: Figure


class Mark(NamedTuple):
    """A line to hold bars against, at a value of theirs."""

    value: float
    label: Text


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars, in groups where there is more than one series."""

    kind = "bars"
    title: Text
    series: tuple[Text, ...]
    bars: tuple[Bar, ...]
    mark: Mark | None = None

    @property
    def top(self) -> int:
        """Where the first group begins: below the names of the series, or of the mark."""
        return 30 if len(self.series) > 1 or self.mark else 4

    @property
    def step(self) -> int:
        """How high a group is, with the space below it."""
        return max(LEAST, THICK * len(self.series)) + GAP

    @property
    def height(self) -> int:
        """Of the whole chart."""
        return self.top + self.step * len(self.bars)

    def drawn(self, number: int) -> Iterator[Drawn]:
        """The bars of the group of that number."""
        figures = self.bars[number].figures
        first = self.top + self.step * number + (self.step - GAP - THICK * len(figures)) / 2
        for series, figure in enumerate(figures):
            yield Drawn(series, first + THICK * series, self.reach(figure.value or 0), figure)

    def reach(self, value: float) -> float:
        """How long a value is."""
        return round(LONGEST * value / self._largest, 1)

    @property
    def _largest(self) -> float:
        values = [figure.value or 0 for bar in self.bars for figure in bar.figures]
        return max([*values, self.mark.value if self.mark else 0]) or 1


class Tile(NamedTuple):
    """A field of a heat map: its column and row from 1, and what it holds."""

    column: int
    row: int
    figure: Figure
    label: Text


@dataclass(frozen=True)
class HeatMap:
    """Tiles whose shade grows with their figure; the highest row is on top."""

    kind = "tiles"
    title: Text
    across: Text
    up: Text
    columns: int
    rows: int
    tiles: tuple[Tile, ...]

    @property
    def height(self) -> int:
        """Of the whole chart, the names of its columns included."""
        return self.rows * TILE_HEIGHT + 44

    def at(self, tile: Tile) -> tuple[int, int]:
        """The tile's corner, from the left and from the top."""
        return SIDE + (tile.column - 1) * TILE_WIDTH, (self.rows - tile.row) * TILE_HEIGHT

    def level(self, tile: Tile) -> int:
        """The tile's shade: 0 for none, else 1 to `LEVELS` in equal steps up to the largest figure."""
        largest = max(each.figure.value or 0 for each in self.tiles) or 1
        share = (tile.figure.value or 0) / largest
        return 0 if share == 0 else min(LEVELS, 1 + int(share * LEVELS))
