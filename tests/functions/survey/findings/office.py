"""The office that looks into findings: who works there, answers as they are heard, and the queue of jobs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.survey import findings_desk, improvements, on_answer
from functions.survey.findings import telling
from loyalty import dynamo
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.jobs import Jobs, JobState
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
OPERATOR = staff_caller("operator", login="olga")
MARKETER = staff_caller("marketer", login="mei")
APPROVER = staff_caller("approver", login="an")
AUDITOR = staff_caller("auditor", login="ada")
ANNA, BEN, CHEN = "member-anna", "member-ben", "member-chen"
QUEUE = "queue.too_long"
IMPROVED = {"public_zh": "新增两个服务台。", "public_en": "Two more service desks."}


@dataclass
class Office:
    """Routes and workers, at a time of its own."""

    now: datetime = NOON

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def member(self, member_id: str, status: str = "active") -> None:
        """Open an account."""
        put({"member_id": member_id, "version": 1, "status": status}, "accounts")

    def answered(self, answer_id: str, member_id: str | None = ANNA, **data: Any) -> dict[str, Any]:
        """Write an answer's row; return its event."""
        at = data.pop("at", self.now)
        texts = [{"question": "why", "text": data.pop("text", f"words of {answer_id}")}]
        row = {"survey_id": f"answer/{answer_id}", "kind": "answer", "answer_id": answer_id, "texts": texts}
        put({**row, "member_id": member_id, "version": 1})
        facts = {"answer_id": answer_id, "sentiment": "negative", "anonymous": member_id is None, **data}
        return {
            "id": f"event-{answer_id}",
            "type": "SurveyAnswered",
            "time": iso(at),
            "subject": member_id or answer_id,
            "origin": "member",
            "data": facts,
        }

    def low(self, answer_id: str, member_id: str | None = ANNA, dimension: str = "service", **data: Any) -> Any:
        """An answer with a low score."""
        return self.answered(answer_id, member_id, low=[dimension], **data)

    def words(self, answer_id: str, member_id: str | None = ANNA, complaint: str = QUEUE, **data: Any) -> Any:
        """An answer that complains in words."""
        return self.answered(answer_id, member_id, complaints=[complaint], **data)

    def hear(self, *events: Mapping[str, Any] | str) -> list[str]:
        """Deliver a batch and return the messages that come again."""
        bodies = [one if isinstance(one, str) else json.dumps({"detail": one}) for one in events]
        records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
        answer = on_answer.handler({"Records": records}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def send(
        self, route: str, body: object = None, caller: Mapping[str, Any] = OPERATOR, key: str = "", **more: Any
    ) -> HttpAnswer:
        """Send a request of staff."""
        headers = {**({"idempotency-key": key} if key else {}), **more.pop("headers", {})}
        event = http_event(route, body=body, caller=caller, headers=headers, **more)
        return call(findings_desk.handler, event)

    def complain(self, key: str = "key-1", **body: Any) -> HttpAnswer:
        """Take down a complaint about the queue."""
        return self.send("POST /findings", {"source": "complaint", "text": "等了很久", "subject_code": QUEUE} | body,
                         key=key)  # fmt: skip

    def opened(self, answer_id: str = "a1", member_id: str | None = ANNA, **data: Any) -> str:
        """Open a finding by a low score; return its id."""
        assert self.hear(self.low(answer_id, member_id, **data)) == []
        return str(findings()[-1]["finding_id"])

    def resolve(self, finding_id: str, **body: Any) -> HttpAnswer:
        """Resolve a finding."""
        return self.send(f"POST /findings/{finding_id}/resolutions", IMPROVED | body)

    def read(self, finding_id: str, caller: Mapping[str, Any] = OPERATOR, **more: Any) -> Any:
        """Read a finding."""
        answer = self.send(f"GET /findings/{finding_id}", caller=caller, **more)
        assert answer.status == 200, answer.body
        return answer.body

    @staticmethod
    def public(language: str = "zh", **query: str) -> HttpAnswer:
        """Read what was improved, as anybody."""
        event = http_event("GET /improvements", headers={"accept-language": language}, query=query)
        return call(improvements.handler, event)

    @staticmethod
    def tell() -> int:
        """Do all the jobs that are on the queue; return how many there were."""
        sqs, jobs, done = dynamo.service("sqs"), Jobs("surveys", "survey_id", "exports/surveys"), 0
        url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
        while messages := sqs.receive_message(QueueUrl=url, VisibilityTimeout=30).get("Messages"):
            job = jobs.read(json.loads(messages[0]["Body"])["job_id"])
            while job and job.state in {JobState.QUEUED, JobState.RUNNING}:
                job = jobs.checkpoint(telling.step(job))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
            done += 1
        return done


def put(row: Mapping[str, Any], table: str = "surveys") -> None:
    """Write a row."""
    dynamo.client().put_item(TableName=table, Item=dynamo.to_item(row))


def rows(prefix: str, kind: str) -> list[Item]:
    """Every row whose key begins like this."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="surveys")["Items"]]
    return [row for row in found if row["survey_id"].startswith(prefix) and row["kind"].startswith(kind)]


def findings() -> list[Item]:
    """Every finding, the newest last."""
    return sorted(rows("finding/", "finding"), key=lambda row: row["history"][0]["at"])


def concerns(finding_id: str = "") -> list[Item]:
    """Every concern, of one finding or of all."""
    return sorted(rows(f"finding/{finding_id}", "concern/"), key=lambda row: row["answer_id"])


def told() -> list[str]:
    """Whom the improvements were announced to, in no order."""
    return sorted(row["member_id"] for row in concerns() if "ImprovementAnnounced" in row["happened"])
