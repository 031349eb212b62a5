"""The list of a reward's orders as a file: where each stands, and no word about whose it is but a random id."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.redeem import shelves
from functions.redeem.order import SHELVES, Order, from_row, shelf_of
from loyalty import dynamo, exports, offers
from loyalty.clock import iso
from loyalty.dynamo import to_item
from loyalty.errors import NotFoundError
from loyalty.exports import Page, Row
from loyalty.jobs import Job, Jobs, JobState, job_id_for

TASK = "orders"
AT_ONCE = 100
HEADER = (
    "redemption_id", "member_id", "state", "kind", "pick_up_point", "points", "purse", "cash_fen", "units",
    "ordered_at", "handed_over_at", "origin",
)  # fmt: skip


def jobs() -> Jobs:
    """Return where the jobs of this capability are kept."""
    return Jobs(shelves.table(), shelves.KEY, "exports/rewards")


def begin(reward_id: str, login: str, idempotency_key: str, trace: str, now: datetime) -> tuple[Job, bool]:
    """Begin to list all orders of a reward; return the job and whether it was there before.

    Raises:
        NotFoundError: if there is no such reward.
    """
    offers.read(shelves.catalogue(), reward_id)
    job = Job(
        job_id=job_id_for(TASK, reward_id, login, idempotency_key),
        task=TASK,
        owner=reward_id,
        created_by=login,
        created_at=iso(now),
        correlation_id=trace,
    )
    return jobs().begin(job, {})


def read(reward_id: str, job_id: str) -> tuple[Job, str | None]:
    """Return a reward's job and, once it is done, where its file can be had.

    Raises:
        NotFoundError: if this reward has no such job.
    """
    job = jobs().read(job_id)
    if job is None or job.owner != reward_id:
        raise NotFoundError
    return job, exports.download_url(jobs(), job) if job.state is JobState.DONE else None


def step(job: Job, now: datetime) -> Job:
    """Write the next part of the list and return the job after it."""
    return exports.step(jobs(), job, HEADER, lambda at: _page(job.owner, at), now)


def _page(reward_id: str, at: Mapping[str, Any]) -> Page:
    """Return up to a hundred orders from a position: a shelf of the index, and the last one read of it."""
    shelf, after = at.get("shelf", 0), at.get("after", "")
    answer = dynamo.client().query(
        TableName=shelves.table(),
        IndexName="by_reward",
        KeyConditionExpression="shelf = :shelf AND placed > :after",
        ExpressionAttributeValues=to_item({":shelf": shelf_of(reward_id, shelf), ":after": after or "0"}),
        Limit=AT_ONCE,
    )
    items = [dynamo.from_item(item) for item in answer["Items"]]
    rows = [_row(from_row(item)) for item in items]
    if "LastEvaluatedKey" in answer:
        return Page(rows, {"shelf": shelf, "after": items[-1]["placed"]})
    return Page(rows, {"shelf": shelf + 1} if shelf + 1 < SHELVES else None)


def _row(order: Order) -> Row:
    return (
        order.redemption_id,
        order.member_id,
        order.state.value,
        order.reward_kind,
        order.point,
        order.points,
        order.purse,
        order.cash_fen,
        order.units,
        order.ordered_at,
        order.handed_over_at,
        order.origin,
    )
