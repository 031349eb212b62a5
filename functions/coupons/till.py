"""The tills' routes: hold a coupon while the customer pays, give it back, redeem what needs no purchase."""

from aws_lambda_powertools.event_handler import Response

from functions.coupons import locks
from functions.coupons.callers import Caller
from functions.coupons.locks import Receipt
from functions.coupons.models import (
    CodePath,
    CouponRedemptionAnswer,
    LockAnswer,
    LockRequest,
    ReceiptRequest,
    RollbackAnswer,
    lock_answer,
    redemption_answer,
)
from loyalty import auth, errors, sessions
from loyalty.clock import utc_now
from loyalty.coupons import codes, refusals
from loyalty.http import answers, api, created, entry_point, language, trace_id
from loyalty.surveys import at_once
from loyalty.surveys.redeemed import by_coupon
from loyalty.types import Origin, ReceiptNo

TAGS = ["coupons"]
_UNUSABLE = (
    errors.ForbiddenError,
    errors.SessionExpiredError,
    errors.MembershipStatusError,
    refusals.CouponNotFoundError,
    refusals.CouponUsedError,
    refusals.CouponExpiredError,
    refusals.CouponVoidedError,
    refusals.CouponNotYetValidError,
    refusals.CouponElsewhereError,
    refusals.CouponHeldError,
    errors.TooManyError,
    errors.BusyError,
)

app = api()


@app.post(
    "/coupons/<code>/locks",
    operation_id="lockCoupon",
    summary="Hold a member's coupon for a receipt, for ten minutes",
    description="The tenant and its receipt number are the key: repeated, the same hold, longer in its second half.",
    tags=TAGS,
    responses=answers(201, LockAnswer, "The coupon as it is held", *_UNUSABLE),
)
def lock(code: CodePath, body: LockRequest) -> Response[LockAnswer]:
    """Hold a coupon of the member who stands at this tenant's till."""
    receipt, caller = _till(body)
    session = sessions.read(body.member_session, receipt.tenant_id)
    plan = locks.lock(codes.normalized(code), receipt, session, caller)
    return created(lock_answer(plan.answer, language(app)), _location(code), replayed=plan.replayed)


@app.post(
    "/coupons/<code>/rollbacks",
    operation_id="rollBackCoupon",
    summary="Undo what a receipt did to a coupon: its hold, or its redemption without a purchase",
    description="Needs no session, for sessions end. Where there is nothing to undo, the answer is the same.",
    tags=TAGS,
    responses=answers(
        201, RollbackAnswer, "The receipt holds nothing of the coupon", errors.ForbiddenError,
        refusals.CouponNotFoundError, errors.TooManyError, errors.BusyError,
    ),
)  # fmt: skip
def roll_back(code: CodePath, body: ReceiptRequest) -> Response[RollbackAnswer]:
    """Give a coupon back."""
    receipt, caller = _till(body)
    plan = locks.roll_back(codes.normalized(code), receipt, caller)
    answer = RollbackAnswer(code=codes.shown(plan.answer.code), receipt_no=receipt.receipt_no)
    return created(answer, _location(code), replayed=plan.replayed)


@app.post(
    "/coupons/<code>/redemptions",
    operation_id="redeemCoupon",
    summary="Redeem a coupon that needs no purchase: a gift, a sample, parking, a service, an entry",
    description="Coupons that change a price are redeemed with the purchase. Tenant and receipt number are the key.",
    tags=TAGS,
    responses=answers(
        201, CouponRedemptionAnswer, "The coupon as redeemed", refusals.CouponNeedsPurchaseError, *_UNUSABLE
    ),
)
def redeem(code: CodePath, body: LockRequest) -> Response[CouponRedemptionAnswer]:
    """Redeem a coupon of the member who stands at this tenant's till."""
    receipt, caller = _till(body)
    session = sessions.read(body.member_session, receipt.tenant_id)
    plan = locks.redeem(codes.normalized(code), receipt, session, caller)
    coupon, spoken = plan.answer, language(app)
    survey = at_once.offer(
        by_coupon(coupon), coupon.act.tier, spoken, trace_id(app.current_event.raw_event), replayed=plan.replayed
    )
    answer = redemption_answer(coupon, spoken).model_copy(update={"survey": survey})
    return created(answer, _location(code), replayed=plan.replayed)


def _till(body: ReceiptRequest) -> tuple[Receipt, Caller]:
    event = app.current_event.raw_event
    tenant_id = auth.tenant(event)
    caller = Caller(f"till:{tenant_id}", Origin.TILL, trace_id(event), utc_now())
    return Receipt(tenant_id, ReceiptNo(body.receipt_no)), caller


def _location(code: str) -> str:
    return f"/coupons/{codes.normalized(code)}"


handler = entry_point(app)
