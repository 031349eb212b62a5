"""What campaigns and occasions give, and campaigns take back, of coupons, as events say it: each once (P4, C5, B2).

What gives a coupon names it by a ref, its code follows from the ref, whatever comes twice or late. A coupon that
cannot be issued (sold out, not offered any more, the membership erased) is an answer, not a failure: it is counted,
for a marketer to look at.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from aws_lambda_powertools import Logger
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from functions.coupons import revoking
from functions.coupons.callers import Caller
from functions.coupons.issuing import issue_coupon
from functions.coupons.revoking import CouponRevokedError
from loyalty.coupons import issue
from loyalty.coupons.coupon import Way
from loyalty.coupons.issue import Wish
from loyalty.coupons.refusals import UnknownCouponError
from loyalty.errors import BusyError, LoyaltyError
from loyalty.types import MemberId

AWARDED, TAKEN_BACK, GIVEN = "CampaignAwarded", "CampaignTakenBack", "OccasionGiven"
ISSUED, REFUSED, REVOKED = "AwardedCouponsIssued", "AwardedCouponsRefused", "AwardedCouponsTakenBack"
"""Metrics."""

logger = Logger(child=True)


class CouponRef(BaseModel):
    """A coupon that an award names."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    template_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    ref: Annotated[str, Field(min_length=1, max_length=1024)]


class AwardFacts(BaseModel):
    """What an event about a campaign or an occasion says that coupons need; it says more."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    offer_id: Annotated[
        str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$", validation_alias=AliasChoices("campaign_id", "offer_id"))
    ]
    coupons: tuple[CouponRef, ...] = ()


class AwardEvent(BaseModel):
    """A CloudEvent about what a campaign or an occasion gave, or a campaign takes back."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    type: str
    subject: Annotated[str, Field(min_length=1, max_length=64)]
    data: AwardFacts


def applied(event: AwardEvent, caller: Caller) -> Mapping[str, int]:
    """Issue or take back every coupon an event names; return the metrics to add.

    Raises:
        BusyError: too many conflicts; hearing the event again is safe.
    """
    if event.type == TAKEN_BACK:
        return _taken_back(event.data.coupons, caller)
    counts = Counter[str]()
    for coupon in event.data.coupons:
        counts[_issued(coupon, event, caller)] += 1
    return {name: count for name, count in counts.items() if name}


def _issued(coupon: CouponRef, event: AwardEvent, caller: Caller) -> str:
    """Issue one coupon; return the metric it counts in, empty where it was issued or taken back before."""
    way = Way.OCCASION if event.type == GIVEN else Way.EVENT
    wish = Wish(coupon.template_id, MemberId(event.subject), way, issue.code_named(coupon.ref))
    try:
        plan = issue_coupon(wish, caller, revocable=True)
    except BusyError:
        raise
    except (UnknownCouponError, CouponRevokedError):  # a friend's by now, or never to be issued
        return ""
    except LoyaltyError as refusal:
        logger.warning(
            "awarded coupon not issued",
            offer_id=event.data.offer_id,
            template_id=coupon.template_id,
            code=refusal.code,
        )
        return REFUSED
    return "" if plan.replayed else ISSUED


def _taken_back(coupons: Sequence[CouponRef], caller: Caller) -> Mapping[str, int]:
    plans = [revoking.revoke(issue.code_named(coupon.ref), caller) for coupon in coupons]
    voided = sum(plan.answer is revoking.Revocation.VOIDED and not plan.replayed for plan in plans)
    return {REVOKED: voided} if voided else {}
