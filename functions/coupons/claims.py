"""How members come to coupons by themselves: from the offers, by an exchange code, a festival word, a gift's code.

A code opens something only for whoever brings it, so every attempt with one counts, and a wrong one is answered like
somebody else's (requirements C2, C7).
"""

from datetime import timedelta

from functions.coupons import gifts
from functions.coupons.callers import Caller
from functions.coupons.issuing import issue_coupon
from loyalty import dynamo
from loyalty.attempts import Plan
from loyalty.coupons import codes, issue, store
from loyalty.coupons.coupon import Coupon, Way
from loyalty.coupons.issue import Wish
from loyalty.coupons.refusals import UnknownCouponError
from loyalty.dynamo import Item
from loyalty.limits import Counters, Limit
from loyalty.pepper import digest
from loyalty.types import MemberId

ATTEMPTS = Limit(10, timedelta(minutes=10))
"""How many codes a member may try: 1,440 a day, of 2^75."""


def by_template(member_id: MemberId, template_id: str, key: str, channel: str, caller: Caller) -> Plan[Coupon]:
    """Claim a coupon on offer; the request's key is what it is known by.

    Raises:
        LoyaltyError: see `loyalty.coupons.issue.issued`; nothing was written.
    """
    code = issue.code_for(Way.CLAIM, member_id, digest("idempotency-key", key))
    return issue_coupon(Wish(template_id, member_id, Way.CLAIM, code, channel), caller)


def by_code(member_id: MemberId, text: str, channel: str, caller: Caller) -> Plan[Coupon]:
    """Claim what a code stands for: once, for who comes first; a festival word for everybody, once each.

    Raises:
        TooManyError: too many codes tried.
        UnknownCouponError: the code is unknown, somebody else's, or over.
        LoyaltyError: see `loyalty.coupons.issue.issued` and `functions.coupons.gifts.take`.
    """
    Counters(store.table(), "coupon_id").take(f"coupon-codes/{member_id}", ATTEMPTS, caller.now)
    code = codes.normalized(text)
    keys = [(store.table(), store.key(code, kind)) for kind in (store.CODE, store.GIFT)]
    unclaimed, gift = dynamo.batch_get(*keys, consistent=True)
    if gift:
        return gifts.take(member_id, code, gift["coupon"], caller)
    if unclaimed is None:
        raise UnknownCouponError
    return issue_coupon(_wish(member_id, code, unclaimed, channel), caller)


def _wish(member_id: MemberId, code: str, row: Item, channel: str) -> Wish:
    """Return what a code stands for: itself, as a coupon; or, where many use it, one coupon for each."""
    template_id = row["template_id"]
    own = issue.code_for(Way.CODE, template_id, member_id, code) if row.get("shared") else code
    return Wish(template_id, member_id, Way.CODE, own, channel)
