"""Comments found elsewhere (social media, review sites), kept as answers of nobody we know (requirement S7).

A comment is known by its survey, its source and its id there: sent again, it is found and nothing changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.survey.answers import answer_row, answering, answering_reads
from functions.survey.answers.answer import cleaned
from functions.survey.answers.answer_row import Circumstances
from functions.survey.definition import MOST_TEXT
from loyalty import dynamo, offers
from loyalty.attempts import write
from loyalty.catalogue import OfferState, WrongStateError
from loyalty.dynamo import Item
from loyalty.entries import fingerprint
from loyalty.settings import time_zone
from loyalty.surveys import running
from loyalty.surveys.running import Running
from loyalty.surveys.settings import table
from loyalty.types import Origin

CHANNEL = "social_media"
QUESTION = "comment"
"""What stands for the question where nobody asked one."""
READ_AT_ONCE = 100
OLDEST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
AHEAD = timedelta(minutes=5)
"""How far another system's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as somebody found it; `text` is whatever was sent in its place."""

    comment_id: str
    text: Any
    source: str
    locale: str
    at: datetime | None = None
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of comments: how many are new, how many were known, which were refused (id and why)."""

    accepted: int
    known: int
    refused: tuple[tuple[str, str], ...]


def take_in(survey_id: str, comments: Sequence[Comment], trace: str, now: datetime) -> Imported:
    """Keep comments as answers to a survey, each once.

    Raises:
        NotFoundError: there is no such survey.
        WrongStateError: it was never published.
    """
    offer = offers.read(running.catalogue(), survey_id)
    if running.RUNNING not in (offer.facts or {}) or offer.state in {OfferState.DRAFT, OfferState.APPROVED}:
        raise WrongStateError(state=offer.state.value)
    asked = running.from_plain((offer.facts or {})[running.RUNNING])
    mistakes = {index: why for index, one in enumerate(comments) if (why := why_not(one, now))}
    rows = [_row(one, asked, trace, now) for index, one in enumerate(comments) if index not in mistakes]
    accepted = sum(_is_new(row) for row in _unknown(rows))
    refused = tuple((comments[index].comment_id, why) for index, why in mistakes.items())
    return Imported(accepted, len(rows) - accepted, refused)


def why_not(comment: Comment, now: datetime) -> str | None:
    """Return why a comment cannot be kept; None where it can."""
    if not isinstance(comment.text, str):
        return "not_text"
    try:
        text = cleaned(comment.text)
    except ValueError:
        return "not_text"
    if not text:
        return "empty"
    if len(text) > MOST_TEXT:
        return "text_too_long"
    return None if comment.at is None or OLDEST <= comment.at <= now + AHEAD else "bad_time"


def answer_id_of(series_id: str, comment: Comment) -> str:
    """Return the id of the answer a comment becomes."""
    return fingerprint({"series": series_id, "source": comment.source, "comment": comment.comment_id})


def _row(comment: Comment, asked: Running, trace: str, now: datetime) -> Item:
    text = cleaned(comment.text)
    came = Circumstances(
        answer_id=answer_id_of(asked.series_id, comment),
        series_id=asked.series_id,
        survey_id=asked.survey_id,
        survey_version=asked.version,
        channel=CHANNEL,
        mode=comment.source,
        answered_at=min(comment.at or now, now),
        recorded_at=now,
        zone_name=time_zone(),
        language=comment.locale,
        origin=Origin.IMPORT,
        trace=trace,
        tenant_id=comment.tenant_id,
    )
    said = {"scores": [], "choices": [], "texts": [{"question": QUESTION, "text": text}], "low": []}
    return {**answer_row.head(came, answering.understood(text, comment.locale)), **said}


def _unknown(rows: Sequence[Item]) -> Iterator[Item]:
    """Yield the rows that are not there yet, as far as a quick look tells."""
    for start in range(0, len(rows), READ_AT_ONCE):
        some = rows[start : start + READ_AT_ONCE]
        found = dynamo.batch_get(*((table(), answer_row.key(row["answer_id"])) for row in some))
        yield from (row for row, standing in zip(some, found, strict=True) if standing is None)


def _is_new(row: Mapping[str, Any]) -> bool:
    """Write a row; tell whether it was not there."""
    try:
        write((answering_reads.put_answer(row),))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
