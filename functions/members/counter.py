"""Enrolment by somebody else's hand: a till, a recruiting stand, the service desk (requirement M1).

Nobody proves to own the phone here, so the membership has no login; it is the same membership when its owner signs
in with that phone verified (`functions.members.enrolment`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.members import admission, registry
from functions.members.applicants import Applicant
from functions.members.membership import Trail
from functions.members.registry import Beside, Enrolled
from functions.members.requests import Request
from functions.members.transactions import BlockedError, write
from loyalty.clock import local_date
from loyalty.errors import IdempotencyKeyReusedError
from loyalty.programme import Programme
from loyalty.settings import time_zone
from loyalty.types import MemberId

KEY_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CounterAnswer:
    """Whose membership it is, whether it is new, and whether this very request was answered before."""

    member_id: MemberId
    created: bool
    replayed: bool


def enrol(applicant: Applicant, request: Request, trail: Trail, programme: Programme, now: datetime) -> CounterAnswer:
    """Enrol somebody at the counter, or find the membership the phone has.

    Raises:
        UnderAgeError, ImplausibleBirthdayError, TermsNotAcceptedError: the applicant cannot be admitted.
        PhoneNeedsVerificationError: the phone's membership was erased; its owner must come by themselves.
        CardTakenError: the card is in use or was reported lost.
        IdempotencyKeyReusedError: the key was used for another applicant.
    """
    if before := request.standing():
        return CounterAnswer(MemberId(before["target"]), created=before["created"], replayed=True)
    admission.require_admissible(applicant, programme.enrolment, local_date(now, time_zone()))
    made = _registered(applicant, request, trail, programme, now)
    if not made.created:
        _remember(request, made)
    return CounterAnswer(made.member_id, created=made.created, replayed=False)


def _registered(applicant: Applicant, request: Request, trail: Trail, programme: Programme, now: datetime) -> Enrolled:
    member_id = registry.new_member_id()
    remembered = request.remember({"target": member_id, "created": True})
    return registry.enrol(
        applicant,
        admission.first_status(applicant, programme.enrolment),
        programme,
        now,
        trail.origin,
        actor=trail.actor,
        correlation_id=trail.correlation_id,
        beside=[Beside(remembered, IdempotencyKeyReusedError())],
        member_id=member_id,
    )


def _remember(request: Request, found: Enrolled) -> None:
    """Keep the key of a request that found somebody, so that another body under it is refused."""
    try:
        write([request.remember({"target": found.member_id, "created": False})])
    except BlockedError as blocked:
        request.same(blocked.rows[request.key])
