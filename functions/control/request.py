"""A request to freeze, unfreeze, void or adjust, and its life (requirements M7, D2, K5; ADR 0819). Pure.

    open ──approved by another person──> approved ──appealed by the member, once──> appeal open ──> rejected
      │                                                                                  └──> upheld: opens the inverse
      ├──refused by another person─────> refused
      └──nobody decided for 30 days────> lapsed (derived: nothing is written)

Nothing happens to the account before the approval, and with it at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from functions.control.errors import AppealedBeforeError, AppealTooLateError, NoOpenAppealError, NotAppealableError
from loyalty.catalogue import OwnApprovalError, WrongStateError
from loyalty.clock import iso
from loyalty.offers import ChangedMeanwhileError
from loyalty.types import Day, MemberId, Purse

DECIDED_WITHIN = timedelta(days=30)
"""How long a request waits for a second person."""
APPEALED_WITHIN = timedelta(days=30)
"""How long a member may appeal after the decision."""


class ControlTask(StrEnum):
    """What is asked for."""

    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    VOID = "void"
    ADJUST = "adjust"


class ControlReason(StrEnum):
    """Why, as a code; the words beside it stay with the request."""

    DISHONEST_GAIN = "dishonest_gain"
    FALSE_RECEIPTS = "false_receipts"
    BREACH_OF_RULES = "breach_of_rules"
    GOODWILL = "goodwill"
    CORRECTION = "correction"
    COMPLAINT = "complaint"
    OTHER = "other"


class ControlState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done.

    Attributes:
        points: signed, plus in the member's favour; None for a status, and where the whole purse is voided.
        last_day: the last valid day of points that are given; None: as the programme says.
    """

    member_id: MemberId
    task: ControlTask
    why: ControlReason
    purse: Purse | None = None
    points: int | None = None
    last_day: Day | None = None

    @property
    def takes(self) -> bool:
        """Whether it is to the member's disadvantage."""
        return self.task in {ControlTask.FREEZE, ControlTask.VOID} or (self.points or 0) < 0


@dataclass(frozen=True, slots=True)
class Appeal:
    """What a member said against a decision, and what became of it.

    Attributes:
        judge: the login that decided it; `nobody_else`: the judge had approved the decision, there being no other.
        opened: the request that undoes the decision.
    """

    text: str | None
    at: str
    state: AppealState = AppealState.OPEN
    judge: str | None = None
    judged_at: str | None = None
    nobody_else: bool = False
    opened: str | None = None


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """One request at one version.

    Attributes:
        text: what the maker wrote; None once the member was erased.
        maker: the login that asked; `checker` is another one, that decided.
        moved: the points that the approval moved, signed; None where it moved none.
        undoes: the request whose appeal asked for this one.
    """

    request_id: str
    asked: Asked
    maker: str
    created_at: str
    text: str | None = None
    fingerprint: str = ""
    state: ControlState = ControlState.OPEN
    version: int = 1
    checker: str | None = None
    decided_at: str | None = None
    moved: int | None = None
    entry_id: str | None = None
    appeal: Appeal | None = None
    undoes: str | None = None

    def state_at(self, now: datetime) -> ControlState:
        """Return where it stands: nobody decides about what is older than thirty days."""
        if self.state is ControlState.OPEN and now >= datetime.fromisoformat(self.created_at) + DECIDED_WITHIN:
            return ControlState.LAPSED
        return self.state

    @property
    def appealable_until(self) -> datetime | None:
        """The instant from which it is too late to appeal; None where there is nothing to appeal against."""
        if self.state is not ControlState.APPROVED or self.decided_at is None or not self.asked.takes:
            return None
        return datetime.fromisoformat(self.decided_at) + APPEALED_WITHIN

    def can_be_appealed(self, now: datetime) -> bool:
        """Tell whether the member may appeal now."""
        until = self.appealable_until
        return until is not None and now < until and self.appeal is None


def check(request: ControlRequest, login: str, version: int, now: datetime) -> None:
    """Raise unless this person may decide a request at the version they looked at.

    Raises:
        OwnApprovalError: if they asked for it.
        WrongStateError: if it is no longer open.
        ChangedMeanwhileError: if it is another version.
    """
    if login == request.maker:
        raise OwnApprovalError
    if (state := request.state_at(now)) is not ControlState.OPEN:
        raise WrongStateError(state=state.value)
    if version != request.version:
        raise ChangedMeanwhileError(version=request.version)


def decided(request: ControlRequest, state: ControlState, login: str, now: datetime) -> ControlRequest:
    """Return the request after somebody decided it."""
    return replace(request, state=state, checker=login, decided_at=iso(now), version=request.version + 1)


def was_decided(request: ControlRequest, state: ControlState, login: str) -> bool:
    """Tell whether this person decided so already: a repeated request."""
    return (request.state, request.checker) == (state, login)


def appealed(request: ControlRequest, text: str, now: datetime) -> ControlRequest:
    """Return the request with the member's appeal.

    Raises:
        NotAppealableError, AppealedBeforeError, AppealTooLateError.
    """
    until = request.appealable_until
    if until is None:
        raise NotAppealableError
    if request.appeal:
        raise AppealedBeforeError
    if now >= until:
        raise AppealTooLateError(until=iso(until))
    return replace(request, appeal=Appeal(text, iso(now)), version=request.version + 1)


def check_judge(request: ControlRequest, login: str, version: int, *, nobody_else: bool) -> Appeal:
    """Return the open appeal if this person may decide it: neither who asked nor, where possible, who approved.

    Raises:
        NoOpenAppealError, OwnApprovalError, ChangedMeanwhileError.
    """
    if request.appeal is None or request.appeal.state is not AppealState.OPEN:
        raise NoOpenAppealError
    if login == request.maker or (login == request.checker and not nobody_else):
        raise OwnApprovalError
    if version != request.version:
        raise ChangedMeanwhileError(version=request.version)
    return request.appeal


def judged(
    request: ControlRequest, appeal: Appeal, state: AppealState, login: str, now: datetime, opened: str | None
) -> ControlRequest:
    """Return the request after its appeal was decided."""
    after = replace(
        appeal,
        state=state,
        judge=login,
        judged_at=iso(now),
        nobody_else=login == request.checker,
        opened=opened,
    )
    return replace(request, appeal=after, version=request.version + 1)


def inverse(request: ControlRequest, request_id: str, login: str, now: datetime, *, alone: bool) -> ControlRequest:
    """Return the request that undoes a decision: it waits for another person like every other.

    Args:
        login: who upheld the appeal, and so asks for it.
        alone: the mall has no other approver: then it is asked for in the name of who asked for the decision, or
            nobody could ever approve it.
    """
    before = request.asked
    freeze = before.task is ControlTask.FREEZE
    asked = Asked(
        member_id=before.member_id,
        task=ControlTask.UNFREEZE if freeze else ControlTask.ADJUST,
        why=ControlReason.COMPLAINT,
        purse=before.purse,
        points=None if freeze else -(request.moved or 0),
    )
    maker = request.maker if alone else login
    return ControlRequest(request_id, asked, maker=maker, created_at=iso(now), undoes=request.request_id)
