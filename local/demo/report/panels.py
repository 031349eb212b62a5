"""What a panel of the report is made of: a title, what it says in words, charts, and the figures as tables."""

from dataclasses import dataclass

from local.demo.report.charts import BarChart, HeatMap
from local.demo.report.figures import Cell, Text


@dataclass(frozen=True)
class Table:
    """Rows of figures; the first cell of a row says what it is about.

    Attributes:
        repeats: it tells what a chart shows already, and is folded until somebody wants it.
    """

    caption: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    repeats: bool = False


@dataclass(frozen=True)
class Panel:
    """One subject of the report.

    Attributes:
        name: unique on the page.
        said: what to make of it, a sentence each.
        charts: one at least; `tables` tell the same figures, and more.
    """

    name: str
    title: Text
    said: tuple[Text, ...]
    charts: tuple[BarChart | HeatMap, ...]
    tables: tuple[Table, ...]
