"""What marketers send to try the understanding of open answers, and what they get back (requirement S3)."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from functions.survey.understanding.analysis import Analysis
from functions.survey.understanding.labels import Sentiment
from loyalty.http import Answer, Body

MOST_TEXTS = 100
LONGEST_TEXT = 10_000


class TextToAnalyse(Body):
    """One open answer, and its language where it is known."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    locale: Literal["zh", "en"] | None = None


class AnalysesRequest(Body):
    """Texts to understand; nothing of them is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"texts": [{"text": "找了二十分钟才找到服务台", "locale": "zh"}, {"text": "Lovely staff!"}]}]
        }
    )

    texts: Annotated[tuple[TextToAnalyse, ...], Field(min_length=1, max_length=MOST_TEXTS)]


class TextAnalysis(Answer):
    """What one text says; `confidence` is how often such a verdict is right, from 0 to 1."""

    sentiment: Sentiment
    confidence: Annotated[float, Field(ge=0, le=1)]
    aspects: tuple[str, ...]
    complaints: tuple[str, ...]
    because: tuple[str, ...]


class AnalysesAnswer(Answer):
    """What the texts say, in the order they were sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "analyses": [
                        {
                            "sentiment": "negative",
                            "confidence": 0.93,
                            "aspects": ["signage"],
                            "complaints": ["signage.hard_to_find"],
                            "because": ["找了二十分钟"],
                        }
                    ]
                }
            ]
        }
    )

    analyses: tuple[TextAnalysis, ...]


def text_analysis(analysis: Analysis) -> TextAnalysis:
    """Return an analysis as it is published."""
    return TextAnalysis(
        sentiment=analysis.sentiment,
        confidence=analysis.confidence / 100,
        aspects=analysis.aspects,
        complaints=analysis.complaints,
        because=analysis.because,
    )
