"""The register of members: one transaction makes a whole member, or none (requirements M1, M6, M8, M9).

    profile + consent + phone -> member [+ login -> member] [+ card -> member] + empty account

Every row is written only if its key is free, so of two enrolments with the same phone, login or card at once one
wins; the other is told which member holds the key, and nothing of it remains.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.members import consent, rows
from functions.members.applicants import Applicant
from functions.members.calendar_days import first_days
from functions.members.errors import CardTakenError, PhoneHeldError, PhoneNeedsVerificationError, UnknownTierError
from functions.members.profiling import first_facts
from functions.members.rows import Part, RowKey
from functions.members.transactions import BlockedError, write
from loyalty import account_store, identity
from loyalty.accounts import Account, open_account
from loyalty.clock import local_day
from loyalty.dynamo import Item, get
from loyalty.errors import LoyaltyError
from loyalty.identity import LOOKUP, card_key, login_key, phone_key
from loyalty.programme import Programme
from loyalty.settings import time_zone
from loyalty.tiers import Rung, valid_until
from loyalty.types import MemberId, Origin, Status


def new_member_id() -> MemberId:
    """Return the random id under which everything but the identity rows knows a member."""
    return MemberId(secrets.token_hex(10))


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Whose membership it is, and whether this call made it."""

    member_id: MemberId
    created: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """A further write of the enrolment's transaction, and what to say where its condition fails."""

    part: Part
    refusal: LoyaltyError


def enrol(
    applicant: Applicant,
    status: Status,
    programme: Programme,
    now: datetime,
    origin: Origin,
    batch: str | None = None,
    *,
    actor: str = "",
    correlation_id: str = "",
    beside: Sequence[Beside] = (),
    member_id: MemberId | None = None,
) -> Enrolled:
    """Make a member, exactly once however often it is asked for; age and terms are the caller's to check.

    Args:
        applicant: who it is; `phone` is E.164.
        status: what the membership starts as.
        batch: the bulk file, where the applicant came in one.
        actor: who asked, for the event; the origin where nothing else is known.
        correlation_id: the trace of the request; the new member's id where there is none.
        beside: what the enrolment uses up, such as a phone code.
        member_id: from `new_member_id`, where the caller's own rows must name the member.

    Returns:
        The member; `created` is False where the login, or without a login the phone, already had a membership.

    Raises:
        PhoneHeldError: the applicant signs in and the phone belongs to a member this login is not linked to.
        PhoneNeedsVerificationError: the phone's membership was erased and nobody proved to own the phone.
        CardTakenError: the card is in use or was reported lost.
        UnknownTierError: the ladder has no such tier.
        BusyError: nothing is known to have happened; repeat the request.
    """
    new_id = member_id or new_member_id()
    asked = rows.Enrolment(new_id, status, now, origin, actor or origin.value, correlation_id or new_id, batch)
    return _registered(applicant, asked, programme, beside)


def _registered(
    applicant: Applicant, enrolment: rows.Enrolment, programme: Programme, beside: Sequence[Beside]
) -> Enrolled:
    account = _first_account(applicant, enrolment, programme)
    returning = applicant.phone_verified and _was_erased(applicant.phone)
    parts = _identity_parts(applicant, enrolment._replace(returning=returning))
    try:
        write([*parts, account_store.put_if_absent(account, programme), *(extra.part for extra in beside)])
    except BlockedError as blocked:
        found = _holder(applicant, blocked.rows) or _refused(applicant, beside, blocked)
        # After a lost answer the rows in the way are our own.
        return Enrolled(found, created=found == enrolment.member_id)
    return Enrolled(enrolment.member_id, created=True)


def _was_erased(phone: str) -> bool:
    """Tell whether a membership of this phone was erased; such a mark never goes away."""
    return get(identity.table(), RowKey(phone_key(phone), rows.ERASED).item()) is not None


def _first_account(applicant: Applicant, enrolment: rows.Enrolment, programme: Programme) -> Account:
    day = local_day(enrolment.now, time_zone())
    account = open_account(enrolment.member_id, enrolment.status, programme, day)
    if applicant.tier is None:
        return account
    known = [tier.code for tier in programme.tiers.ladder]
    if applicant.tier not in known:
        raise UnknownTierError(known=", ".join(known))
    return replace(account, rung=Rung(applicant.tier, day, valid_until(day, programme)))


def _identity_parts(applicant: Applicant, enrolment: rows.Enrolment) -> list[Part]:
    terms = consent.with_terms({}, applicant.terms_version, enrolment.now)
    agreed = consent.with_choices(terms, applicant.consents, enrolment.now)
    keys = rows.lookup_keys(applicant.phone, applicant.login, applicant.card_no)
    profile = rows.profile(applicant, enrolment)
    facts = first_facts(profile, agreed, enrolment.now, enrolment.origin, enrolment.correlation_id)
    new = [
        *(rows.lookup(key, enrolment.member_id) for key in keys),
        profile,
        first_days(profile, time_zone()),
        {**RowKey(enrolment.member_id, rows.CONSENT).item(), **agreed},
        *([facts] if facts else []),
    ]
    parts = [rows.put_if_absent(row) for row in new]
    if not applicant.phone_verified:
        parts.append(rows.absent(RowKey(phone_key(applicant.phone), rows.ERASED)))
    return parts


def _holder(applicant: Applicant, blocked: Mapping[RowKey, Item]) -> MemberId | None:
    """Return the member that stands in the way, the login's before the phone's.

    Raises:
        PhoneHeldError: it is the phone's, and the applicant signs in: the two must be linked, not confused.
    """
    if applicant.login and (row := blocked.get(RowKey(login_key(applicant.login), LOOKUP))):
        return MemberId(row["target"])
    row = blocked.get(RowKey(phone_key(applicant.phone), LOOKUP))
    if row and applicant.login:
        raise PhoneHeldError(row["target"])
    return MemberId(row["target"]) if row else None


def _refused(applicant: Applicant, beside: Sequence[Beside], blocked: BlockedError) -> MemberId:
    """Say why there will be no member; answers never, because somebody else's membership is not the applicant's."""
    if applicant.card_no and RowKey(card_key(applicant.card_no), LOOKUP) in blocked.rows:
        raise CardTakenError
    if RowKey(phone_key(applicant.phone), rows.ERASED) in blocked.rows:
        raise PhoneNeedsVerificationError
    for extra in beside:
        if rows.key_of(extra.part) in blocked.rows:
            raise extra.refusal
    raise blocked
