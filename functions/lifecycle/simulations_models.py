"""What staff are told of a simulation (issue 7: whom would it reach next month, at what cost)."""

from collections.abc import Mapping
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.lifecycle.definition import OccasionOffer
from functions.lifecycle.simulation import TIER, WHY
from functions.lifecycle.staff_models import EXAMPLE_ID
from loyalty.http import Answer
from loyalty.jobs import Job, JobState

_JOB_ID = "0f3c6a1e9b2d4785a0c1e2f34b5d6789"
_STATUS_URL = f"/occasion-offers/{EXAMPLE_ID}/simulations/{_JOB_ID}"
OccasionSimulationPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{32}$", description="The simulation's id.", examples=[_JOB_ID])
]
_RESULT: dict[str, Any] = {
    "looked_at": 2100,
    "reached": 1480,
    "tiers": {"silver": 1100, "gold": 380},
    "not_reached": {"not_bought": 420, "tier": 200},
    "coupons": 1480,
    "points": 296000,
    "cost_fen": 7696000,
    "quantity": 5000,
}


class StartedOccasionSimulation(Answer):
    """A simulation, and where to ask how it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"simulation_id": _JOB_ID, "status_url": _STATUS_URL}]})

    simulation_id: str
    status_url: str


class OccasionReach(Answer):
    """Whom an offer would reach in a month."""

    looked_at: Annotated[int, Field(description="Members, or relatives, whose occasion it is.")]
    reached: Annotated[int, Field(description="Those of them the offer is for.")]
    tiers: Annotated[dict[str, int], Field(description="The reached by tier.")]
    not_reached: Annotated[dict[str, int], Field(description="The others by reason, as members are when asked.")]
    coupons: Annotated[int, Field(description="Coupons for the reached.")]
    points: Annotated[int, Field(description="Points for the reached.")]
    cost_fen: Annotated[int, Field(description="The most it can cost: all points redeemed, all coupons used.")]
    quantity: Annotated[int | None, Field(description="The offer's budget of gifts; null: it has none.")]


class OccasionSimulationAnswer(Answer):
    """A simulation: where it stands and, once it is done, what it found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "simulation_id": _JOB_ID,
                    "state": "done",
                    "as_of": "2026-11-21",
                    "done": 61,
                    "total": 61,
                    "status_url": _STATUS_URL,
                    "result": _RESULT,
                }
            ]
        }
    )

    simulation_id: str
    state: JobState
    as_of: str
    done: Annotated[int, Field(description="Days, or pages of a segment, looked at.")]
    total: int | None = None
    status_url: str
    result: OccasionReach | None = None


def status_url(job: Job) -> str:
    """Return where to ask how a simulation goes."""
    return f"/occasion-offers/{job.owner}/simulations/{job.job_id}"


def simulation_answer(job: Job) -> OccasionSimulationAnswer:
    """Return a simulation as staff see it."""
    return OccasionSimulationAnswer(
        simulation_id=job.job_id,
        state=job.state,
        as_of=job.asked["today"],
        done=job.done,
        total=job.total,
        status_url=status_url(job),
        result=_reach(job) if job.state is JobState.DONE else None,
    )


def _reach(job: Job) -> OccasionReach:
    told = {name: job.counts.get(name, 0) for name in ("looked_at", "reached", "coupons", "points", "cost_fen")}
    offer = OccasionOffer.model_validate(job.asked["definition"])
    return OccasionReach(**told, tiers=_by(job.counts, TIER), not_reached=_by(job.counts, WHY), quantity=offer.quantity)


def _by(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in sorted(counts.items()) if name.startswith(prefix)}
