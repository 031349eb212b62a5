"""Work on a survey that outlasts a request, begun: asking many, dry runs, exports (requirements S1, S6)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from functions.survey.defining import publication
from functions.survey.inviting import asking, dry_run
from functions.survey.inviting.asking_journal import Time
from functions.survey.inviting.job_models import AnswersExportRequest, DryRunRequest, InvitationsRequest
from loyalty import exports, offers
from loyalty.catalogue import Offer
from loyalty.clock import iso
from loyalty.errors import NotFoundError, RuleError
from loyalty.jobs import Job, Jobs, JobState, job_id_for
from loyalty.surveys import running, settings
from loyalty.surveys.invitation import AskedBy

INVITATIONS, DRY_RUNS, EXPORTS = "invitations", "dry-runs", "exports"
NAMES_MEMBERS = frozenset({INVITATIONS, DRY_RUNS})
"""Jobs whose file names members; such a file is for operators only."""
SCHEDULE, FOLLOW_UP = "schedule", "follow-up"


class NoEventTriggerError(RuleError):
    """The survey listens to no events, so there is nothing to replay."""

    code = "survey_without_events"
    zh = "该问卷没有事件触发条件，无法试运行。"
    en = "The survey listens to no events, so a dry run has nothing to replay."


class Caller(NamedTuple):
    """Who asks: login, idempotency key, trace."""

    login: str
    key: str
    trace: str


def jobs_of_surveys() -> Jobs:
    """Return where the jobs of this capability are kept."""
    return Jobs(settings.table(), "survey_id", "exports/surveys")


def invitations(survey_id: str, wish: InvitationsRequest, caller: Caller, now: datetime) -> tuple[Job, bool]:
    """Begin to ask members; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
        WrongStateError, NotAskingError: unless the survey asks now.
    """
    offer = offers.read(running.catalogue(), survey_id)
    if jobs_of_surveys().read(_job_id(INVITATIONS, survey_id, caller)) is None:
        asking.require_asking(offer, now)
    if wish.members:
        asked: dict[str, Any] = {"way": AskedBy.LIST, "members": list(dict.fromkeys(wish.members))}
        return _begin(INVITATIONS, survey_id, caller, now, wish.plain(), asked=asked, total=len(asked["members"]))
    asked = {"way": AskedBy.STAFF, "redeemed": wish.plain()["redeemed"]}
    return _begin(INVITATIONS, survey_id, caller, now, wish.plain(), asked=asked)


def scheduled(offer: Offer, day: str, audience: Mapping[str, Any], now: datetime) -> tuple[Job, bool]:
    """Begin what a schedule asks on a day: one job, however often and of whatever version it is begun."""
    name = f"{SCHEDULE}\n{publication.series_of(offer)}\n{day}"
    return jobs_of_surveys().begin(_timed(name, offer, audience, now), {"day": day})


def followed_up(offer: Offer, campaign_id: str, now: datetime) -> tuple[Job, bool]:
    """Begin to ask those who took part in a campaign: one job for each, however often it is begun."""
    asked = {asking.CAMPAIGN: campaign_id}
    return jobs_of_surveys().begin(_timed(f"{FOLLOW_UP}\n{campaign_id}", offer, asked, now), asked)


def dry_runs(survey_id: str, wish: DryRunRequest, caller: Caller, now: datetime) -> tuple[Job, bool]:
    """Begin a dry run; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError, NoEventTriggerError.
    """
    offer = offers.read(running.catalogue(), survey_id)
    if publication.definition_of(offer).on_event is None:
        raise NoEventTriggerError
    when = Time(wish.since, wish.until) if wish.since and wish.until else dry_run.last_week(now)
    return _begin(DRY_RUNS, survey_id, caller, now, wish.plain(), asked=when.plain())


def answers_exports(survey_id: str, wish: AnswersExportRequest, caller: Caller, now: datetime) -> tuple[Job, bool]:
    """Begin to list the answers of all versions; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
    """
    offer = offers.read(running.catalogue(), survey_id)
    asked = {**wish.plain(), "series_id": publication.series_of(offer), "questions": publication.questions_of(offer)}
    return _begin(EXPORTS, survey_id, caller, now, wish.plain(), asked=asked)


def read(survey_id: str, job_id: str, *, may_see_members: bool) -> tuple[Job, str | None]:
    """Return a survey's job and, once it is done, where its file can be had by somebody who may.

    Raises:
        NotFoundError: if this survey has no such job.
    """
    job = jobs_of_surveys().read(job_id)
    if job is None or job.owner != survey_id:
        raise NotFoundError
    shown = job.state is JobState.DONE and (may_see_members or job.task not in NAMES_MEMBERS)
    return job, exports.download_url(jobs_of_surveys(), job) if shown else None


def _timed(name: str, offer: Offer, audience: Mapping[str, Any], now: datetime) -> Job:
    """Return the job that stands for something due, by its name, not for anybody's request."""
    return Job(
        job_id=hashlib.sha256(name.encode()).hexdigest()[:32],
        task=INVITATIONS,
        owner=offer.offer_id,
        created_by=SCHEDULE,
        created_at=iso(now),
        asked={"way": AskedBy.SCHEDULE, **audience},
    )


def _job_id(task: str, survey_id: str, caller: Caller) -> str:
    return job_id_for(task, survey_id, caller.login, caller.key)


def _begin(
    task: str, survey_id: str, caller: Caller, now: datetime, request: Mapping[str, object], **more: Any
) -> tuple[Job, bool]:
    job = Job(
        job_id=_job_id(task, survey_id, caller),
        task=task,
        owner=survey_id,
        created_by=caller.login,
        created_at=iso(now),
        correlation_id=caller.trace,
        **more,
    )
    return jobs_of_surveys().begin(job, request)
