"""The messages that drive an import, and how a batch of them is taken from a queue.

A message only says which partition of which step to go on with; where to go on stands in the partition's progress
row. So a message may come twice, late, or again after a crash.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from loyalty.dynamo import service
from loyalty.imports import progress
from loyalty.imports.jobs import Job
from loyalty.imports.progress import Step
from loyalty.settings import setting

MESSAGES_PER_CALL = 10

logger = Logger()


class NotSentError(RuntimeError):
    """The queue did not take every message; the step is repeated."""


@dataclass(frozen=True, slots=True)
class Task:
    """A partition of a step, to be begun or gone on with."""

    import_id: str
    step: Step
    partition: int

    def body(self) -> str:
        """Return the task as a message."""
        return json.dumps({"import_id": self.import_id, "step": self.step, "partition": self.partition})


def task_of(body: str) -> Task:
    """Return the task a message stands for."""
    found = json.loads(body)
    return Task(found["import_id"], Step(found["step"]), found["partition"])


def send(tasks: Iterable[Task]) -> None:
    """Put tasks on the queue.

    Raises:
        NotSentError: if the queue did not take all of them.
    """
    bodies = [task.body() for task in tasks]
    for start in range(0, len(bodies), MESSAGES_PER_CALL):
        part = bodies[start : start + MESSAGES_PER_CALL]
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(part)]
        answer = service("sqs").send_message_batch(QueueUrl=setting("APPLY_QUEUE_URL"), Entries=entries)
        if answer.get("Failed"):
            raise NotSentError


def begin(job: Job, step: Step) -> None:
    """Send a task for every partition that has not made its first checkpoint yet."""
    parts = progress.read_all(job, step)
    send(Task(job.import_id, step, number) for number, part in enumerate(parts) if part is None)
