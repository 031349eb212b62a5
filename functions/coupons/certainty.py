"""Settling where also "nothing to do" must be certain.

A reading that lags may show a hold that was just let go, or not yet show one that was just made. A write would find
out by its condition; an answer without a write would not, so it is given on a consistent reading only.
"""

from collections.abc import Callable

from loyalty import attempts
from loyalty.attempts import Plan
from loyalty.errors import BusyError


def settle[Loaded, Answer](load: Callable[[bool], Loaded], decide: Callable[[Loaded], Plan[Answer]]) -> Plan[Answer]:
    """Make one change exactly once, as `loyalty.attempts.settle` does, and never answer from a reading that lags.

    Raises:
        LoyaltyError: the rule's refusal, once it is certain.
        BusyError: too many conflicts; nothing was written by this call, or its answer was lost: repeat it.
    """

    def surely(reading: tuple[bool, Loaded]) -> Plan[Answer]:
        certain, loaded = reading
        plan = decide(loaded)
        if not (plan.writes or certain):
            raise BusyError(retry_after=1)  # a provisional refusal: it is decided again on a certain reading
        return plan

    return attempts.settle(lambda certain: (certain, load(certain)), surely)
