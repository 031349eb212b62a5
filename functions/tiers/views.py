"""Reading what a member may claim, for whoever may see it: one read beside the programme's cache."""

from functions.tiers.errors import MembershipNotFoundError
from loyalty import account_store, programme_store
from loyalty.benefit_models import EntitlementsAnswer
from loyalty.clock import local_day, utc_now
from loyalty.settings import time_zone
from loyalty.types import MemberId


def entitlements(member_id: MemberId | None, language: str) -> EntitlementsAnswer:
    """Return a member's entitlements and unlocks as they stand now, read consistently: a till just used one.

    Raises:
        MembershipNotFoundError: if there is no such account.
    """
    now = utc_now()
    account = account_store.read(member_id, consistent=True) if member_id else None
    if account is None:
        raise MembershipNotFoundError
    return EntitlementsAnswer.of(account, programme_store.current(now), local_day(now, time_zone()), language)
