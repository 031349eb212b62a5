"""HTTPS routes of a reward's stock, its figures and the list of its orders (requirements A2, P7)."""

from aws_lambda_powertools.event_handler import Response

from functions.redeem import figures, order_lists, shelves, stock_book
from functions.redeem.errors import NoStockError
from functions.redeem.reward import Reward, reward_of
from functions.redeem.reward_models import RewardIdPath
from functions.redeem.stock_models import (
    JobIdPath,
    MovementAnswer,
    MovementRequest,
    MovementsAnswer,
    OrdersExportAnswer,
    RewardFigures,
    StartedExport,
    StockAnswer,
    export_answer,
    movement_answer,
)
from loyalty import offers
from loyalty.auth import Group, require_group
from loyalty.catalogue import WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, accepted, answers, api, created, entry_point, logger, trace_id
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)

TAGS = ["rewards"]

app = api()


@app.get(
    "/rewards/<reward_id>/stock",
    operation_id="getRewardStock",
    summary="Read what is left of a reward at each pick-up point",
    tags=TAGS,
    responses=answers(200, StockAnswer, "The stock", ForbiddenError, NotFoundError),
)
def stock(reward_id: RewardIdPath) -> StockAnswer:
    """Read a reward's stock."""
    _staff()
    reward = _reward(reward_id)
    return StockAnswer(items=figures.stock_of(reward, stock_book.shards(reward_id, reward)))


@app.post(
    "/rewards/<reward_id>/stock/movements",
    operation_id="bookRewardStock",
    summary="Book goods that came in, or a count",
    description="A count sets what is left and records the difference. Goods that are reserved stay reserved.",
    tags=TAGS,
    responses=answers(
        201, MovementAnswer, "The movement as booked",
        ForbiddenError, NotFoundError, WrongStateError, NoStockError, IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError, BusyError,
    ),
)  # fmt: skip
def book(reward_id: RewardIdPath, body: MovementRequest, idempotency_key: IdempotencyKey) -> Response[MovementAnswer]:
    """Book a movement of stock."""
    login = _staff(Group.OPERATOR)
    plan = stock_book.book(reward_id, body.booking(), login, idempotency_key, utc_now())
    logger.info("stock booked", reward_id=reward_id, kind=body.kind, change=plan.answer.change, replayed=plan.replayed)
    return created(movement_answer(plan.answer), f"/rewards/{reward_id}/stock/movements", replayed=plan.replayed)


@app.get(
    "/rewards/<reward_id>/stock/movements",
    operation_id="listRewardStockMovements",
    summary="List what came in and what was counted, newest first",
    tags=TAGS,
    responses=answers(200, MovementsAnswer, "A page of it", ForbiddenError, NotFoundError, InvalidCursorError),
)
def movements(
    reward_id: RewardIdPath, limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None
) -> Response[MovementsAnswer]:
    """List a reward's movements of stock."""
    _staff()
    _reward(reward_id)
    name = f"stock/{reward_id}"
    found, last = stock_book.page(reward_id, position(name, after), limit)
    following = cursor(name, last) if last else None
    answer = MovementsAnswer(items=tuple(map(movement_answer, found)), next=following)
    return listed(answer, following, limit=limit)


@app.get(
    "/rewards/<reward_id>/figures",
    operation_id="getRewardFigures",
    summary="Count what became of a reward, and what it cost",
    tags=TAGS,
    responses=answers(200, RewardFigures, "The figures", ForbiddenError, NotFoundError),
)
def figures_of(reward_id: RewardIdPath) -> RewardFigures:
    """Read a reward's figures."""
    _staff()
    reward = _reward(reward_id)
    return figures.of_reward(reward, stock_book.shards(reward_id, reward))


@app.post(
    "/rewards/<reward_id>/exports",
    operation_id="exportRewardOrders",
    summary="List all orders of a reward as a file",
    tags=TAGS,
    responses=answers(
        202,
        StartedExport,
        "The job; repeated, the same one",
        ForbiddenError,
        NotFoundError,
        IdempotencyKeyRequiredError,
        BusyError,
    ),
)
def export(reward_id: RewardIdPath, idempotency_key: IdempotencyKey) -> Response[StartedExport]:
    """Begin to list a reward's orders."""
    login, trace = _staff(), trace_id(app.current_event.raw_event)
    job, replayed = order_lists.begin(reward_id, login, idempotency_key, trace, utc_now())
    logger.info("export begun", reward_id=reward_id, job_id=job.job_id, replayed=replayed)
    status_url = f"/rewards/{reward_id}/jobs/{job.job_id}"
    return accepted(StartedExport(job_id=job.job_id, status_url=status_url), status_url, replayed=replayed)


@app.get(
    "/rewards/<reward_id>/jobs/<job_id>",
    operation_id="getRewardJob",
    summary="Ask how the list of a reward's orders goes",
    tags=TAGS,
    responses=answers(200, OrdersExportAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def job(reward_id: RewardIdPath, job_id: JobIdPath) -> OrdersExportAnswer:
    """Read a job."""
    _staff()
    return export_answer(*order_lists.read(reward_id, job_id))


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _reward(reward_id: str) -> Reward:
    return reward_of(offers.read(shelves.catalogue(), reward_id).definition)


handler = entry_point(app)
