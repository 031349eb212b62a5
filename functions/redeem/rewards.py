"""HTTPS routes of rewards: drafted, approved by another person, published, paused, ended (requirements P6, P7)."""

from aws_lambda_powertools.event_handler import Response

from functions.redeem import publication, shelves
from functions.redeem.errors import NoLongerOfferedError
from functions.redeem.reward import Reward
from functions.redeem.reward_models import (
    RewardAnswer,
    RewardIdPath,
    RewardPatch,
    RewardRequest,
    RewardsAnswer,
    reward_answer,
)
from loyalty import offers
from loyalty.auth import Group
from loyalty.catalogue import Step
from loyalty.clock import utc_now
from loyalty.coupons.entitlement import CouponNotOfferedError
from loyalty.http import IdempotencyKey, api, entry_point
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offer_routes import OfferRoutes
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter

app = api()
rewards = OfferRoutes(app, "a reward", RewardAnswer, reward_answer, shelves.catalogue)


@rewards.draft()
def draft(body: RewardRequest, idempotency_key: IdempotencyKey) -> Response[RewardAnswer]:
    """Draft a reward."""
    login = rewards.staff(Group.MARKETER)
    return rewards.created(offers.create(shelves.catalogue(), body, login, idempotency_key, utc_now()))


@rewards.page(RewardsAnswer)
def page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[RewardsAnswer]:
    """List the rewards."""
    return rewards.listed(RewardsAnswer, limit, after, state)


@rewards.one()
def reward(reward_id: RewardIdPath) -> RewardAnswer:
    """Read a reward."""
    return reward_answer(rewards.found(reward_id))


@rewards.change()
def change(reward_id: RewardIdPath, body: RewardPatch) -> RewardAnswer:
    """Change a draft."""
    login = rewards.staff(Group.MARKETER)
    plan = offers.change(shelves.catalogue(), reward_id, Reward, body.changes(), login, utc_now())
    return rewards.changed(plan, body.model_fields_set)


@rewards.approve()
def approve(reward_id: RewardIdPath, body: OfferApproval | None = None) -> Response[RewardAnswer]:
    """Approve a reward."""
    return rewards.approved(reward_id, body.version if body else None)


@rewards.publish(
    "A limited quantity is opened in the same transaction. Repeating it is safe.",
    NoLongerOfferedError,
    CouponNotOfferedError,
)
def publish(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """Publish a reward."""
    return rewards.created(publication.publish(reward_id, rewards.staff(Group.MARKETER), utc_now()))


@rewards.pause("Nobody redeems it meanwhile; what was redeemed before is handed over. Repeating it is safe.")
def pause(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """Pause a reward."""
    return rewards.stepped(reward_id, Step.PAUSE)


@rewards.resume()
def resume(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """Go on with a reward."""
    return rewards.stepped(reward_id, Step.RESUME)


@rewards.end("What was redeemed before is handed over. Repeating it is safe.")
def end(reward_id: RewardIdPath) -> Response[RewardAnswer]:
    """End a reward."""
    return rewards.stepped(reward_id, Step.END)


handler = entry_point(app)
