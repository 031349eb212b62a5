"""From figures to a survey's report: what is shown, with its interval, and what is hidden (S, C6, K1). Pure.

Nothing is told of fewer than five answers. Weeks and groups are shown beside their total, so for each measure (the
answers, every dimension) as many are hidden that no difference of shown numbers is about fewer than five answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from functions.survey.definition import RECOMMENDATION
from functions.survey.reporting import figures_sums as s
from functions.survey.reporting import report_models as m
from functions.survey.reporting import statistics_of
from functions.survey.reporting.figures_sums import Sums
from functions.survey.reporting.hiding import hidden, is_hidden
from functions.survey.understanding.labels import LABELS

LONGEST_COMPARED = 184
"""Days of the longest period that is compared with the one before it: both are read at once."""

Dimension = m.DimensionFigures | m.HiddenFigures
Recommendation = m.RecommendationFigures | m.HiddenFigures
Group = m.GroupFigures | m.HiddenFigures


@dataclass(frozen=True, slots=True)
class Period:
    """Mall-local days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period | None":
        """The period of as many days that ends where this one begins; None where it is too long to compare."""
        if self.days > LONGEST_COMPARED:
            return None
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def weeks(self) -> list[str]:
        """Return the ISO weeks it touches."""
        return list(dict.fromkeys(week_of(self.first + timedelta(days=n)) for n in range(self.days)))


@dataclass(frozen=True, slots=True)
class Found:
    """The figures of a period.

    Attributes:
        weeks: sums by ISO week, of the weeks in which anything was counted.
        before: sums of the equal period before; None where it is not compared.
    """

    period: Period
    weeks: Mapping[str, Sums]
    before: Sums | None

    @property
    def total(self) -> Sums:
        """All of the period together."""
        return s.added(week.numbers for week in self.weeks.values())


def week_of(day: date) -> str:
    """Return the ISO 8601 week of a day: `2026-W47`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def report(survey_id: str, series_id: str, found: Found, slices: m.SliceFigures | None) -> m.SurveyReport:
    """Return the report of a period."""
    total, period = found.total, found.period
    answers = total.of(s.ANSWERED)
    none_told = is_hidden(answers)
    return m.SurveyReport(
        survey_id=survey_id,
        series_id=series_id,
        first=period.first,
        last=period.last,
        hidden=none_told,
        answers=None if none_told else answers,
        response=None if none_told else response(total),
        dimensions=() if none_told else tuple(_dimensions(total)),
        recommendation=None if none_told else _recommendation(total),
        choices=() if none_told else tuple(_questions(total)),
        words=None if none_told else _words(total, found.before),
        weeks=tuple(groups({week: found.weeks.get(week, Sums({})) for week in period.weeks()})),
        slices=slices,
    )


def groups[Key: (str, str | None)](
    sums: Mapping[Key, Sums], *, with_response: bool = False
) -> Iterator[Group]:  # fmt: skip
    """Yield weeks or groups in order, hidden where they, or one of them, could be told too little of."""
    kept_back = hidden({key: each.of(s.ANSWERED) for key, each in sums.items()})
    rated = {code for each in sums.values() for code in each.under(s.RATED)}
    silent = {
        code: hidden({key: n for key, each in sums.items() if (n := each.of(s.RATED, code))}, kept_back)
        for code in rated
    }
    for key, each in sums.items():
        if key in kept_back:
            yield m.HiddenFigures(group=key)
            continue
        hushed = {code for code, keys in silent.items() if key in keys}
        yield m.GroupFigures(
            group=key,
            answers=each.of(s.ANSWERED),
            response=response(each) if with_response else None,
            dimensions=tuple(_dimensions(each, hushed)),
            recommendation=_recommendation(each, hushed),
        )


def response(sums: Sums) -> m.ResponseFigures:
    """Return how many of the invitations were answered."""
    invited, kept = sums.of(s.INVITED), sums.of(s.KEPT)
    rate, low, high = statistics_of.share(kept, invited)
    return m.ResponseFigures(
        invited=invited, answered=kept, expired=sums.of(s.EXPIRED), rate=rate, low=low, high=high
    )  # fmt: skip


def _dimensions(sums: Sums, hushed: Iterable[str] = ()) -> Iterator[Dimension]:
    for code, n in sums.under(s.RATED).items():
        if code == RECOMMENDATION:
            continue
        if is_hidden(n) or code in hushed:
            yield m.HiddenFigures(group=code)
            continue
        scores = sums.scores(code)
        mean, low, high = statistics_of.mean(scores, n, 1, 10)
        yield m.DimensionFigures(group=code, n=n, mean=mean, low=low, high=high, distribution=scores)


def _recommendation(sums: Sums, hushed: Iterable[str] = ()) -> Recommendation | None:
    n = sums.of(s.RATED, RECOMMENDATION)
    if not n:
        return None
    if is_hidden(n) or RECOMMENDATION in hushed:
        return m.HiddenFigures(group=RECOMMENDATION)
    scores = sums.scores(RECOMMENDATION)
    found = statistics_of.recommendations(scores)
    score, low, high = statistics_of.net_promoter(found, n)
    return m.RecommendationFigures(
        n=n,
        promoters=found.promoters,
        passives=found.passives,
        detractors=found.detractors,
        score=score,
        low=low,
        high=high,
        distribution=scores,
    )


def _questions(sums: Sums) -> Iterator[m.QuestionFigures | m.HiddenFigures]:
    for code, n in sums.under(s.CHOSE).items():
        if is_hidden(n):
            yield m.HiddenFigures(group=code)
            continue
        counts = sums.under(s.CHOICE, code)
        choices = (
            m.ChoiceFigures(choice=choice, n=made, share=statistics_of.percent(made, n))
            for choice, made in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        )
        yield m.QuestionFigures(group=code, n=n, choices=tuple(choices))


def _words(sums: Sums, before: Sums | None) -> m.WordsFigures | None:
    n = sums.with_words
    if is_hidden(n):
        return None
    moods = (
        m.SentimentFigures(sentiment=mood, n=count, share=statistics_of.percent(count, n))
        for mood, count in sums.under(s.MOOD).items()
    )
    compared = None if before is None or is_hidden(before.with_words) else before
    return m.WordsFigures(
        n=n,
        sentiment=tuple(moods),
        complaints=tuple(_topics(s.COMPLAINT, sums, compared)),
        aspects=tuple(_topics(s.ASPECT, sums, compared)),
    )


def _topics(kind: str, sums: Sums, before: Sums | None) -> Iterator[m.TopicFigures]:
    """Yield complaints or aspects of now, and those that have ceased, the most frequent first."""
    counts = dict.fromkeys(before.under(kind), 0) if before else {}
    counts |= sums.under(kind)
    for code, n in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        share = statistics_of.percent(n, sums.with_words)
        earlier = statistics_of.percent(before.of(kind, code), before.with_words) if before else None
        zh, en = LABELS.get(code, (code, code))
        yield m.TopicFigures(
            code=code,
            zh=zh,
            en=en,
            n=n,
            share=share,
            before=earlier,
            change=None if earlier is None else round(share - earlier, statistics_of.DECIMALS),
        )
