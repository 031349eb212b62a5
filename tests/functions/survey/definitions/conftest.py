"""The office where surveys are made: the mall's tables, a bucket, a queue of jobs, and the jobs' worker."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.model import OperationModel

from functions.survey.inviting import asking, asking_reasons, on_job_exports
from loyalty import dynamo, exports
from loyalty.imports import files
from tests.functions.survey.definitions.office import BUCKET


@pytest.fixture
def office(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The office opens."""
    place = {"LocationConstraint": "ap-southeast-1"}
    files.client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    queue = dynamo.service("sqs").create_queue(QueueName="jobs")
    monkeypatch.setenv("IMPORTS_BUCKET", BUCKET)
    monkeypatch.setenv("JOBS_QUEUE_URL", queue["QueueUrl"])
    files.client().meta.events.register("before-call.s3.UploadPart", no_such_upload)
    yield
    files.client().meta.events.unregister("before-call.s3.UploadPart", no_such_upload)


def no_such_upload(model: OperationModel, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
    """Answer a part of an upload that is over as S3 does; moto breaks down over it."""
    under_way = files.client().list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    if params["query_string"]["uploadId"] in {upload["UploadId"] for upload in under_way}:
        return None
    return SimpleNamespace(status_code=404), {"Error": {"Code": "NoSuchUpload", "Message": "it is over"}}


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints close enough for a test to reach several."""
    monkeypatch.setattr(asking, "BLOCK", 2)
    monkeypatch.setattr(asking_reasons, "PER_PAGE", 1)
    monkeypatch.setattr(on_job_exports, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(exports, "PART_BYTES", 60)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
