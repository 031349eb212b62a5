"""HTTPS routes of trials: what a campaign would have cost over receipts that were, drafts too (requirement A10)."""

from aws_lambda_powertools.event_handler import Response

from functions.campaigns import trials
from functions.campaigns.staff_models import EarningCampaignPath
from functions.campaigns.trials import Asker, TrialPeriodError
from functions.campaigns.trials_models import (
    StartedTrial,
    TrialAnswer,
    TrialIdPath,
    TrialRequest,
    status_url,
    trial_answer,
)
from loyalty.auth import STAFF, Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, NotFoundError
from loyalty.http import IdempotencyKey, accepted, answers, api, entry_point, logger, trace_id

TAGS = ["campaigns"]

app = api()


@app.post(
    "/campaigns/<campaign_id>/trials",
    operation_id="tryCampaign",
    summary="Find out what a campaign would have cost; drafts too",
    description=(
        "Replays the receipts and returns recorded in a period of at most 31 days, of the last 69, through the "
        "checkout's own rules, with limits, day sums and budget. A campaign that ran in the period is replayed as it "
        "ran; any other as if it had run in it. Birthdays, enrolment and lists are those known now. Nothing is given."
    ),
    tags=TAGS,
    responses=answers(
        202,
        StartedTrial,
        "The trial; repeated, the same one",
        ForbiddenError,
        NotFoundError,
        TrialPeriodError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
    ),
)
def begin(
    campaign_id: EarningCampaignPath, body: TrialRequest, idempotency_key: IdempotencyKey
) -> Response[StartedTrial]:
    """Begin a trial."""
    event = app.current_event.raw_event
    asker = Asker(require_group(event, Group.MARKETER), idempotency_key, trace_id(event))
    job, replayed = trials.begin(campaign_id, body.since, body.until, asker, utc_now())
    logger.info("trial begun", trial_id=job.job_id, campaign_id=campaign_id, replayed=replayed)
    answer = StartedTrial(trial_id=job.job_id, status_url=status_url(job))
    return accepted(answer, answer.status_url, replayed=replayed)


@app.get(
    "/campaigns/<campaign_id>/trials/<trial_id>",
    operation_id="getCampaignTrial",
    summary="Ask how a trial goes, and what it found",
    tags=TAGS,
    responses=answers(200, TrialAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def trial(campaign_id: EarningCampaignPath, trial_id: TrialIdPath) -> TrialAnswer:
    """Ask how a trial goes."""
    require_group(app.current_event.raw_event, *STAFF)
    job = trials.jobs().read(trial_id)
    if job is None or job.owner != campaign_id:
        raise NotFoundError
    return trial_answer(job)


handler = entry_point(app)
