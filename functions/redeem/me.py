"""The member's routes: see what points can be redeemed for, redeem them, see and cancel what was redeemed."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.redeem import desk, orders, shop
from functions.redeem.errors import OrderStateError, RedemptionNotFoundError
from functions.redeem.models import (
    OrdersAnswer,
    OwnRedemptionRequest,
    RedemptionAnswer,
    RedemptionId,
    RewardRedemptionAnswer,
    UndoneAnswer,
    order_answer,
    redemption_answer,
    undone_answer,
)
from functions.redeem.refusals import REWARD_REFUSALS
from functions.redeem.shop_models import OfferedRewards, offered_reward
from loyalty import account_store, auth, errors, identity
from loyalty.clock import utc_now
from loyalty.entries import source
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, language, trace_id
from loyalty.ledger import Outcome
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.pepper import digest
from loyalty.programme_store import tier_of
from loyalty.surveys import at_once
from loyalty.types import MemberId, Origin

REWARDS, ORDERS = "me/rewards", "me/redemptions"
ShopLimit = Annotated[
    int, Query(ge=1, le=shop.MOST_A_PAGE, description="How many items a page holds.", examples=[shop.MOST_A_PAGE])
]

app = api()


@app.get(
    "/me/rewards",
    operation_id="listOwnRewards",
    summary="What I can redeem points for",
    tags=["me"],
    responses=answers(200, OfferedRewards, "A page of rewards on offer", errors.NotEnrolledError, InvalidCursorError),
)
def own_rewards(limit: ShopLimit = shop.MOST_A_PAGE, after: CursorParameter = None) -> Response[OfferedRewards]:
    """Show the rewards on offer for the member's tier, with what is left of them."""
    account = account_store.read(_member())
    if account is None:
        raise errors.NotEnrolledError
    now = utc_now()
    shown, last = shop.page(tier_of(account, now), now, position(REWARDS, after), limit)
    following = cursor(REWARDS, last) if last else None
    items = tuple(offered_reward(one, language(app)) for one in shown)
    return listed(OfferedRewards(items=items, next=following), following, limit=limit)


@app.post(
    "/me/redemptions",
    operation_id="redeemOwnPoints",
    summary="Redeem my points: for money off, or for a reward",
    tags=["me"],
    responses=answers(
        201,
        RedemptionAnswer | RewardRedemptionAnswer,
        "The redemption as recorded",
        errors.IdempotencyKeyRequiredError,
        errors.IdempotencyKeyReusedError,
        errors.InsufficientPointsError,
        errors.MembershipStatusError,
        errors.PointsNotConvertibleError,
        errors.NotEnrolledError,
        errors.BusyError,
        *REWARD_REFUSALS,
    ),
)
def redeem_own_points(
    body: OwnRedemptionRequest, key: IdempotencyKey
) -> Response[RedemptionAnswer | RewardRedemptionAnswer]:
    """Redeem points of the signed-in member."""
    outcome = _redeemed(body, key, _member(), utc_now())
    place = "/me/redemptions" if orders.is_reward(outcome.entry) else "/me/points/entries"
    survey = at_once.after(outcome, language(app), trace_id(app.current_event.raw_event))
    return created(redemption_answer(outcome.entry, survey), place, replayed=outcome.replayed)


@app.get(
    "/me/redemptions",
    operation_id="listOwnRedemptions",
    summary="The rewards I redeemed, newest first",
    tags=["me"],
    responses=answers(200, OrdersAnswer, "A page of orders", errors.NotEnrolledError, InvalidCursorError),
)
def own_redemptions(limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None) -> Response[OrdersAnswer]:
    """List the member's orders."""
    found, last = orders.page(_member(), position(ORDERS, after), limit)
    following = cursor(ORDERS, last) if last else None
    answer = OrdersAnswer(items=tuple(order_answer(order, language(app)) for order in found), next=following)
    return listed(answer, following, limit=limit)


@app.post(
    "/me/redemptions/<redemption_id>/cancellations",
    operation_id="cancelOwnRedemption",
    summary="Cancel a reward before it is handed over: points come back with their original expiry",
    tags=["me"],
    responses=answers(
        201,
        UndoneAnswer,
        "What was given back; asked again, the same answer",
        RedemptionNotFoundError,
        OrderStateError,
        errors.NotEnrolledError,
        errors.BusyError,
    ),
)
def cancel_own_redemption(redemption_id: RedemptionId) -> Response[UndoneAnswer]:
    """Cancel an order. It can be cancelled once, so repeating the request is safe."""
    redeemed = desk.find(redemption_id, source("redeem", _member(), ""))
    if not orders.is_reward(redeemed):
        raise RedemptionNotFoundError
    outcome = orders.cancel(redeemed, _by(), utc_now())
    return created(undone_answer(outcome.entry, redemption_id), "/me/redemptions", replayed=outcome.replayed)


def _redeemed(body: OwnRedemptionRequest, key: str, member_id: MemberId, now: datetime) -> Outcome:
    own, by = source("redeem", member_id, digest("idempotency-key", key)), _by()
    if body.reward_id is not None:
        point = body.pick_up_point
        wish = orders.Wish(own, member_id, body.reward_id, point, {}, by.actor, by.origin, by.correlation_id)
        return orders.redeem(wish, now)
    points, facts = body.points or 0, {"kind": body.kind}
    return desk.redeem(desk.Redemption(own, member_id, points, facts, by.actor, by.origin, by.correlation_id), now)


def _by() -> orders.By:
    return orders.By("member", Origin.MEMBER, trace_id(app.current_event.raw_event))


def _member() -> MemberId:
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise errors.NotEnrolledError
    return member_id


handler = entry_point(app)
