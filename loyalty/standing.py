"""Which movement a membership's status allows (published in `docs/rules.md`).

Refunds and expiry always proceed: the customer's money and the calendar do not wait for a review. A frozen or
unclaimed member goes on earning, so nothing is lost if the freeze is lifted or the membership claimed.
"""

from loyalty.errors import MembershipStatusError
from loyalty.types import Kind, Status

_ALWAYS = frozenset({Kind.REFUND, Kind.EXPIRE, Kind.ERASE, Kind.STATUS})
_KEEPS_EARNING = _ALWAYS | {Kind.PURCHASE, Kind.OPENING, Kind.REMIND}

ALLOWED: dict[Status, frozenset[Kind]] = {
    Status.ACTIVE: _KEEPS_EARNING | {Kind.REDEEM},
    Status.UNCLAIMED: _KEEPS_EARNING,
    Status.FROZEN: _KEEPS_EARNING,
    Status.AWAITING_APPROVAL: _ALWAYS,
    Status.ERASED: _ALWAYS,
}


def require(status: Status, kind: Kind) -> None:
    """Raise unless a membership of this status may make such a movement.

    Raises:
        MembershipStatusError: with the status in its parameters.
    """
    if kind not in ALLOWED[status]:
        raise MembershipStatusError(status=status.value, movement=kind.value)
