"""HTTPS routes of rewards: drafted, approved by another person, published, paused, ended (requirements P6, P7)."""

from aws_lambda_powertools.event_handler import Response

from functions.redeem import publication, shelves
from functions.redeem.errors import NoLongerOfferedError
from functions.redeem.reward import Reward
from functions.redeem.reward_models import (
    RewardAnswer,
    RewardApprovalRequest,
    RewardIdPath,
    RewardPatch,
    RewardRequest,
    RewardsAnswer,
    StateQuery,
    reward_answer,
)
from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, OwnApprovalError, Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.coupons.entitlement import CouponNotOfferedError
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)

LIST = "rewards"
TAGS = ["rewards"]
_DRAFTED = (ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, BusyError)
_STEP = (ForbiddenError, NotFoundError, WrongStateError, BusyError)

app = api()


@app.post(
    "/rewards",
    operation_id="draftReward",
    summary="Draft a reward",
    tags=TAGS,
    responses=answers(201, RewardAnswer, "The draft", *_DRAFTED),
)
def draft(body: RewardRequest, idempotency_key: IdempotencyKey) -> Response[RewardAnswer]:
    """Draft a reward."""
    login = _staff(Group.MARKETER)
    plan = offers.create(shelves.catalogue(), body, login, idempotency_key, utc_now())
    logger.info("reward drafted", reward_id=plan.answer.offer_id, replayed=plan.replayed)
    answer = reward_answer(plan.answer)
    return created(answer, f"/rewards/{answer.reward_id}", replayed=plan.replayed)


@app.get(
    "/rewards",
    operation_id="listRewards",
    summary="List the rewards",
    tags=TAGS,
    responses=answers(200, RewardsAnswer, "A page of rewards", ForbiddenError, InvalidCursorError),
)
def rewards_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[RewardsAnswer]:
    """List the rewards."""
    _staff()
    found, last = offers.page(shelves.catalogue(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    filtered = {"state": state.value} if state else {}
    answer = RewardsAnswer(items=tuple(map(reward_answer, found)), next=following)
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/rewards/<reward_id>",
    operation_id="getReward",
    summary="Read a reward",
    tags=TAGS,
    responses=answers(200, RewardAnswer, "The reward", ForbiddenError, NotFoundError),
)
def reward(reward_id: RewardIdPath) -> RewardAnswer:
    """Read a reward."""
    _staff()
    return reward_answer(offers.read(shelves.catalogue(), reward_id))


@app.patch(
    "/rewards/<reward_id>",
    operation_id="changeReward",
    summary="Change a reward before it is published",
    description="What was approved is a draft again. Once published it never changes: end it and draft the next.",
    tags=TAGS,
    responses=answers(200, RewardAnswer, "The draft", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def change(reward_id: RewardIdPath, body: RewardPatch) -> RewardAnswer:
    """Change a draft."""
    login = _staff(Group.MARKETER)
    plan = offers.change(shelves.catalogue(), reward_id, Reward, body.changes(), login, utc_now())
    logger.info("reward changed", reward_id=reward_id, fields=sorted(body.model_fields_set))
    return reward_answer(plan.answer)


@app.post(
    "/rewards/<reward_id>/approvals",
    operation_id="approveReward",
    summary="Approve a reward another person wrote",
    description="Name the version you looked at, so that nothing is approved unseen. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, RewardAnswer, "Approved", *_STEP, OwnApprovalError, ChangedMeanwhileError),
)
def approve(reward_id: RewardIdPath, body: RewardApprovalRequest | None = None) -> Response[RewardAnswer]:
    """Approve a reward."""
    login = _staff(Group.APPROVER)
    version = body.version if body else None
    return _taken(offers.step(shelves.catalogue(), reward_id, Step.APPROVE, login, utc_now(), version))


@app.post(
    "/rewards/<reward_id>/publications",
    operation_id="publishReward",
    summary="Publish an approved reward",
    description="A limited quantity is opened in the same transaction. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, RewardAnswer, "Published", *_STEP, NoLongerOfferedError, CouponNotOfferedError),
)
def publish(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """Publish a reward."""
    login = _staff(Group.MARKETER)
    return _taken(publication.publish(reward_id, login, utc_now()))


@app.post(
    "/rewards/<reward_id>/pauses",
    operation_id="pauseReward",
    summary="Pause a published reward",
    description="Nobody redeems it meanwhile; what was redeemed before is handed over. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, RewardAnswer, "Paused", *_STEP),
)
def pause(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """Pause a reward."""
    return _stepped(reward_id, Step.PAUSE)


@app.post(
    "/rewards/<reward_id>/resumptions",
    operation_id="resumeReward",
    summary="Go on with a paused reward",
    description="Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, RewardAnswer, "Published again", *_STEP),
)
def resume(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """Go on with a reward."""
    return _stepped(reward_id, Step.RESUME)


@app.post(
    "/rewards/<reward_id>/endings",
    operation_id="endReward",
    summary="End a reward for ever",
    description="What was redeemed before is handed over. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, RewardAnswer, "Ended", *_STEP),
)
def end(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """End a reward."""
    return _stepped(reward_id, Step.END)


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _stepped(reward_id: str, step: Step) -> Response[RewardAnswer]:
    login = _staff(Group.MARKETER)
    return _taken(offers.step(shelves.catalogue(), reward_id, step, login, utc_now()))


def _taken(plan: Plan[Offer]) -> Response[RewardAnswer]:
    offer = plan.answer
    logger.info("reward stepped", reward_id=offer.offer_id, state=offer.state, replayed=plan.replayed)
    return created(reward_answer(offer), f"/rewards/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
