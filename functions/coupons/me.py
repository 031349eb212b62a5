"""The member's routes: the wallet, what is on offer, claims, gifts."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from functions.coupons import claims, gifts, published, wallet
from functions.coupons.callers import Caller
from functions.coupons.errors import OwnGiftError
from functions.coupons.models import (
    ClaimAnswer,
    ClaimRequest,
    CodePath,
    CouponsAnswer,
    GiftAnswer,
    OffersAnswer,
    claim_answer,
    coupon_answer,
    offer_answer,
)
from loyalty import account_store, auth, errors, identity
from loyalty.clock import utc_now
from loyalty.coupons import codes, entitlement, refusals, store
from loyalty.coupons.store import Shelf
from loyalty.http import answers, api, created, entry_point, language, no_content, trace_id
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position
from loyalty.programme_store import tier_of
from loyalty.stock import SoldOutError
from loyalty.types import MemberId, Origin

TAGS = ["coupons"]
ClaimKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Required with `template_id`: same key and body, same answer. A code is a key by itself.",
    ),
]
ShelfQuery = Annotated[Shelf, Query(description="`open`: can be used, today or later; `over`: used, expired, void.")]

app = api()


@app.get(
    "/me/coupons",
    operation_id="listOwnCoupons",
    summary="My coupons",
    description="Open ones by their last day, the soonest first; those that are over, newest first.",
    tags=TAGS,
    responses=answers(200, CouponsAnswer, "A page of my coupons", errors.NotEnrolledError, InvalidCursorError),
)
def own_coupons(
    state: ShelfQuery = Shelf.OPEN, limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None
) -> Response[CouponsAnswer]:
    """Show a page of the signed-in member's wallet."""
    member_id, caller = _member()
    name = f"coupons/{member_id}/{state}"
    found, last = store.page(member_id, state, limit, position(name, after), caller.today)
    following = cursor(name, last) if last else None
    items = [coupon_answer(one, caller.today, one.held(caller.now), language(app)) for one in found]
    return listed(CouponsAnswer(items=items, next=following), following, limit=limit, state=state.value)


@app.post(
    "/me/coupons",
    operation_id="claimCoupon",
    summary="Claim a coupon on offer, or what a code stands for",
    description="A code is an exchange code, a festival word, or the code of a friend's gift.",
    tags=TAGS,
    responses=answers(
        201, ClaimAnswer, "The coupon, in my wallet", errors.NotEnrolledError, errors.IdempotencyKeyRequiredError,
        errors.IdempotencyKeyReusedError, entitlement.CouponNotOfferedError, entitlement.CouponTierError,
        entitlement.CouponLimitError, errors.MembershipStatusError, SoldOutError, refusals.UnknownCouponError,
        OwnGiftError, refusals.CouponUsedError, refusals.CouponExpiredError, refusals.CouponVoidedError,
        errors.TooManyError, errors.BusyError,
    ),
)  # fmt: skip
def claim(body: ClaimRequest, key: ClaimKey = None) -> Response[ClaimAnswer]:
    """Bring a coupon into the signed-in member's wallet, once."""
    member_id, caller = _member()
    if body.code is not None:
        plan = claims.by_code(member_id, body.code, body.channel, caller)
    elif key is None:
        raise errors.IdempotencyKeyRequiredError
    else:
        plan = claims.by_template(member_id, body.template_id or "", key, body.channel, caller)
    return created(claim_answer(plan.answer, language(app)), "/me/coupons", replayed=plan.replayed)


@app.post(
    "/me/coupons/<code>/views",
    operation_id="viewCoupon",
    summary="Note that I have looked at a coupon",
    description="Counted once, so repeating the request is safe.",
    tags=TAGS,
    responses=answers(204, None, "Noted", errors.NotEnrolledError, refusals.CouponNotFoundError, errors.BusyError),
)
def view(code: CodePath) -> Response[Any]:
    """Note the first look."""
    member_id, caller = _member()
    wallet.looked_at(member_id, codes.normalized(code), caller)
    return no_content()


@app.post(
    "/me/coupons/<code>/gifts",
    operation_id="giveCoupon",
    summary="Give a coupon to a friend, by a code that is good for three days",
    description="The friend claims it with `POST /me/coupons`. Asked again meanwhile, the same code.",
    tags=TAGS,
    responses=answers(
        201, GiftAnswer, "The gift's code", errors.NotEnrolledError, refusals.CouponNotFoundError,
        refusals.CouponHeldError, refusals.CouponNotGiftableError, refusals.CouponUsedError,
        refusals.CouponExpiredError, refusals.CouponVoidedError, errors.MembershipStatusError, errors.BusyError,
    ),
)  # fmt: skip
def give(code: CodePath) -> Response[GiftAnswer]:
    """Hold a coupon for whoever brings the gift's code."""
    member_id, caller = _member()
    plan = gifts.give(member_id, codes.normalized(code), caller)
    answer = GiftAnswer(gift_code=codes.shown(plan.answer.code), until=plan.answer.until)
    return created(answer, "/me/coupons", replayed=plan.replayed)


@app.delete(
    "/me/coupons/<code>/gifts",
    operation_id="takeGiftBack",
    summary="Take back a gift nobody has claimed yet",
    tags=TAGS,
    responses=answers(
        204, None, "The coupon is mine alone", errors.NotEnrolledError, refusals.CouponNotFoundError, errors.BusyError
    ),
)
def take_back(code: CodePath) -> Response[Any]:
    """Let go of a gift."""
    member_id, caller = _member()
    gifts.take_back(member_id, codes.normalized(code), caller)
    return no_content()


@app.get(
    "/me/coupon-offers",
    operation_id="listCouponOffers",
    summary="Coupons I may claim",
    description="What is left is up to five seconds old; whoever claims is told for certain.",
    tags=TAGS,
    responses=answers(200, OffersAnswer, "A page of them", errors.NotEnrolledError, InvalidCursorError),
)
def offers(limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None) -> Response[OffersAnswer]:
    """Show what the signed-in member's tier may claim."""
    member_id, caller = _member()
    account = account_store.read(member_id)
    if account is None:
        raise errors.NotEnrolledError
    tier = tier_of(account, caller.now)
    found, last = published.offers(member_id, tier, caller.today, limit, position("coupon-offers", after) or "")
    following = cursor("coupon-offers", last) if last else None
    items = [offer_answer(one, language(app)) for one in found]
    return listed(OffersAnswer(items=items, next=following), following, limit=limit)


def _member() -> tuple[MemberId, Caller]:
    event = app.current_event.raw_event
    member_id = identity.member_of_login(auth.login(event))
    if member_id is None:
        raise errors.NotEnrolledError
    return member_id, Caller("member", Origin.MEMBER, trace_id(event), utc_now())


handler = entry_point(app)
