"""A marketing office: the mall's tables, a bucket, a queue of jobs, and workers on a single thread."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.model import OperationModel

from functions.coupons import code_batches, listings, pushes
from loyalty import dynamo, exports
from loyalty.imports import files
from tests.functions.coupons_staff.office import BUCKET


@pytest.fixture
def office(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The office opens; moto loses writes of several threads, so codes are written by one."""
    place = {"LocationConstraint": "ap-southeast-1"}
    files.client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    queue = dynamo.service("sqs").create_queue(QueueName="jobs")
    monkeypatch.setenv("IMPORTS_BUCKET", BUCKET)
    monkeypatch.setenv("JOBS_QUEUE_URL", queue["QueueUrl"])
    monkeypatch.setattr(code_batches, "THREADS", 1)
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
    monkeypatch.setattr(code_batches, "BLOCK", 30)
    monkeypatch.setattr(pushes, "BLOCK", 2)
    monkeypatch.setattr(listings, "KEYS_AT_ONCE", 2)
    monkeypatch.setattr(exports, "PART_BYTES", 200)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
