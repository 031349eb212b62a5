"""Trying the understanding of open answers: texts in, verdicts out, nothing kept (requirement S3)."""

from collections.abc import Iterable

from functions.survey.analysis_models import TextToAnalyse
from functions.survey.understanding.analysis import Analysis, analyse


def analyses_of(texts: Iterable[TextToAnalyse]) -> tuple[Analysis, ...]:
    """Return what the texts say, in their order."""
    return tuple(analyse(each.text, each.locale) for each in texts)
