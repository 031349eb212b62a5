"""How somebody who signs in becomes a member, or turns out to be one (requirements M1, M2, M3).

    login known ───────────────> that member (a repetition)
    phone free ────────────────> a new member
    phone of a member without a login (counter, file) ──> the same member, now with this login: unclaimed -> active
    phone of a member with another login ───────────────> 409

The login is the request's idempotency key: it has one membership, ever, until that is erased.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.members import admission, consent, erasure, membership, phone_codes, profiles, registry
from functions.members.applicants import Applicant
from functions.members.errors import AlreadyEnrolledError, PhoneCodeInvalidError, PhoneHeldError, PhoneTakenError
from functions.members.membership import Trail
from functions.members.profiles import Change, Identity
from functions.members.registry import Beside, Enrolled
from functions.members.rows import key_of, lookup, put_if_absent
from functions.members.transactions import BlockedError
from loyalty import account_store
from loyalty.clock import iso, local_date
from loyalty.dynamo import Item
from loyalty.errors import BusyError, NotFoundError
from loyalty.identity import login_key
from loyalty.programme import Programme
from loyalty.settings import time_zone
from loyalty.types import MemberId, Status

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Application:
    """One request to enrol: a signed-in applicant (`applicant.login` is set) and the code their phone received."""

    applicant: Applicant
    login: str
    phone_code: str
    trail: Trail


def enrol(application: Application, programme: Programme, now: datetime) -> Enrolled:
    """Enrol whoever signs in, link them to the membership their phone has, or find the one they have.

    Raises:
        UnderAgeError, ImplausibleBirthdayError, TermsNotAcceptedError: the applicant cannot be admitted.
        FormIncompleteError: the mall's form asks for more.
        PhoneCodeInvalidError, TooManyError: the phone is not proved.
        AlreadyEnrolledError: the login has a membership with another phone.
        PhoneTakenError: the phone has a membership with another login.
        BusyError: others move the same phone or login; repeat the request.
    """
    if known := _known(application, programme, now):
        return known
    applicant = application.applicant
    admission.require_admissible(applicant, programme.enrolment, local_date(now, time_zone()))
    admission.require_form(applicant, programme.enrolment)
    try:
        proof = phone_codes.prove(application.login, applicant.phone, application.phone_code, now)
    except PhoneCodeInvalidError:
        # Another request of this login may have used the code up since we looked.
        if known := _known(application, programme, now):
            return known
        raise
    for _ in range(ATTEMPTS):
        found = _made_or_linked(application, proof, programme, now) or _known(application, programme, now)
        if found:
            return found
    raise BusyError(retry_after=1)


def _made_or_linked(application: Application, proof: Beside, programme: Programme, now: datetime) -> Enrolled | None:
    """Make the member or link the phone's; None where the login or the phone's member has just changed."""
    try:
        made = _admitted(application, proof, programme, now)
    except PhoneHeldError as held:
        return _linked(MemberId(held.member_id), application, proof, programme, now)
    return made if made.created else None


def _known(application: Application, programme: Programme, now: datetime) -> Enrolled | None:
    """Return the membership the login has, after finishing whatever an earlier request left undone."""
    member_id = profiles.of_login(application.login)
    identity = profiles.load(member_id) if member_id else None
    if member_id is None or identity is None:
        return None
    account = account_store.read(member_id, consistent=True)
    if account is None or account.status is Status.ERASED:
        erasure.erase(member_id, application.trail, programme, now)
        return None
    if identity.profile["phone"] != application.applicant.phone:
        raise AlreadyEnrolledError
    membership.claim(identity.profile, application.trail, programme, now)
    return Enrolled(member_id, created=False)


def _admitted(application: Application, proof: Beside, programme: Programme, now: datetime) -> Enrolled:
    applicant, trail = application.applicant, application.trail
    status = admission.first_status(applicant, programme.enrolment)
    return registry.enrol(
        applicant,
        status,
        programme,
        now,
        trail.origin,
        actor=trail.actor,
        correlation_id=trail.correlation_id,
        beside=[proof],
    )


def _linked(
    member_id: MemberId, application: Application, proof: Beside, programme: Programme, now: datetime
) -> Enrolled | None:
    """Give the phone's member this login, then let it redeem; None where either has just changed."""
    login_row = put_if_absent(lookup(login_key(application.login), member_id))

    def link(identity: Identity) -> Change | None:
        holder = identity.profile.get("login")
        if holder not in (None, application.login):
            raise PhoneTakenError
        if holder:
            return None
        return Change(signed_in(identity, application.applicant, now), [login_row, proof.part])

    try:
        linked = profiles.change(member_id, link, now)
    except NotFoundError:
        return None
    except BlockedError as blocked:
        if key_of(login_row) not in blocked.rows:
            raise proof.refusal from None
        return None
    membership.claim(linked.profile, application.trail, programme, now)
    return Enrolled(member_id, created=True)


def signed_in(identity: Identity, applicant: Applicant, now: datetime) -> Identity:
    """Return the member after its owner signed in: what they say of themselves now counts; how they came stays."""
    agreed = consent.with_terms(identity.consent, applicant.terms_version, now)
    told = {name: value for name, value in _told(applicant).items() if value is not None}
    profile: Item = {**identity.profile, **told, "phone_verified": True, "claimed_at": iso(now)}
    return replace(identity, profile=profile, consent=consent.with_choices(agreed, applicant.consents, now))


def _told(applicant: Applicant) -> Mapping[str, Any]:
    return {
        "login": applicant.login,
        "name": applicant.name,
        "birthday": applicant.birthday.isoformat() if applicant.birthday else None,
        "email": applicant.email,
        "type": applicant.kind,
        "company": applicant.company,
        "claimed_channel": applicant.channel,
        **{name: list(values) or None for name, values in applicant.preferences.items()},
    }
