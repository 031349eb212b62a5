"""Which movement a membership's status allows (published in `docs/rules.md`).

Refunds and expiry always proceed: the customer's money and the calendar do not wait for a review. Frozen,
unclaimed and qualifying members go on earning, so nothing is lost when the freeze is lifted, the membership claimed or
the minimum spend reached.
"""

from collections.abc import Mapping

from loyalty.errors import MembershipStatusError
from loyalty.programme import Enrolment
from loyalty.types import Kind, Month, Status

_ALWAYS = frozenset({Kind.REFUND, Kind.EXPIRE, Kind.ERASE, Kind.STATUS})
_DECIDED_BY_TWO = frozenset({Kind.ADJUST, Kind.VOID})
_KEEPS_EARNING = _ALWAYS | {Kind.PURCHASE, Kind.OPENING, Kind.REMIND, Kind.AWARD, Kind.REVIEW, Kind.WARN}
_KEEPS_EARNING |= _DECIDED_BY_TWO

ALLOWED: dict[Status, frozenset[Kind]] = {
    Status.ACTIVE: _KEEPS_EARNING | {Kind.REDEEM, Kind.TRANSFER, Kind.USE},
    Status.UNCLAIMED: _KEEPS_EARNING,
    Status.QUALIFYING: _KEEPS_EARNING,
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


def entered(spend: Mapping[Month, int], rules: Enrolment) -> Status:
    """Return what somebody is who fulfils everything but perhaps the minimum spend of entry (requirements M2)."""
    return Status.ACTIVE if sum(spend.values()) >= rules.minimum_spend_fen else Status.QUALIFYING
