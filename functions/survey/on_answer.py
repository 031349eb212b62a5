"""Hears answers that somebody must look into (requirement S4): low scores and complaints become findings.

    SurveyAnswered ──queue──> each low dimension: a finding at once; each complaint of a negative answer: when it recurs

An answer that comes twice finds what it did. A message nobody can read comes back alone and ends with the dead letters.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field

from functions.survey.findings import departments_row, findings
from functions.survey.findings.departments import SubjectCode
from functions.survey.findings.finding import By
from functions.survey.findings.finding_filing import SURVEY, Report
from functions.survey.findings.finding_subject import Subject
from functions.survey.understanding.labels import Sentiment
from loyalty.clock import iso, utc_now
from loyalty.fields import Instant, TenantIdField

ACTOR = "survey"

logger = Logger()
metrics = Metrics()

Codes = Annotated[tuple[SubjectCode, ...], Field(max_length=100)]
Ref = Annotated[str, Field(min_length=1, max_length=128)]


class HeardFacts(BaseModel):
    """What an answer's event says that findings need; it says more."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    answer_id: Ref
    tenant_id: TenantIdField | None = None
    sentiment: str | None = None
    complaints: Codes = ()
    low: Codes = ()


class HeardAnswer(BaseModel):
    """The event that an answer was given; `time` is when."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Ref
    time: Instant
    origin: Ref
    correlationid: str | None = None
    data: HeardFacts


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """File what a batch of answers complains of; answer which messages must come again."""
    metrics.add_metric("AnswersHeard", MetricUnit.Count, len(event["Records"]))
    failed = [record["messageId"] for record in event["Records"] if not _heard(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _heard(record: Mapping[str, Any]) -> bool:
    try:
        heard = HeardAnswer.model_validate(json.loads(record["body"])["detail"])
        opened = sum(map(_filed, _reports(heard)))
    except Exception as error:  # noqa: BLE001 - one message must never hold up the others
        logger.error("answer not heard", message_id=record.get("messageId"), error=type(error).__name__)
        return False
    metrics.add_metric("FindingsOpened", MetricUnit.Count, opened)
    return True


def _filed(report: Report) -> int:
    plan = findings.file(report, departments_row.remembered(), report.by.now)
    return int(plan.answer.is_new and not plan.replayed)


def _reports(heard: HeardAnswer) -> Iterator[Report]:
    """Yield what an answer complains of: each dimension scored low, and the complaints of a negative answer."""
    facts = heard.data
    is_negative = bool(facts.low) or facts.sentiment == Sentiment.NEGATIVE
    worded = facts.complaints if is_negative else ()
    by = By(ACTOR, utc_now(), facts.answer_id, heard.correlationid or heard.id)
    for code in dict.fromkeys((*facts.low, *worded)):
        subject = Subject(code, facts.tenant_id)
        yield Report(
            answer_id=facts.answer_id,
            mark=subject.key,
            subject=subject,
            said_at=iso(heard.time),
            source=SURVEY,
            origin=heard.origin,
            opens=code in facts.low,
            by=by,
        )
