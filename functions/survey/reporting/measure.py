"""How a dimension, an aspect or a complaint stood between two days: what a finding compares before and after (S4).

Read from figures that were counted when the answers came: never from the answers themselves.
"""

from dataclasses import dataclass
from datetime import date

from functions.survey.reporting import figures_read
from functions.survey.reporting.counting import EVERYTHING, tenant_book
from functions.survey.reporting.figures_sums import ANSWERED, ASPECT, COMPLAINT, RATED, Sums, added
from loyalty.surveys.books import series_book

PAGES = 4
"""A page of DynamoDB is a megabyte: some 400 days of a busy mall."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures of a period.

    Attributes:
        n: answers that scored the dimension; 0 where the code is an aspect or a complaint.
        mean_x100: their mean score in hundredths, rounded half up; 0 without scores.
        complaints: answers whose words are about the aspect, or make the complaint.
        answers: all answers of the period; whoever publishes a measure hides one of fewer than `hiding.LEAST`.
    """

    n: int
    mean_x100: int
    complaints: int
    answers: int


def dimension_between(
    series_id: str | None, code: str, first_day: date, last_day: date, tenant_id: str | None = None
) -> Measure:
    """Return how a code stood from the first day to the last, both included, mall-local.

    Args:
        series_id: of one survey through its versions; None: of all surveys together.
        code: a dimension, an aspect or a complaint.
        tenant_id: only what is about this tenant, in all surveys together; `series_id` must then be None.

    Raises:
        ValueError: if both a survey and a tenant are given: no figures are kept for that.
        ReportTooLargeError: if the days hold more than four megabytes of figures.
    """
    if series_id and tenant_id:
        raise ValueError("figures are kept per survey or per tenant, not both")
    book = tenant_book(tenant_id) if tenant_id else series_book(series_id) if series_id else EVERYTHING
    return measured(added(row for _, row in figures_read.days(book, first_day, last_day, PAGES)), code)


def measured(sums: Sums, code: str) -> Measure:
    """Return what sums say of a code."""
    scores = sums.scores(code)
    given = sum(scores.values())
    total = 100 * sum(score * n for score, n in scores.items())
    return Measure(
        n=sums.of(RATED, code),
        mean_x100=(2 * total + given) // (2 * given) if given else 0,
        complaints=sums.of(ASPECT, code) + sums.of(COMPLAINT, code),
        answers=sums.of(ANSWERED),
    )
