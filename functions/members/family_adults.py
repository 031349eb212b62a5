"""The consent of adults who are registered as somebody's relatives, given and withdrawn by their own phone (K1).

    member names a phone ──> code and what it means go there ──> the member types the code ──> in use
    whoever holds the phone, member or not ──> shows that they do ──> every entry they agreed to is deleted

The phone is used to send the code and kept as a keyed digest alone, by which its owner finds what they agreed to.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from functions.members import family, family_entries, family_terms, phone_codes, profiles
from functions.members.errors import NotAMemberError, PhoneCodeInvalidError
from functions.members.family_entries import Moment, Row
from functions.members.family_errors import OwnPhoneError, RelativeAgreedError
from functions.members.masking import masked_name
from functions.members.profiles import Change, Identity
from functions.members.rows import RowKey
from functions.members.transactions import BlockedError, write
from loyalty import dynamo
from loyalty.family import Consenter
from loyalty.identity import table
from loyalty.limits import Counters, Limit
from loyalty.pepper import digest
from loyalty.settings import time_zone
from loyalty.types import MemberId

PER_MEMBER = Limit(10, timedelta(days=1))


def ask(member_id: MemberId, relative_id: str, phone: str, language: str, now: datetime) -> datetime:
    """Send a relative the text of what is asked of them, with the code that stands for their consent.

    Returns:
        When the code expires.

    Raises:
        NotAMemberError, RelativeNotFoundError, NoConsentNeededError: there is nobody to ask.
        RelativeAgreedError: they have answered.
        OwnPhoneError: it is the member's own phone.
        TooManyError, SmsUnavailableError: as their names say.
    """
    identity = _loaded(member_id)
    if _agreed(_askable(identity, relative_id, phone, now)):
        raise RelativeAgreedError
    Counters(table(), "member_id").take(f"family-code/{member_id}", PER_MEMBER, now)
    who = masked_name(identity.profile["name"])
    return phone_codes.issue(_subject(member_id, relative_id), phone, language, now, family_terms.ADULT, who)


def confirm(member_id: MemberId, relative_id: str, phone: str, code: str, now: datetime) -> Row:
    """Take a relative's consent, given by the code their phone received; a repetition finds it given.

    Raises:
        PhoneCodeInvalidError, TooManyError: the code proves nothing.
        NotAMemberError, RelativeNotFoundError, NoConsentNeededError, OwnPhoneError, BusyError: as their names say.
        RelativeAgreedError: they agreed by another phone.
    """
    phone_digest, moment = _digest(phone), Moment(now, time_zone())
    row = _askable(_loaded(member_id), relative_id, phone, now)
    if _agreed_by(row, phone_digest):
        return row
    proof = phone_codes.prove(_subject(member_id, relative_id), phone, code, now)
    agreement = family.agreement_key(member_id, relative_id, phone_digest).item()

    def edit(identity: Identity) -> Change | None:
        row = _askable(identity, relative_id, phone, now)
        # After a lost answer, or beside an equal request, it is done.
        if _agreed_by(row, phone_digest):
            return None
        after = family_entries.agreed(identity, row, Consenter.ADULT, moment, phone_digest)
        return Change(after, [profiles.put({**agreement}), proof.part])

    try:
        after = profiles.change(member_id, edit, now)
    except BlockedError:
        raise proof.refusal from None
    return family.found_alive(after, relative_id, now)


def withdraw_by_code(login: str, phone: str, code: str, now: datetime) -> int:
    """Delete every entry the phone's owner agreed to; return how many. A request that broke off is repeated whole.

    Raises:
        PhoneCodeInvalidError, TooManyError: the code proves nothing.
        BusyError: others change one of the members; repeat the request.
    """
    proof = phone_codes.prove(login, phone, code, now)
    withdrawn = withdraw(phone, now)
    try:
        write([proof.part])
    except BlockedError:
        raise PhoneCodeInvalidError(tries_left=0) from None
    return withdrawn


def withdraw(phone: str, now: datetime) -> int:
    """Delete every entry that the owner of a phone agreed to; return how many.

    Raises:
        BusyError: others change one of the members; repeat the request.
    """
    keys = list(_agreements(_digest(phone)))
    for key in keys:
        member_id, relative_id = key.kind.split("/")
        # Who was erased meanwhile took the entry along.
        with suppress(NotAMemberError):
            family.remove(MemberId(member_id), relative_id, now)
    return len(keys)


def _agreements(phone_digest: str) -> Iterable[RowKey]:
    partition = family.agreement_key("", "", phone_digest).member_id
    rows = dynamo.query(
        table(),
        KeyConditionExpression="member_id = :adult",
        ExpressionAttributeValues=dynamo.to_item({":adult": partition}),
        ConsistentRead=True,
    )
    return (RowKey(row["member_id"], row["kind"]) for row in rows)


def _loaded(member_id: MemberId) -> Identity:
    identity = profiles.load(member_id)
    if identity is None:
        raise NotAMemberError
    return identity


def _askable(identity: Identity, relative_id: str, phone: str, now: datetime) -> Row:
    row = family.found_alive(identity, relative_id, now)
    family_entries.require_own_consent(row, Moment(now, time_zone()).today)
    if phone == identity.profile["phone"]:
        raise OwnPhoneError
    return row


def _agreed(row: Row) -> bool:
    return bool(row.get("consent", {}).get("by") == Consenter.ADULT)


def _agreed_by(row: Row, phone_digest: str) -> bool:
    """Tell whether the relative agreed by this phone; by another, nothing changes that but themselves."""
    if _agreed(row) and row["phone_digest"] != phone_digest:
        raise RelativeAgreedError
    return _agreed(row)


def _subject(member_id: MemberId, relative_id: str) -> str:
    """Return what a code is bound to: it confirms this entry and proves nothing else."""
    return f"family/{member_id}/{relative_id}"


def _digest(phone: str) -> str:
    return digest("relative-phone", phone)
