"""A survey's report as a table for spreadsheets: one line per figure, no personal data (requirement S). Pure.

section           group          item                  n, value, low, high
`total`           group or (all) `answers`             how many; `words`: how many with words
`response`        group or (all) `invited`, `expired`  how many; `answered`: how many, percent, its interval
`dimension`       group or (all) the dimension         answers, mean, its interval
`recommendation`  group or (all) `recommendation`      answers, promoters less detractors, its interval
`distribution`    the dimension  the score             how often
`choice`          the question   the choice            how often, percent
`sentiment`       (all)          the sentiment         how often, percent
`complaint`       (all)          the code              how often, percent; `before`: percent in the period before
`aspect`          (all)          the code              the same

Weeks and groups are written `week:2026-W47`, `tenant:shoes`; of no tenant: `tenant:`.
"""

from collections.abc import Iterator
from typing import Any

from functions.survey.reporting import report_models as m

HEADER = ("section", "group", "item", "label_zh", "label_en", "n", "value", "low", "high", "before", "hidden")
Cells = tuple[Any, ...]
Scored = m.DimensionFigures | m.RecommendationFigures | m.HiddenFigures


def table(report: m.SurveyReport) -> Iterator[Cells]:
    """Yield the lines of a report, the first one the header."""
    yield HEADER
    yield _hidden("total", "", "answers") if report.hidden else _line("total", "", "answers", n=report.answers)
    if report.response:
        yield from _response("", report.response)
    yield from _scored("", (*report.dimensions, report.recommendation))
    yield from _distributions(report)
    yield from _choices(report)
    if report.words:
        yield from _words(report.words)
    yield from _groups("week", report.weeks)
    if report.slices:
        yield from _groups(report.slices.by, report.slices.groups)


def _line(section: str, group: str, item: str, **figures: float | str | None) -> Cells:
    return (section, group, item, *(figures.get(name) for name in HEADER[3:-1]), "no")


def _hidden(section: str, group: str, item: str) -> Cells:
    return (section, group, item, *(None for _ in HEADER[3:-1]), "yes")


def _response(group: str, figures: m.ResponseFigures) -> Iterator[Cells]:
    yield _line("response", group, "invited", n=figures.invited)
    rate = {"value": figures.rate, "low": figures.low, "high": figures.high}
    yield _line("response", group, "answered", n=figures.answered, **rate)
    yield _line("response", group, "expired", n=figures.expired)


def _scored(group: str, scored: tuple[Scored | None, ...]) -> Iterator[Cells]:
    for one in scored:
        match one:
            case m.DimensionFigures():
                ends = {"low": one.low, "high": one.high}
                yield _line("dimension", group, one.group, n=one.n, value=one.mean, **ends)
            case m.RecommendationFigures():
                ends = {"low": one.low, "high": one.high}
                yield _line("recommendation", group, one.group, n=one.n, value=one.score, **ends)
            case m.HiddenFigures(group=name):
                yield _hidden("dimension", group, name or "")


def _distributions(report: m.SurveyReport) -> Iterator[Cells]:
    for one in (*report.dimensions, report.recommendation):
        if one and not isinstance(one, m.HiddenFigures):
            for score, n in one.distribution.items():
                yield _line("distribution", one.group, str(score), n=n)


def _choices(report: m.SurveyReport) -> Iterator[Cells]:
    for question in report.choices:
        if isinstance(question, m.HiddenFigures):
            yield _hidden("choice", question.group or "", "")
            continue
        for one in question.choices:
            yield _line("choice", question.group, one.choice, n=one.n, value=one.share)


def _words(words: m.WordsFigures) -> Iterator[Cells]:
    yield _line("total", "", "words", n=words.n)
    for mood in words.sentiment:
        yield _line("sentiment", "", mood.sentiment, n=mood.n, value=mood.share)
    for section, topics in (("complaint", words.complaints), ("aspect", words.aspects)):
        for one in topics:
            labels = {"label_zh": one.zh, "label_en": one.en}
            yield _line(section, "", one.code, **labels, n=one.n, value=one.share, before=one.before)


def _groups(kind: str, groups: tuple[m.GroupFigures | m.HiddenFigures, ...]) -> Iterator[Cells]:
    for one in groups:
        name = f"{kind}:{one.group or ''}"
        if isinstance(one, m.HiddenFigures):
            yield _hidden("total", name, "answers")
            continue
        yield _line("total", name, "answers", n=one.answers)
        if one.response:
            yield from _response(name, one.response)
        yield from _scored(name, (*one.dimensions, one.recommendation))
