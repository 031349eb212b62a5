"""How long a batch of unique codes takes: rows written, file stored, as the worker does it."""

import time
from dataclasses import dataclass, replace

from bench.mall import BUCKET
from functions.coupons import bulk
from functions.coupons.bulk import Caller
from functions.coupons.on_job import stepped
from loyalty import attempts, dynamo, jobs
from loyalty.catalogue import Step, drafted
from loyalty.catalogue import stepped as led
from loyalty.clock import iso, utc_now
from loyalty.coupons import issue
from loyalty.jobs import JobState

COUNT = 100_000
TARGET_SECONDS = 60
TEMPLATE = {
    "name_zh": "满减券",
    "name_en": "Amount off",
    "terms": {"kind": "amount_off", "off_fen": 10_00},
    "validity": {"until": "2036-12-31"},
}


@dataclass(frozen=True)
class Batch:
    """A batch that was made: how many codes the file holds, wall-clock and CPU seconds of this process."""

    codes: int
    seconds: float
    cpu: float


def measure(count: int = COUNT) -> Batch:
    """Make one batch from the request to the stored file."""
    now = utc_now()
    offer = drafted("batch", TEMPLATE, "marketer", iso(now))
    for step in (Step.APPROVE, Step.PUBLISH):
        offer = led(offer, step, "approver", iso(now))
    attempts.write(issue.templates().put_if_absent(replace(offer, facts=None)))
    began, cpu = time.perf_counter(), time.process_time()
    job, _ = bulk.begin_codes("batch", count, Caller("marketer", "key", "trace"), now)
    jobs.run(bulk.jobs(), job.job_id, stepped, lambda: 900.0, now)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    done = bulk.jobs().read(job.job_id)
    assert done
    assert done.state is JobState.DONE
    file = dynamo.service("s3").get_object(Bucket=BUCKET, Key=bulk.jobs().file(done))["Body"].read()
    return Batch(len(set(file.decode().split())) - 1, seconds, spent)
