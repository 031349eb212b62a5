"""The answers of a survey, all its versions, as a file: scores, choices, masked words; no word about whose they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from functions.survey.masking import masked
from loyalty import dynamo, exports
from loyalty.dynamo import Item, to_item
from loyalty.exports import Page, Row
from loyalty.jobs import Job, Jobs
from loyalty.surveys import settings

BY_SHELF = "by_shelf"
ROWS_AT_ONCE = 500
FIRST = ("answer_id", "answered_at", "version", "channel", "tier", "tenant_id", "about")
LAST = ("sentiment", "aspects", "complaints")
BEFORE_ALL, AFTER_ALL = "answer/", "answer/~"


def step(jobs: Jobs, job: Job, now: datetime) -> Job:
    """Write the next part of the answers and return the job after it."""
    questions = job.asked["questions"]
    return exports.step(jobs, job, header(questions), lambda at: _page(job.asked, at), now)


def header(questions: Sequence[str]) -> Row:
    """Return the names of the columns; a question that is called as one of ours is told apart."""
    taken = {*FIRST, *LAST}
    return (*FIRST, *(f"question_{code}" if code in taken else code for code in questions), *LAST)


def row_of(answer: Item, questions: Sequence[str]) -> Row:
    """Return one answer as a row: choices one after the other, words without numbers and addresses of people."""
    given = _given(answer)
    return (
        answer["answer_id"],
        answer["answered_at"],
        answer["survey_version"],
        answer["channel"],
        answer.get("tier"),
        answer.get("tenant_id"),
        answer.get("about"),
        *(given.get(code) for code in questions),
        answer.get("sentiment"),
        " ".join(answer.get("aspects", ())),
        " ".join(answer.get("complaints", ())),
    )


def _given(answer: Item) -> dict[str, str | int]:
    found: dict[str, str | int] = {one["question"]: one["score"] for one in answer.get("scores", ())}
    for one in answer.get("choices", ()):
        before = found.get(one["question"])
        found[one["question"]] = f"{before} {one['choice']}" if before else one["choice"]
    return found | {one["question"]: masked(one["text"]) for one in answer.get("texts", ())}


def _page(asked: Mapping[str, Any], at: Mapping[str, Any]) -> Page:
    answer = dynamo.client().query(**_asking(asked, at))
    found = [dynamo.from_item(item) for item in answer["Items"]]
    rows = [row_of(one, asked["questions"]) for one in found]
    last = answer.get("LastEvaluatedKey")
    return Page(rows, {"after": dynamo.from_item(last)} if last else None)


def _asking(asked: Mapping[str, Any], at: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        ":shelf": f"answers/{asked['series_id']}",
        ":since": f"answer/{asked['from']}" if asked.get("from") else BEFORE_ALL,
        ":until": f"answer/{asked['until']}" if asked.get("until") else AFTER_ALL,
    }
    return {
        "TableName": settings.table(),
        "IndexName": BY_SHELF,
        "KeyConditionExpression": "shelf = :shelf AND placed BETWEEN :since AND :until",
        "ExpressionAttributeValues": to_item(values),
        "Limit": ROWS_AT_ONCE,
        **({"ExclusiveStartKey": to_item(at["after"])} if "after" in at else {}),
    }
