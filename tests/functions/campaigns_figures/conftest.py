"""Two tenants, three members, a coupon template; a bucket and a queue for trials; nothing remembered of other tests."""

from typing import Any

import pytest

from functions.campaigns import journal_rows
from loyalty import dynamo
from loyalty.imports import files
from tests.functions.campaigns_figures.mall import put_template
from tests.functions.till import ANNA, BEN, member, tenant

CLEO = "member-cleo"


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    place = {"LocationConstraint": "ap-southeast-1"}
    files.client().create_bucket(Bucket="files", CreateBucketConfiguration=place)
    queue = dynamo.service("sqs").create_queue(QueueName="jobs")
    monkeypatch.setenv("IMPORTS_BUCKET", "files")
    monkeypatch.setenv("JOBS_QUEUE_URL", queue["QueueUrl"])
    monkeypatch.setattr(journal_rows, "SHARDS", 4)  # a query of moto takes long
    tenant("shoes")
    tenant("teas")
    for name in (ANNA, BEN, CLEO):
        member(name)
    put_template()
    return cloud
