"""The panel about predictions: what models expected of a time they had not seen, and what happened in it. Pure."""

from collections.abc import Iterator

from local.demo.report import words
from local.demo.report.asking import Row
from local.demo.report.charts import Bar, BarChart
from local.demo.report.figures import Cell, Text, count, decimal
from local.demo.report.panels import Panel, Table

CLOSE = 1.25
"""By what factor expected and actual may differ for a forecast to be called borne out; the report's own measure."""
MOST = 7
"""The bucket of those who had come again so often or more often."""


def predictions_panel(*fits: Row) -> Panel:
    """Each fit held against the time after it."""
    tested = [fit for fit in fits if fit["expected"] is not None]
    return Panel(
        "predictions",
        words.PREDICTIONS,
        tuple(sentence for fit in fits for sentence in _said(fit)),
        tuple(map(_chart, tested)),
        (*map(_buckets, tested), Table(words.PARAMETERS, words.PARAMETER, tuple(_parameters(*fits)))),
    )


def _said(fit: Row) -> Iterator[Text]:
    if fit["expected"] is None:
        yield words.TOO_FEW.filled(**fit)
        return
    yield words.TESTED.filled(foretold=f"{fit['expected']:,.0f}", **fit)
    if fit["actual"] > fit["expected"] * CLOSE:
        yield words.MORE
    elif fit["expected"] > fit["actual"] * CLOSE:
        yield words.FEWER
    else:
        yield words.BORNE_OUT


def _chart(fit: Row) -> BarChart:
    bars = (Bar(_often(one), (decimal(one["expected"], 1), count(one["actual"]))) for one in fit["buckets"])
    return BarChart(words.DAYS_BOUGHT.filled(**fit), (words.EXPECTED, words.ACTUAL), tuple(bars))


def _buckets(fit: Row) -> Table:
    columns = (words.CAME_AGAIN, words.MEMBERS, words.EXPECTED, words.ACTUAL)
    rows = (
        (_often(one), count(one["members"]), decimal(one["expected"], 1), count(one["actual"]))
        for one in fit["buckets"]
    )
    return Table(words.DAYS_BOUGHT.filled(**fit), columns, tuple(rows), repeats=True)


def _often(bucket: Row) -> Text:
    times = bucket["purchases"]
    return (words.OR_MORE if times == MOST else words.TIMES).filled(n=times)


def _parameters(*fits: Row) -> Iterator[tuple[Cell, ...]]:
    for fit in fits:
        for part in (fit, fit["value"]):
            for name, value in (part["parameters"] or {}).items():
                low, high = (part["intervals"] or {}).get(name) or (None, None)
                label = Text.code(f"{fit['hold_out_days']} / {name}")
                yield label, *(decimal(number, 3) for number in (value, low, high))
