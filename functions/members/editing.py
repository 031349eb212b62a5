"""How members change what is stored of them (requirements M3, K1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from functions.members import admission, consent, phone_codes, profiles
from functions.members.age import require_age
from functions.members.applicants import Person, Purpose
from functions.members.errors import NotACompanyError, NotAMemberError, PhoneCodeRequiredError, PhoneTakenError
from functions.members.profiles import Change, Identity
from functions.members.registry import Beside
from functions.members.rows import RowKey, delete, lookup, put_if_absent
from functions.members.transactions import BlockedError
from loyalty.clock import local_date
from loyalty.dynamo import Item
from loyalty.identity import LOOKUP, phone_key
from loyalty.programme import Programme
from loyalty.settings import time_zone
from loyalty.types import MemberId


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member wants changed; what is not named stays.

    Attributes:
        fields: profile attributes by name, None to remove one.
        phone: a new phone, E.164, with the code sent to it.
        terms_version: terms accepted anew.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    consents: Mapping[Purpose, bool] = field(default_factory=dict)
    phone: str | None = None
    phone_code: str | None = None
    terms_version: str | None = None


def edit(member_id: MemberId, login: str, wish: Wish, programme: Programme, now: datetime) -> Identity:
    """Change a profile, its consents, or the phone; repeating it changes nothing.

    Raises:
        NotAMemberError: the membership was erased.
        UnderAgeError, ImplausibleBirthdayError, TermsNotAcceptedError: the change would not be admitted.
        PhoneCodeRequiredError, PhoneCodeInvalidError, TooManyError: the new phone is not proved.
        NotACompanyError: company data of a natural person.
        PhoneTakenError: the new phone has a membership of its own.
    """
    _require_admissible(wish, programme, now)
    present = profiles.load(member_id)
    if present is None:
        raise NotAMemberError
    if "company" in wish.fields and present.profile["type"] != Person.COMPANY:
        raise NotACompanyError
    proof = _proof(present, login, wish, now)
    try:
        return profiles.change(member_id, lambda identity: _change(identity, wish, proof, now), now)
    except BlockedError as blocked:
        if wish.phone and RowKey(phone_key(wish.phone), LOOKUP) in blocked.rows:
            raise PhoneTakenError from None
        raise proof.refusal if proof else blocked from None


def edited(identity: Identity, wish: Wish, now: datetime) -> Identity:
    """Return the member after the wish."""
    profile: Item = {**identity.profile, **wish.fields}
    if wish.phone:
        profile |= {"phone": wish.phone, "phone_verified": True}
    agreed = consent.with_choices(consent.with_terms(identity.consent, wish.terms_version, now), wish.consents, now)
    kept = {name: value for name, value in profile.items() if value is not None}
    return replace(identity, profile=kept, consent=agreed)


def _require_admissible(wish: Wish, programme: Programme, now: datetime) -> None:
    rules = programme.enrolment
    if birthday := wish.fields.get("birthday"):
        require_age(date.fromisoformat(birthday), rules.minimum_age, local_date(now, time_zone()))
    if wish.terms_version:
        admission.require_terms(wish.terms_version, rules)


def _proof(present: Identity, login: str, wish: Wish, now: datetime) -> Beside | None:
    if wish.phone in (None, present.profile["phone"]):
        return None
    if wish.phone_code is None:
        raise PhoneCodeRequiredError
    return phone_codes.prove(login, wish.phone, wish.phone_code, now)


def _change(identity: Identity, wish: Wish, proof: Beside | None, now: datetime) -> Change | None:
    old = identity.profile["phone"]
    if proof is None or wish.phone in (None, old):
        after = edited(identity, replace(wish, phone=None), now)
        return Change(after) if after != identity else None
    moved = [
        put_if_absent(lookup(phone_key(wish.phone), identity.member_id)),
        delete(RowKey(phone_key(old), LOOKUP)),
        proof.part,
    ]
    return Change(edited(identity, wish, now), moved)
