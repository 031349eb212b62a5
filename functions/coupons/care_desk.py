"""HTTPS routes of the service desk: a member's coupons, and taking one back (requirements C2)."""

from aws_lambda_powertools.event_handler import Response

from functions.coupons import voiding
from functions.coupons.callers import Caller
from functions.coupons.care_models import (
    CodePath,
    HeldCouponAnswer,
    HeldCouponsAnswer,
    MemberIdPath,
    ShelfQuery,
    VoidRequest,
)
from functions.coupons.errors import MemberNotFoundError
from loyalty import account_store
from loyalty.auth import Group, require_group
from loyalty.clock import local_day, utc_now
from loyalty.coupons import store
from loyalty.coupons.refusals import CouponExpiredError, CouponNotFoundError, CouponUsedError
from loyalty.coupons.store import Shelf
from loyalty.errors import BusyError, ForbiddenError
from loyalty.http import answers, api, created, entry_point, logger, trace_id
from loyalty.paging import (
    DEFAULT_LIMIT,
    CursorParameter,
    InvalidCursorError,
    LimitParameter,
    cursor,
    listed,
    position,
)
from loyalty.settings import time_zone
from loyalty.types import MemberId, Origin

TAGS = ["coupon service desk"]

app = api()


@app.post(
    "/coupons/<code>/voids",
    operation_id="voidCoupon",
    summary="Take a coupon back",
    description="Whatever could still be used, held or not. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201, HeldCouponAnswer, "The coupon, void",
        ForbiddenError, CouponNotFoundError, CouponUsedError, CouponExpiredError, BusyError,
    ),
)  # fmt: skip
def void(code: CodePath, body: VoidRequest) -> Response[HeldCouponAnswer]:
    """Take a coupon back."""
    event = app.current_event.raw_event
    login = require_group(event, Group.OPERATOR)
    plan = voiding.void(code, body.reason, Caller(f"staff:{login}", Origin.STAFF, trace_id(event), utc_now()))
    logger.info("coupon voided", template_id=plan.answer.template_id, replayed=plan.replayed)
    answer = HeldCouponAnswer.of(plan.answer)
    return created(answer, f"/coupons/{plan.answer.code}", replayed=plan.replayed)


@app.get(
    "/members/<member_id>/coupons",
    operation_id="listMemberCoupons",
    summary="List a member's coupons",
    tags=TAGS,
    responses=answers(
        200, HeldCouponsAnswer, "A page of coupons", ForbiddenError, InvalidCursorError, MemberNotFoundError
    ),
)
def coupons_page(
    member_id: MemberIdPath,
    limit: LimitParameter = DEFAULT_LIMIT,
    after: CursorParameter = None,
    state: ShelfQuery = Shelf.OPEN,
) -> Response[HeldCouponsAnswer]:
    """List a member's coupons."""
    require_group(app.current_event.raw_event)
    list_name = f"members/{member_id}/coupons/{state}"
    today = local_day(utc_now(), time_zone())
    found, last = store.page(MemberId(member_id), state, limit, position(list_name, after), today)
    if not found and account_store.read(MemberId(member_id)) is None:
        raise MemberNotFoundError
    following = cursor(list_name, last) if last else None
    answer = HeldCouponsAnswer(items=tuple(map(HeldCouponAnswer.of, found)), next=following)
    return listed(answer, following, limit=limit, state=state.value)


handler = entry_point(app)
