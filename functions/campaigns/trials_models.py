"""What staff send to try a campaign on receipts that were, and how they see what it would have given (A10)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field, model_validator

from functions.campaigns.counting import COUPONS, COUPONS_BACK, DAY, PARTICIPANTS, POINTS, POINTS_BACK
from functions.campaigns.definition import CampaignInstant
from functions.campaigns.staff_models import EXAMPLE_CAMPAIGN_ID
from loyalty.clock import date_of
from loyalty.http import Answer, Body
from loyalty.jobs import Job, JobState
from loyalty.types import Day, Purse

LONGEST = timedelta(days=31)
_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f001"
TrialIdPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The trial's id.", examples=[_JOB_ID])]
_STATUS_URL = f"/campaigns/{EXAMPLE_CAMPAIGN_ID}/trials/{_JOB_ID}"
_PERIOD: dict[str, Any] = {"from": "2026-10-01T00:00:00+08:00", "until": "2026-11-01T00:00:00+08:00"}


class TrialRequest(Body):
    """A period of at most 31 days that is over: the receipts recorded in it are replayed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PERIOD]})

    since: Annotated[CampaignInstant, Field(alias="from")]
    until: CampaignInstant

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.until <= self.since:
            raise ValueError("until must lie after from")
        if self.until - self.since > LONGEST:
            raise ValueError("at most 31 days")
        return self


class StartedTrial(Answer):
    """A trial, and where to ask how it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"trial_id": _JOB_ID, "status_url": _STATUS_URL}]})

    trial_id: str
    status_url: str


class GivenFigures(Answer):
    """What was given and taken back: points by purse, coupons in all and by template."""

    points: dict[str, int]
    points_back: dict[str, int]
    coupons: int
    coupons_back: int
    coupons_by_template: dict[str, int]
    coupons_back_by_template: dict[str, int]


class TrialDay(Answer):
    """A mall-local day: what its purchases were awarded, what was taken back on it; points of purse `points`."""

    day: str
    awards: int = 0
    returns: int = 0
    spend_fen: int = 0
    points: int = 0
    points_back: int = 0
    coupons: int = 0
    coupons_back: int = 0


class TrialResult(GivenFigures):
    """What the campaign would have given for the receipts of the period; money in fen.

    Attributes:
        awards: receipts that would have been awarded; returns: returns that would have taken something back.
        members: who would have been awarded something.
        missed: awards that a limit or the budget would have refused, or that a better campaign outranked.
        cost_fen: what it comes to at most: every point redeemed, every coupon used, less what was taken back.
        units: what it would have used of its budget; left: what would be left; null without a budget.
    """

    awards: int
    returns: int
    members: int
    spend_fen: int
    cost_fen: int
    units: int
    left: int | None
    missed: dict[str, int]
    days: tuple[TrialDay, ...]


class TrialAnswer(Answer):
    """A trial: where it stands and, once it is done, what it found.

    Attributes:
        ran: whether the campaign ran in the period; else it was tried as if it had run in it and at no other time.
        complete: whether the journal tells of all its run; else limits and budget may have been nearer their end.
        receipts: receipts and returns replayed so far.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trial_id": _JOB_ID,
                    "state": "done",
                    "from": "2026-09-30T16:00:00.000Z",
                    "until": "2026-10-31T16:00:00.000Z",
                    "ran": False,
                    "complete": True,
                    "receipts": 48210,
                    "reason": None,
                    "created_at": "2026-11-02T01:30:00.000Z",
                    "finished_at": "2026-11-02T01:31:12.000Z",
                    "status_url": _STATUS_URL,
                    "result": {
                        "awards": 1930,
                        "returns": 41,
                        "members": 1422,
                        "spend_fen": 152_604_000,
                        "points": {"points": 96_500},
                        "points_back": {"points": 2_050},
                        "coupons": 0,
                        "coupons_back": 0,
                        "coupons_by_template": {},
                        "coupons_back_by_template": {},
                        "cost_fen": 94_450,
                        "units": 94_450,
                        "left": 5_550,
                        "missed": {"budget_exhausted": 0},
                        "days": [
                            {
                                "day": "2026-10-05",
                                "awards": 1930,
                                "returns": 0,
                                "spend_fen": 152_604_000,
                                "points": 96_500,
                                "points_back": 0,
                                "coupons": 0,
                                "coupons_back": 0,
                            }
                        ],
                    },
                }
            ]
        }
    )

    trial_id: str
    state: JobState
    since: Annotated[str, Field(alias="from")]
    until: str
    ran: bool
    complete: bool
    receipts: int
    reason: str | None
    created_at: str
    finished_at: str | None
    status_url: str
    result: TrialResult | None


def status_url(job: Job) -> str:
    """Return where to ask how a trial goes."""
    return f"/campaigns/{job.owner}/trials/{job.job_id}"


def trial_answer(job: Job) -> TrialAnswer:
    """Return a trial as staff see it."""
    return TrialAnswer.model_validate(
        {
            "trial_id": job.job_id,
            "state": job.state,
            "from": job.asked["from"],
            "until": job.asked["until"],
            "ran": job.asked["ran"],
            "complete": job.asked["complete"],
            "receipts": job.done,
            "reason": job.reason,
            "created_at": job.created_at,
            "finished_at": job.finished_at,
            "status_url": status_url(job),
            "result": _result(job.counts) if job.state is JobState.DONE else None,
        }
    )


def given_figures(sums: Mapping[str, int]) -> dict[str, Any]:
    """Return what figures say was given and taken back."""
    return {
        "points": _by_purse(sums, POINTS),
        "points_back": _by_purse(sums, POINTS_BACK),
        "coupons": sums.get(COUPONS, 0),
        "coupons_back": sums.get(COUPONS_BACK, 0),
        "coupons_by_template": named(sums, COUPONS),
        "coupons_back_by_template": named(sums, COUPONS_BACK),
    }


def named(sums: Mapping[str, int], figure: str) -> dict[str, int]:
    """Return the figures that stand for one of many each, such as `coupons/<template>`, by its name."""
    start = f"{figure}/"
    return {name.removeprefix(start): number for name, number in sorted(sums.items()) if name.startswith(start)}


def told_day(day: str) -> str:
    """Return a mall-local day as callers read it."""
    return date_of(Day(day)).isoformat()


def _by_purse(sums: Mapping[str, int], figure: str) -> dict[str, int]:
    own = {Purse.POINTS.value: sums[figure]} if sums.get(figure) else {}
    return own | named(sums, figure)


def _result(sums: Mapping[str, int]) -> TrialResult:
    days: dict[str, dict[str, int]] = {}
    for name, number in named(sums, DAY).items():
        day, figure = name.split("/")
        days.setdefault(day, {})[figure] = number
    return TrialResult(
        awards=sums.get("awards", 0),
        returns=sums.get("returns", 0),
        members=sums.get(PARTICIPANTS, 0),
        spend_fen=sums.get("spend_fen", 0),
        cost_fen=sums["cost_fen"],
        units=sums.get("units", 0),
        left=sums.get("left"),
        missed=named(sums, "missed"),
        days=tuple(TrialDay(day=told_day(day), **own) for day, own in sorted(days.items())),
        **given_figures(sums),
    )
