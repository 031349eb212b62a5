"""A member's own coupons: found, listed, looked at."""

from dataclasses import dataclass

from functions.coupons.callers import Caller
from loyalty import account_store, attempts, dynamo
from loyalty.accounts import Account
from loyalty.attempts import Plan
from loyalty.coupons import coupon as changes
from loyalty.coupons import store
from loyalty.coupons.coupon import Coupon, CouponState
from loyalty.coupons.refusals import CouponNotFoundError
from loyalty.types import MemberId, Status


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a change of a member's own coupon is decided on."""

    coupon: Coupon | None
    account: Account | None


def load(code: str, member_id: MemberId, certain: bool) -> Loaded:
    """Read a coupon and an account: in one call, of one instant when it must be certain."""
    keys = ((store.table(), store.key(code)), (account_store.table(), {"member_id": member_id}))
    coupon, account = dynamo.transact_get(*keys) if certain else dynamo.batch_get(*keys)
    return Loaded(store.coupon_of(coupon), account_store.from_row(account) if account else None)


def own(coupon: Coupon | None, member_id: MemberId) -> Coupon:
    """Return a coupon that must be the member's.

    Raises:
        CouponNotFoundError: if it is not, or there is none: the caller cannot tell which.
    """
    if coupon is None or coupon.member_id != member_id:
        raise CouponNotFoundError
    return coupon


def status_of(account: Account | None) -> Status:
    """Return where a membership stands; one without an account is gone."""
    return account.status if account else Status.ERASED


def looked_at(member_id: MemberId, code: str, caller: Caller) -> None:
    """Note that the member has seen a coupon: the first time only, and while it can still be used.

    Raises:
        CouponNotFoundError: if it is not the member's.
    """

    def decide(loaded: Loaded) -> Plan[None]:
        coupon = own(loaded.coupon, member_id)
        if coupon.seen_at or coupon.state is not CouponState.ISSUED:
            return Plan(None, replayed=True)
        after = changes.seen(coupon, caller.act(loaded.account))
        return Plan(None, ({"Put": store.put_if_unchanged(after)},))

    attempts.settle(lambda certain: load(code, member_id, certain), decide)
