"""Which legs of an entry belong to which event. Pure.

An entry has legs (what moved) and reasons (why, and how much). One entry may spend, earn, lapse and, where returns
came before their purchase, give and take back. Reasons say how much each of these is; this module finds the legs
they speak of, so that over an entry's events every leg appears exactly once. What campaigns, growth and a tier's
welcome give is earned, what returns take of it is taken back, like the receipt's own points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from loyalty.buckets import Leg
from loyalty.entries import Reason
from loyalty.types import Purse


class Share(StrEnum):
    """A part of an entry that one event tells of."""

    REDEEMED = "redeemed"
    EARNED = "earned"
    EXPIRED = "expired"
    GIVEN_BACK = "given_back"
    TAKEN_BACK = "taken_back"
    TRANSFERRED = "transferred"
    ADJUSTED = "adjusted"
    VOIDED = "voided"


ANNOUNCEMENTS = frozenset({"expiring"})
"""Reasons that move nothing."""
_SHARES = {
    "redeemed": Share.REDEEMED,
    "given_back": Share.GIVEN_BACK,
    "taken_back": Share.TAKEN_BACK,
    "lapsed": Share.EXPIRED,
    "expired": Share.EXPIRED,
    "erased": Share.EXPIRED,
    "campaign_back": Share.TAKEN_BACK,
    "growth_back": Share.TAKEN_BACK,
    "welcome_back": Share.TAKEN_BACK,
    "transfer_out": Share.TRANSFERRED,
    "transfer_fee": Share.TRANSFERRED,
    "transfer_in": Share.TRANSFERRED,
    "adjusted": Share.ADJUSTED,
    "voided": Share.VOIDED,
}


class UnexplainedLegsError(ValueError):
    """Legs and reasons of an entry disagree: no event can be made of it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The legs and reasons of one share, over all purses."""

    legs: tuple[Leg, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def points(self, purse: Purse = Purse.POINTS) -> int:
        """Return the signed points it moved in a purse."""
        return sum(leg.points for leg in self.legs if leg.purse == purse)


NOTHING = Moved()


def share_of(reason: Reason) -> Share:
    """Return the share a reason belongs to; whatever is not special explains something earned."""
    return _SHARES.get(reason.code, Share.EARNED)


def shares(legs: Sequence[Leg], reasons: Sequence[Reason]) -> dict[Share, Moved]:
    """Split an entry into its shares.

    Raises:
        UnexplainedLegsError: if the reasons do not add up to the legs, purse by purse.
    """
    explained = [reason for reason in reasons if reason.code not in ANNOUNCEMENTS]
    found: dict[Share, Moved] = {}
    for purse in dict.fromkeys([leg.purse for leg in legs] + [reason.purse for reason in explained]):
        own = [leg for leg in legs if leg.purse == purse]
        for share, part in _of_one_purse(own, [reason for reason in explained if reason.purse == purse]).items():
            before = found.get(share, NOTHING)
            found[share] = Moved(before.legs + part.legs, before.reasons + part.reasons)
    return found


def _of_one_purse(legs: list[Leg], reasons: list[Reason]) -> dict[Share, Moved]:
    if sum(leg.points for leg in legs) != sum(reason.points for reason in reasons):
        raise UnexplainedLegsError("the reasons do not add up to the legs")
    runs = _runs(reasons)
    if len(runs) == 1:
        return {share: Moved(tuple(legs), tuple(own)) for share, own in runs}
    return _dealt(legs, runs)


def _runs(reasons: Sequence[Reason]) -> list[tuple[Share, list[Reason]]]:
    """Return the reasons as they stand, neighbours of one share together; what lapsed comes first, all of it."""
    runs: list[tuple[Share, list[Reason]]] = []
    for reason in sorted(reasons, key=lambda one: share_of(one) is not Share.EXPIRED):
        if not runs or runs[-1][0] is not share_of(reason):
            runs.append((share_of(reason), []))
        runs[-1][1].append(reason)
    return runs


def _dealt(legs: list[Leg], runs: Sequence[tuple[Share, list[Reason]]]) -> dict[Share, Moved]:
    """Deal the legs to the shares in the order of the reasons, which is the order a decision makes them in.

    A share may come twice: campaigns award what the returns that came before their purchase have left of it. Points
    that lapse in passing lie in buckets past their day, those spent or taken back never do: so of the lost points
    those with the earliest expiry lapsed, wherever they stand.
    """
    found: dict[Share, Moved] = {}
    gained = [leg for leg in legs if leg.points > 0]
    lost = [leg for leg in legs if leg.points < 0]
    for share, reasons in runs:
        points = sum(reason.points for reason in reasons)
        side = gained if points > 0 else lost
        queue = sorted(side, key=lambda leg: leg.bucket[:6]) if share is Share.EXPIRED else side
        own = _first(queue, points)
        for leg in own:
            side.remove(leg)
        before = found.get(share, NOTHING)
        found[share] = Moved((*before.legs, *own), (*before.reasons, *reasons))
    if gained or lost:
        raise UnexplainedLegsError("a leg has no reason")
    return found


def _first(queue: Sequence[Leg], points: int) -> list[Leg]:
    """Return the first legs of a queue, as many as make so many points."""
    own: list[Leg] = []
    for leg in queue:
        if not points:
            break
        own.append(leg)
        points -= leg.points
    if points:
        raise UnexplainedLegsError("a reason has no legs of its own")
    return own
