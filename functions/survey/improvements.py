"""The open route on which everybody reads what was improved because somebody said so (requirement S4)."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import ConfigDict, Field

from functions.survey.findings import findings_reading
from functions.survey.findings.finding_labels import label_of
from functions.survey.findings.finding_models import EXAMPLE_FINDING_ID
from loyalty.dynamo import Item
from loyalty.http import Answer, answers, api, entry_point, language
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)

LIST = "improvements"
CACHE_SECONDS = 60

app = api()

_EXAMPLE: dict[str, Any] = {
    "improvement_id": EXAMPLE_FINDING_ID,
    "text": "停车场出口新增两台缴费机。",
    "subject": "停车缴费或减免失败",
    "department": "工程物业部",
    "resolved_on": "2026-11-22",
}


class ImprovementAnswer(Answer):
    """Something that was improved: in which matter, by which department, on which day."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    improvement_id: str
    text: str
    subject: str
    department: str
    resolved_on: Annotated[str, Field(description="The mall-local day.")]


class ImprovementsAnswer(Answer):
    """A page of what was improved, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_EXAMPLE], "next": None}]})

    items: tuple[ImprovementAnswer, ...]
    next: str | None


@app.get(
    "/improvements",
    operation_id="listImprovements",
    summary="Read what was improved because members said so",
    description="Newest first. Chinese unless `Accept-Language` prefers English and there is an English text.",
    tags=["improvements"],
    responses=answers(200, ImprovementsAnswer, "A page of improvements", InvalidCursorError),
)
def improvements_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None
) -> Response[ImprovementsAnswer]:
    """Read what was improved."""
    spoken = language(app)
    found, last = findings_reading.improvements(position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    answer = ImprovementsAnswer(items=tuple(_improvement(row, spoken) for row in found), next=following)
    response = listed(answer, following, limit=limit)
    cached = {
        "Cache-Control": f"public, max-age={CACHE_SECONDS}",
        "Vary": "Accept-Language",
        "Content-Language": spoken,
    }
    response.headers.update(cached)
    return response


def _improvement(row: Item, spoken: str) -> ImprovementAnswer:
    return ImprovementAnswer(
        improvement_id=row["improvement_id"],
        text=(row.get("text_en") if spoken == "en" else None) or row["text_zh"],
        subject=label_of(row["subject_code"], spoken),
        department=row["department_en"] if spoken == "en" else row["department_zh"],
        resolved_on=row["resolved_on"],
    )


handler = entry_point(app)
