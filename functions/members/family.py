"""What members do with the relatives they register (requirement M4).

Every change goes through the member's profile and its revision (`functions.members.profiles`): two requests at the
limit, an erasure and a registration, a withdrawal and a use of what was agreed to follow one another.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from functions.members import family_entries, profiles
from functions.members.errors import NotAMemberError
from functions.members.family_entries import Moment, Row, Told, id_of, kind_of
from functions.members.family_errors import RelativeNotFoundError
from functions.members.profiles import Change, Identity
from functions.members.requests import Request
from functions.members.rows import Part, RowKey, delete
from functions.members.transactions import BlockedError
from loyalty.errors import NotFoundError
from loyalty.settings import time_zone
from loyalty.types import MemberId

KEY_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to change of a relative; None stays, an empty call name is removed."""

    call_name: str | None = None
    birthday: date | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A relative's row, and whether an earlier request made it."""

    row: Row
    replayed: bool


def listed(member_id: MemberId, now: datetime) -> list[Row]:
    """Return the relatives a member has registered, in the order of their ids.

    Raises:
        NotAMemberError: the membership was erased.
    """
    return family_entries.alive(_identity(member_id).relatives, now)


def register(member_id: MemberId, told: Told, request: Request, now: datetime) -> Registered:
    """Register a relative once, however often the request comes.

    Raises:
        RelativeNotFoundError: the request was answered before, and the relative has gone since.
        IdempotencyKeyReusedError, BusyError, NotAMemberError: as their names say.
        FamilyFullError and others: see `family_entries.registered`.
    """
    if standing := request.standing():
        return _replayed(member_id, standing["relative_id"], now)
    relative_id, moment = secrets.token_hex(8), Moment(now, time_zone())

    def edit(identity: Identity) -> Change | None:
        # After a lost answer the row is there by our own hand.
        if _row(identity, relative_id):
            return None
        after = family_entries.registered(identity, relative_id, told, moment)
        return Change(after, [request.remember({"relative_id": relative_id})])

    try:
        return Registered(_found(_changed(member_id, edit, now), relative_id), replayed=False)
    except BlockedError as blocked:
        if request.key not in blocked.rows:
            raise
        return _replayed(member_id, request.same(blocked.rows[request.key])["relative_id"], now)


def correct(member_id: MemberId, relative_id: str, wanted: Wanted, now: datetime) -> Row:
    """Change what is said of a relative; repeating it changes nothing.

    Raises:
        RelativeNotFoundError, NotAMemberError, BusyError: as their names say.
        OtherConsentNeededError and others: see `family_entries.changed`.
    """
    moment = Moment(now, time_zone())

    def edit(identity: Identity) -> Change | None:
        row = found_alive(identity, relative_id, now)
        call_name = row.get("call_name") if wanted.call_name is None else wanted.call_name or None
        birthday = wanted.birthday or date.fromisoformat(row["birthday"])
        after = family_entries.changed(identity, row, call_name, birthday, moment)
        return Change(after) if after != identity else None

    return _found(_changed(member_id, edit, now), relative_id)


def remove(member_id: MemberId, relative_id: str, now: datetime) -> None:
    """Withdraw a consent and forget the relative; repeating it changes nothing.

    Raises:
        BusyError: others change the same member.
        NotAMemberError: the membership was erased.
    """

    def edit(identity: Identity) -> Change | None:
        row = _row(identity, relative_id)
        return Change(family_entries.removed(identity, row, now), agreement_parts([row])) if row else None

    _changed(member_id, edit, now)


def agreement_key(member_id: str, relative_id: str, phone_digest: str) -> RowKey:
    """Return the key of the row by which the owner of a phone finds what they agreed to."""
    return RowKey(f"adult/{phone_digest}", f"{member_id}/{relative_id}")


def agreement_parts(rows: Sequence[Row]) -> list[Part]:
    """Return the writes that remove what adults would find these rows by."""
    keys = [agreement_key(row["member_id"], id_of(row), row["phone_digest"]) for row in rows if row.get("phone_digest")]
    return [delete(key) for key in keys]


def found_alive(identity: Identity, relative_id: str, now: datetime) -> Row:
    """Return the row of a relative who has not lapsed.

    Raises:
        RelativeNotFoundError: there is none.
    """
    row = _row(identity, relative_id)
    if row is None or not family_entries.alive([row], now):
        raise RelativeNotFoundError
    return row


def told(row: Row) -> dict[str, Any]:
    """Return what a member may read of a relative, which is everything but the digest of a phone."""
    kept = ("relation", "call_name", "birthday", "registered_at", "consent")
    return {"relative_id": id_of(row), **{name: row[name] for name in kept if name in row}}


def _identity(member_id: MemberId) -> Identity:
    identity = profiles.load(member_id)
    if identity is None:
        raise NotAMemberError
    return identity


def _changed(member_id: MemberId, edit: profiles.Edit, now: datetime) -> Identity:
    try:
        return profiles.change(member_id, edit, now)
    except RelativeNotFoundError:
        raise
    except NotFoundError:
        raise NotAMemberError from None


def _replayed(member_id: MemberId, relative_id: str, now: datetime) -> Registered:
    return Registered(found_alive(_identity(member_id), relative_id, now), replayed=True)


def _found(identity: Identity, relative_id: str) -> Row:
    row = _row(identity, relative_id)
    if row is None:
        raise RelativeNotFoundError
    return row


def _row(identity: Identity, relative_id: str) -> Row | None:
    return next((row for row in identity.relatives if row["kind"] == kind_of(relative_id)), None)
