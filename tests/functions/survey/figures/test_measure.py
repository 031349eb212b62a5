"""Before and after of a finding: measured from the same figures (requirement S4)."""

from datetime import date
from typing import Any

import pytest

from functions.survey.reporting.measure import Measure, dimension_between
from tests.functions.survey.figures.stories import OTHER, SERIES, answer, deliver, scored

FIRST, LAST = date(2026, 7, 1), date(2026, 7, 31)


@pytest.fixture(autouse=True)
def answered(cloud: Any) -> None:
    """Answers of two surveys about two tenants, one of them on the day after."""
    said = {"sentiment": "negative", "aspects": ["queue"], "complaints": ["queue.too_long"]}
    assert not deliver(
        [
            answer(1, "2026-07-01", tenant_id="shoes", scores=[scored("ease", 3)], **said),
            answer(2, "2026-07-31", tenant_id="books", scores=[scored("ease", 4)]),
            answer(3, "2026-07-31", tenant_id="books", scores=[scored("ease", 4)], series_id=OTHER, **said),
            answer(4, "2026-08-01", tenant_id="shoes", scores=[scored("ease", 10)], **said),
            answer(5, "2026-06-30", scores=[scored("ease", 10)], **said),
        ]
    )


def test_a_dimension_is_measured_over_all_surveys() -> None:
    assert dimension_between(None, "ease", FIRST, LAST) == Measure(n=3, mean_x100=367, complaints=0, answers=3)


def test_a_dimension_is_measured_in_one_survey() -> None:
    assert dimension_between(SERIES, "ease", FIRST, LAST) == Measure(n=2, mean_x100=350, complaints=0, answers=2)


@pytest.mark.parametrize("code", ["queue", "queue.too_long"])
def test_aspects_and_complaints_are_counted(code: str) -> None:
    assert dimension_between(None, code, FIRST, LAST) == Measure(n=0, mean_x100=0, complaints=2, answers=3)


def test_a_tenant_is_measured_over_all_surveys_about_it() -> None:
    found = dimension_between(None, "ease", FIRST, LAST, tenant_id="books")
    assert found == Measure(n=2, mean_x100=400, complaints=0, answers=2)


def test_no_figures_are_kept_for_a_tenant_in_one_survey() -> None:
    with pytest.raises(ValueError, match="not both"):
        dimension_between(SERIES, "ease", FIRST, LAST, tenant_id="books")


def test_a_period_without_answers_is_all_zeros() -> None:
    assert dimension_between(None, "ease", date(2027, 1, 1), date(2027, 1, 31)) == Measure(0, 0, 0, 0)
