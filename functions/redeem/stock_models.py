"""What staff send about a reward's stock, its figures and its list of orders, and get back (requirements A2, P7)."""

from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field, model_validator

from functions.redeem.reward import MOST_UNITS, PointId
from functions.redeem.reward_models import EXAMPLE_ID
from functions.redeem.stock_book import Booking, Movement, MovementKind
from loyalty.http import Answer, Body
from loyalty.jobs import Job

Units = Annotated[int, Field(strict=True, ge=1, le=MOST_UNITS)]
Counted = Annotated[int, Field(strict=True, ge=0, le=MOST_UNITS)]
_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f001"
JobIdPath = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=[_JOB_ID]), Path(description="The job's id.")]
_STATUS_URL = f"/rewards/{EXAMPLE_ID}/jobs/{_JOB_ID}"
_MOVEMENT: dict[str, Any] = {
    "movement_id": "pGm3tq0vT1h9k2X4z8sWcYbA",
    "pick_up_point": "service-desk",
    "kind": "stock_in",
    "change": 200,
    "counted": None,
    "note": "第二批到货",
    "at": "2026-11-02T01:30:00.000Z",
    "by": "staff-0001",
}


class MovementRequest(Body):
    """Units that came in, or units that were counted: what stands there and nobody has reserved."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"point": "service-desk", "kind": "stock_in", "units": 200, "note": "第二批到货"}]
        }
    )

    point: Annotated[PointId | None, Field(description="The pick-up point; none where it has a quantity.")] = None
    kind: MovementKind
    units: Units | None = None
    counted: Counted | None = None
    note: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        wanted = "units" if self.kind is MovementKind.STOCK_IN else "counted"
        given = {name for name in ("units", "counted") if getattr(self, name) is not None}
        if given != {wanted}:
            raise ValueError(f"{self.kind} needs {wanted}, and nothing else")
        return self

    def booking(self) -> Booking:
        """Return what is to be booked."""
        return Booking(self.kind, self.units or self.counted or 0, self.point, self.note)


class MovementAnswer(Answer):
    """A movement as it was booked; `change` is what the stock changed by."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MOVEMENT]})

    movement_id: str
    pick_up_point: str | None
    kind: MovementKind
    change: int
    counted: int | None
    note: str | None
    at: str
    by: str


class MovementsAnswer(Answer):
    """A page of movements, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_MOVEMENT], "next": None}]})

    items: tuple[MovementAnswer, ...]
    next: str | None = None


class PlaceStock(Answer):
    """The stock at one pick-up point; `left` is null where nothing limits it, `reserved` waits to be handed over."""

    pick_up_point: str | None
    left: int | None
    reserved: int
    handed_over: int


class StockAnswer(Answer):
    """A reward's stock, place by place."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"pick_up_point": "service-desk", "left": 157, "reserved": 12, "handed_over": 31}]}]
        }
    )

    items: tuple[PlaceStock, ...]


class RewardFigures(Answer):
    """What became of a reward: `issued` counts what was redeemed, `cancelled` what of it was undone.

    `points` and `cost_fen` are of what was not cancelled; `left` is null where nothing limits it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "issued": 45,
                    "handed_over": 31,
                    "cancelled": 2,
                    "left": 157,
                    "points": 86000,
                    "cost_fen": 516000,
                    "currency": "CNY",
                }
            ]
        }
    )

    issued: int
    handed_over: int
    cancelled: int
    left: int | None
    points: int
    cost_fen: int
    currency: Literal["CNY"] = "CNY"


class StartedExport(Answer):
    """A job, and where to ask how it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"job_id": _JOB_ID, "status_url": _STATUS_URL}]})

    job_id: str
    status_url: str


class OrdersExportAnswer(Answer):
    """Where a list stands; `download_url` is valid for a quarter of an hour, the file for 30 days."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": _JOB_ID,
                    "state": "done",
                    "done": 45,
                    "total": 45,
                    "reason": None,
                    "created_at": "2026-11-02T01:30:00.000Z",
                    "finished_at": "2026-11-02T01:30:02.000Z",
                    "download_url": f"https://downloads.example.com/exports/rewards/{_JOB_ID}.csv",
                }
            ]
        }
    )

    job_id: str
    state: Literal["queued", "running", "done", "failed"]
    done: int
    total: int | None
    reason: str | None
    created_at: str
    finished_at: str | None
    download_url: str | None


def movement_answer(movement: Movement) -> MovementAnswer:
    """Return a movement as staff see it."""
    return MovementAnswer(
        movement_id=movement.movement_id,
        pick_up_point=movement.point,
        kind=MovementKind(movement.what),
        change=movement.change,
        counted=movement.counted,
        note=movement.note,
        at=movement.at,
        by=movement.by,
    )


def export_answer(job: Job, download_url: str | None) -> OrdersExportAnswer:
    """Return a job as staff see it."""
    return OrdersExportAnswer(
        job_id=job.job_id,
        state=job.state.value,
        done=job.done,
        total=job.total,
        reason=job.reason,
        created_at=job.created_at,
        finished_at=job.finished_at,
        download_url=download_url,
    )
