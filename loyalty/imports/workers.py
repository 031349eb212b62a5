"""The two Lambda handlers behind an import, the same for every kind: one hears of uploads, one works on partitions."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from loyalty import queues
from loyalty.clock import utc_now
from loyalty.imports import advance, jobs, tasks
from loyalty.imports.apply import THREADS, Applier
from loyalty.imports.check import check
from loyalty.imports.files import upload_key
from loyalty.imports.jobs import State
from loyalty.imports.kinds import FileKind
from loyalty.imports.progress import Step
from loyalty.imports.split import split
from loyalty.imports.tasks import Task

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

logger = Logger()


def upload_handler(kind: FileKind) -> Handler:
    """Return the handler of S3's notices of uploads, through a queue."""

    def heard(body: str) -> None:
        for import_id, etag in _uploads(kind, body):
            split(kind, import_id, etag, utc_now())
            logger.info("import_split", import_id=import_id)

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
        return queues.take(event, heard)

    return handler


def partition_handler(kind: FileKind, threads: int = THREADS) -> Handler:
    """Return the handler of tasks: checks and applies partitions."""

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        applier = Applier(kind, lambda: context.get_remaining_time_in_millis() / 1000, threads)
        return queues.take(event, lambda body: _work(applier, tasks.task_of(body)))

    return handler


def _uploads(kind: FileKind, body: str) -> Iterator[tuple[str, str]]:
    """Yield import id and etag of each upload in a notice; S3's own test notice has none."""
    notice: Mapping[str, Any] = json.loads(body)
    for record in notice.get("Records", []):
        found = record["s3"]["object"]
        key = unquote_plus(found["key"])
        import_id = key.rpartition("/")[2].removesuffix(".csv")
        if key == upload_key(kind.name, import_id):
            yield import_id, found["eTag"].strip('"')


def _work(applier: Applier, task: Task) -> None:
    if task.step is Step.CHECK:
        _check(applier, task)
    else:
        _apply(applier, task)
    logger.info("import_step_done", import_id=task.import_id, step=task.step, partition=task.partition)


def _check(applier: Applier, task: Task) -> None:
    job = jobs.read(task.import_id)
    if job and job.state is State.CHECKING:
        check(applier.kind, job, task.partition)
        job = jobs.read(task.import_id)
    if job:
        advance.after_check(job, task.partition)


def _apply(applier: Applier, task: Task) -> None:
    job = jobs.read(task.import_id)
    if job is None or job.state is not State.APPLYING:
        return
    if applier.apply(job, task.partition):
        advance.after_apply(job)
    else:
        tasks.send([task])
