"""HTTPS routes of simulations: whom an offer would reach in a month, at what cost; drafts too."""

from aws_lambda_powertools.event_handler import Response

from functions.lifecycle import simulations
from functions.lifecycle.simulations import Asker
from functions.lifecycle.simulations_models import (
    OccasionSimulationAnswer,
    OccasionSimulationPath,
    StartedOccasionSimulation,
    simulation_answer,
    status_url,
)
from functions.lifecycle.staff_models import OccasionIdPath
from loyalty.auth import STAFF, Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, NotFoundError
from loyalty.http import IdempotencyKey, accepted, answers, api, entry_point, logger, trace_id

TAGS = ["occasion offers"]

app = api()


@app.post(
    "/occasion-offers/<offer_id>/simulations",
    operation_id="simulateOccasionOffer",
    summary="Find out whom an offer would reach in a month, and what it could cost; drafts too",
    description=(
        "Birthdays and anniversaries: whoever's day the sweeps of the next 30 days come to. Joining and entering a "
        "segment: whoever did in the last 30 days. Members are looked at as they are now. Nothing is given."
    ),
    tags=TAGS,
    responses=answers(
        202,
        StartedOccasionSimulation,
        "The simulation; repeated, the same one",
        ForbiddenError,
        NotFoundError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
    ),
)
def begin(offer_id: OccasionIdPath, idempotency_key: IdempotencyKey) -> Response[StartedOccasionSimulation]:
    """Begin a simulation."""
    event = app.current_event.raw_event
    asker = Asker(require_group(event, Group.MARKETER), idempotency_key, trace_id(event))
    job, replayed = simulations.begin(offer_id, asker, utc_now())
    logger.info("simulation begun", simulation_id=job.job_id, offer_id=offer_id, replayed=replayed)
    answer = StartedOccasionSimulation(simulation_id=job.job_id, status_url=status_url(job))
    return accepted(answer, answer.status_url, replayed=replayed)


@app.get(
    "/occasion-offers/<offer_id>/simulations/<simulation_id>",
    operation_id="getOccasionSimulation",
    summary="Ask how a simulation goes, and what it found",
    tags=TAGS,
    responses=answers(200, OccasionSimulationAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def simulation(offer_id: OccasionIdPath, simulation_id: OccasionSimulationPath) -> OccasionSimulationAnswer:
    """Ask how a simulation goes."""
    require_group(app.current_event.raw_event, *STAFF)
    job = simulations.jobs().read(simulation_id)
    if job is None or (job.task, job.owner) != (simulations.TASK, offer_id):
        raise NotFoundError
    return simulation_answer(job)


handler = entry_point(app)
