"""Work on a template that outlasts a request, begun: codes, pushes, exports (requirements C2; ADR 0607)."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from loyalty import exports, offers
from loyalty.catalogue import Offer, OfferState, WrongStateError
from loyalty.clock import iso
from loyalty.coupons import issue, store
from loyalty.coupons.template import Template
from loyalty.errors import NotFoundError
from loyalty.jobs import Job, Jobs, JobState, job_id_for

SEED_BYTES = 32
GIVING_OUT = frozenset({OfferState.PUBLISHED, OfferState.PAUSED})
"""Codes are made of what does not change any more and may still be issued."""


class Task(StrEnum):
    """What can be done with a template in bulk."""

    CODES = "codes"
    PUSHES = "pushes"
    EXPORTS = "exports"


class Caller(NamedTuple):
    """Who asks: login, idempotency key, trace."""

    login: str
    key: str
    trace: str


def jobs() -> Jobs:
    """Return where the jobs of this capability are kept."""
    return Jobs(store.table(), "coupon_id", "exports/coupons")


def begin_codes(template_id: str, count: int, caller: Caller, now: datetime) -> tuple[Job, bool]:
    """Begin to make codes; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
        WrongStateError: unless the template is published or paused.
    """
    offer = _offer(Task.CODES, template_id, caller, GIVING_OUT)
    asked = {"seed": secrets.token_bytes(SEED_BYTES).hex(), "until": _until(offer)}
    return _begin(Task.CODES, template_id, caller, now, {"count": count}, asked=asked, total=count)


def begin_pushes(template_id: str, members: tuple[str, ...], caller: Caller, now: datetime) -> tuple[Job, bool]:
    """Begin to give each member a coupon; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
        WrongStateError: unless the template is published.
    """
    _offer(Task.PUSHES, template_id, caller, frozenset({OfferState.PUBLISHED}))
    asked = {"members": list(members)}
    return _begin(Task.PUSHES, template_id, caller, now, asked, asked=asked, total=len(members))


def begin_exports(template_id: str, caller: Caller, now: datetime) -> tuple[Job, bool]:
    """Begin to list all coupons of a template; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
    """
    offers.read(issue.templates(), template_id)
    return _begin(Task.EXPORTS, template_id, caller, now, {})


def read(template_id: str, job_id: str) -> tuple[Job, str | None]:
    """Return a template's job and, once it is done, where its file can be had.

    Raises:
        NotFoundError: if this template has no such job.
    """
    job = jobs().read(job_id)
    if job is None or job.owner != template_id:
        raise NotFoundError
    return job, exports.download_url(jobs(), job) if job.state is JobState.DONE else None


def _offer(task: Task, template_id: str, caller: Caller, states: frozenset[OfferState]) -> Offer:
    """Return a template a job may be begun for; a job that was begun before is found whatever became of it since."""
    offer = offers.read(issue.templates(), template_id)
    if offer.state not in states and jobs().read(_job_id(task, template_id, caller)) is None:
        raise WrongStateError(state=offer.state.value)
    return offer


def _job_id(task: Task, template_id: str, caller: Caller) -> str:
    return job_id_for(task, template_id, caller.login, caller.key)


def _begin(
    task: Task, template_id: str, caller: Caller, now: datetime, request: Mapping[str, object], **more: Any
) -> tuple[Job, bool]:
    job = Job(
        job_id=_job_id(task, template_id, caller),
        task=task,
        owner=template_id,
        created_by=caller.login,
        created_at=iso(now),
        correlation_id=caller.trace,
        **more,
    )
    return jobs().begin(job, request)


def _until(offer: Offer) -> str | None:
    until = Template.model_validate(offer.definition).validity.until
    return until.isoformat() if until else None
