"""A job's row by itself: what a rule refuses ends it, what may pass comes again, rivals lose the compare and set."""

from typing import NoReturn

import pytest

from loyalty import dynamo, jobs
from loyalty.clock import utc_now
from loyalty.errors import BusyError, IdempotencyKeyReusedError
from loyalty.jobs import Job, Jobs, JobState, OvertakenError
from loyalty.stock import SoldOutError
from tests.functions.coupons_staff.office import queue_url

pytestmark = pytest.mark.usefixtures("office")
PLACE = Jobs("rewards", "reward_id", "exports/rewards")
DRAFT = Job("job-1", "exports", "reward-1", "mei", "2026-11-22T00:00:00.000Z", total=3)


def waiting() -> int:
    """How many messages lie in the queue."""
    answer = dynamo.service("sqs").get_queue_attributes(
        QueueUrl=queue_url(), AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def run(step: object, seconds: float = 300) -> Job:
    jobs.run(PLACE, "job-1", step, lambda: seconds, utc_now())  # type: ignore[arg-type]
    found = PLACE.read("job-1")
    assert found is not None
    return found


def test_what_a_rule_refuses_ends_the_job_with_its_reason() -> None:
    def refuse(_job: Job) -> NoReturn:
        raise SoldOutError

    PLACE.begin(DRAFT, {})
    failed = run(refuse)
    assert (failed.state, failed.reason) == (JobState.FAILED, "sold_out")
    assert failed.finished_at
    assert run(lambda job: job.moved(1)).done == 0


def test_what_may_pass_leaves_the_job_open() -> None:
    def busy(_job: Job) -> NoReturn:
        raise BusyError(retry_after=1)

    PLACE.begin(DRAFT, {})
    with pytest.raises(BusyError):
        run(busy)
    assert PLACE.read("job-1") == DRAFT


def test_a_job_is_done_step_by_step() -> None:
    PLACE.begin(DRAFT, {})
    done = run(lambda job: job.moved(1) if job.done < 3 else job.finished(utc_now()))
    assert (done.state, done.done, done.version) == (JobState.DONE, 3, 5)


def test_a_run_without_time_only_sends_the_job_on() -> None:
    PLACE.begin(DRAFT, {})
    before = waiting()
    assert run(lambda job: job.moved(1), seconds=jobs.MARGIN_SECONDS - 1) == DRAFT
    assert waiting() == before + 1


def test_only_the_row_that_was_read_moves_on() -> None:
    job, _ = PLACE.begin(DRAFT, {})
    moved = PLACE.checkpoint(job.moved(1))
    assert (moved.version, moved.state) == (2, JobState.RUNNING)
    with pytest.raises(OvertakenError):
        PLACE.checkpoint(job.moved(2))
    assert PLACE.read("job-1") == moved


def test_a_repetition_sends_an_open_job_again_and_a_finished_one_never() -> None:
    PLACE.begin(DRAFT, {"a": 1})
    assert PLACE.begin(DRAFT, {"a": 1}) == (DRAFT, True)
    assert waiting() == 2
    PLACE.checkpoint(DRAFT.finished(utc_now()))
    assert PLACE.begin(DRAFT, {"a": 1})[0].state is JobState.DONE
    assert waiting() == 2
    with pytest.raises(IdempotencyKeyReusedError):
        PLACE.begin(DRAFT, {"a": 2})


def test_a_message_of_a_job_that_is_gone_is_let_go() -> None:
    jobs.run(PLACE, "gone", lambda job: job, lambda: 300.0, utc_now())
    assert waiting() == 0
