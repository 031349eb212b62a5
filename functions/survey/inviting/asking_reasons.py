"""Who was not asked and why: a row per block of members, until the report is written of them.

row                     key (`survey_id`, `kind`)
the reasons of a block  `job/<job id>`, `not_asked/<block>`
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.exports import Page
from loyalty.jobs import Job, Jobs

PER_PAGE = 20
"""Blocks that are read at once."""
HEADER = ("member_id", "reason")
NOT_ASKED = "not_asked/"
KEPT = timedelta(days=30)


def keep(jobs: Jobs, job: Job, number: int, reasons: Sequence[tuple[str, str]], now: datetime) -> None:
    """Write who of a block was not asked and why, over what an earlier run of the same block wrote."""
    row = {
        **jobs.key(job.job_id),
        "kind": f"{NOT_ASKED}{number:06d}",
        "reasons": reasons,
        "ttl": int((now + KEPT).timestamp()),
    }
    dynamo.client().put_item(TableName=jobs.table, Item=to_item(row))


def page(jobs: Jobs, job: Job, at: Mapping[str, Any]) -> Page:
    """Return the reasons of some blocks, from a position on."""
    key = jobs.key(job.job_id)[jobs.key_name]
    start = {jobs.key_name: key, "kind": at["after"]} if "after" in at else None
    answer = dynamo.client().query(
        TableName=jobs.table,
        KeyConditionExpression=f"{jobs.key_name} = :job AND begins_with(kind, :reasons)",
        ExpressionAttributeValues=to_item({":job": key, ":reasons": NOT_ASKED}),
        Limit=PER_PAGE,
        **({"ExclusiveStartKey": to_item(start)} if start else {}),
    )
    found = [dynamo.from_item(item) for item in answer["Items"]]
    return Page(list(_rows(found)), {"after": found[-1]["kind"]} if "LastEvaluatedKey" in answer else None)


def _rows(found: Iterable[Item]) -> Iterable[tuple[str, str]]:
    return ((member_id, reason) for row in found for member_id, reason in row["reasons"])
