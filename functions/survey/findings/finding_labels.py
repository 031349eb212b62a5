"""What subjects of findings are called, in Chinese and English. Pure."""

from functions.survey.findings.finding_subject import OTHER
from functions.survey.understanding.labels import LABELS

DIMENSIONS: dict[str, tuple[str, str]] = {
    "ease": ("参与便利", "Ease of taking part"),
    "usefulness": ("权益实用", "Usefulness of the benefit"),
    "service": ("服务响应", "Service"),
    "recommendation": ("推荐意愿", "Recommendation"),
    OTHER: ("其他", "Other"),
}
"""The usual dimensions; one that a marketer named otherwise is shown by its code."""


def label_of(code: str, language: str) -> str:
    """Return what a subject is called in a language, `zh` or `en`."""
    zh, en = DIMENSIONS.get(code) or LABELS.get(code) or (code, code)
    return en if language == "en" else zh
