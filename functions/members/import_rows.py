"""Files of members: `phone,name,birthday,email,card_no,enrolled_at,tier,points,points_expire_on` (requirements M8).

A row is a member; the phone says which one. Of several rows with the same phone the first counts: a later one that
says the same is known, one that says something else is refused. Members of a file never agreed to terms, so they
are unclaimed; opening points are an entry of the ledger like any other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from functions.members import registry
from functions.members.age import require_age
from functions.members.applicants import Applicant, Channel
from functions.members.errors import CardTakenError, PhoneNeedsVerificationError, UnknownTierError
from functions.members.rows import PROFILE, RowKey
from loyalty import account_store, dynamo, identity, ledger, programme_store
from loyalty.accounts import Account, credit
from loyalty.buckets import bucket_for, bucket_key
from loyalty.clock import iso, local_date, local_day, utc_now
from loyalty.entries import Cause, EntryKey, Reason, fingerprint, source
from loyalty.errors import BusyError, IdempotencyKeyReusedError, LoyaltyError
from loyalty.fields import MAX_POINTS
from loyalty.imports import cells
from loyalty.imports.cells import CellError
from loyalty.imports.kinds import (
    ACCEPTED,
    KNOWN,
    Batch,
    FileKind,
    Finding,
    RawRow,
    Refusal,
    Repeat,
    Unit,
    Verdict,
    refused,
)
from loyalty.ledger import Decision, Loaded
from loyalty.programme import Programme
from loyalty.settings import time_zone
from loyalty.standing import require
from loyalty.types import Day, Kind, MemberId, Origin, Purse, Status

COLUMNS = ("phone", "name", "birthday", "email", "card_no", "enrolled_at", "tier", "points", "points_expire_on")
REQUIRED = frozenset({"phone", "name"})
FIRST_BIRTH_YEAR = 1900
FIRST_MEMBERSHIP_YEAR = 1950
OPENING = "points"
"""The movement of a member's opening balance."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}\.[^@\s.]{1,63}")
_CARD = re.compile(r"[A-Za-z0-9-]{4,32}")
_NOT_DIGITS = re.compile(r"[^0-9]")
_COLUMN_OF: dict[type[LoyaltyError], str] = {
    PhoneNeedsVerificationError: "phone",
    CardTakenError: "card_no",
    UnknownTierError: "tier",
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What rows are judged with, beside themselves.

    Attributes:
        zone: the mall's time zone.
        now: the instant they are judged at.
    """

    programme: Programme
    zone: str
    now: datetime


def shard(row: Mapping[str, str]) -> str:
    """Return what all spellings of a phone number have in common: its last eight digits."""
    return _NOT_DIGITS.sub("", row.get("phone", ""))[-8:]


def check(rows: Iterable[RawRow], batch: Batch) -> Iterator[Finding]:
    """Judge the rows of a partition as `sift` does, with the programme in force."""
    return sift(rows, Circumstances(programme_store.current(batch.uploaded_at), time_zone(), batch.uploaded_at))


def sift(rows: Iterable[RawRow], at: Circumstances) -> Iterator[Finding]:
    """Read rows, in the order of the file, and drop what repeats an earlier one.

    Yields:
        Refused rows, repetitions, and members.
    """
    members: dict[str, Mapping[str, Any]] = {}
    for raw in rows:
        try:
            phone, data = read(raw, at)
        except CellError as error:
            yield Refusal(raw.row, error.column, error.code)
            continue
        first = members.setdefault(phone, data)
        if first is data:
            yield Unit(phone, "", (raw.row,), data, credits=data["points"] > 0)
        else:
            yield Repeat(raw.row) if first == data else Refusal(raw.row, "phone", "contradicts_earlier_row")


def read(raw: RawRow, at: Circumstances) -> tuple[str, dict[str, Any]]:
    """Read one row: the phone, and the rest as JSON-ready values.

    Raises:
        CellError: with the first column that cannot be used.
    """
    if not raw.complete:
        raise CellError("", "wrong_number_of_cells")
    row = raw.cells
    points = cells.whole(row, "points", 0, MAX_POINTS, 0)
    lapse = cells.day(row, "points_expire_on")
    return cells.phone(row), {
        "name": cells.text(row, "name", 64),
        "birthday": _birthday(row, at),
        "email": cells.matching(row, "email", _EMAIL, "invalid_email") if row.get("email") else None,
        "card_no": cells.matching(row, "card_no", _CARD, "invalid_card_no") if row.get("card_no") else None,
        "enrolled_at": _enrolled_at(row, at),
        "tier": _tier(row, at.programme),
        "points": points,
        "points_expire_on": lapse.isoformat() if lapse and points else None,
    }


def _birthday(row: Mapping[str, str], at: Circumstances) -> str | None:
    birthday = cells.day(row, "birthday", FIRST_BIRTH_YEAR)
    if birthday is None:
        return None
    try:
        require_age(birthday, at.programme.enrolment.minimum_age, local_date(at.now, at.zone))
    except LoyaltyError as refusal:
        raise CellError("birthday", refusal.code) from None
    return birthday.isoformat()


def _enrolled_at(row: Mapping[str, str], at: Circumstances) -> str | None:
    if not row.get("enrolled_at"):
        return None
    enrolled_at = cells.instant(row, "enrolled_at", at.zone, FIRST_MEMBERSHIP_YEAR)
    if enrolled_at > at.now:
        raise CellError("enrolled_at", "in_future")
    return enrolled_at.isoformat()


def _tier(row: Mapping[str, str], programme: Programme) -> str | None:
    tier = row.get("tier")
    if tier and tier not in {rung.code for rung in programme.tiers.ladder}:
        raise CellError("tier", UnknownTierError.code)
    return tier or None


def apply(unit: Unit, batch: Batch) -> Verdict:
    """Enrol one member and credit the opening points; what is transient is raised."""
    now = utc_now()
    programme = programme_store.current(now)
    try:
        enrolled = registry.enrol(
            _applicant(unit),
            Status.UNCLAIMED,
            programme,
            now,
            Origin.IMPORT,
            batch.import_id,
            actor=batch.actor,
            correlation_id=batch.import_id,
        )
        new = enrolled.created or _batch_of(enrolled.member_id) == batch.import_id
        credited = unit.credits and _credit_opening(enrolled.member_id, unit.data, programme, batch, now)
    except IdempotencyKeyReusedError:
        return refused("points", "opening_balance_differs")
    except BusyError:
        raise
    except LoyaltyError as refusal:
        return refused(_COLUMN_OF.get(type(refusal), "points"), refusal.code)
    return ACCEPTED if new or credited else KNOWN


def _applicant(unit: Unit) -> Applicant:
    data = unit.data
    return Applicant(
        name=data["name"],
        phone=unit.key,
        phone_verified=False,
        birthday=date.fromisoformat(data["birthday"]) if data["birthday"] else None,
        email=data["email"],
        card_no=data["card_no"],
        channel=Channel.IMPORT,
        enrolled_at=datetime.fromisoformat(data["enrolled_at"]) if data["enrolled_at"] else None,
        tier=data["tier"],
    )


def _batch_of(member_id: MemberId) -> str | None:
    """Return the import that made a member, None for members who came another way."""
    row = dynamo.get(identity.table(), RowKey(member_id, PROFILE).item(), consistent=True)
    return row.get("batch") if row else None


def _credit_opening(
    member_id: MemberId, data: Mapping[str, Any], programme: Programme, batch: Batch, now: datetime
) -> bool:
    """Credit a member's opening balance, once and for all; return whether this import did."""
    cause = _opening_cause(member_id, data, batch, now)

    def load(certain: bool) -> Loaded[None]:
        if certain:
            account, standing, _ = ledger.look_again(member_id, cause.key)
            return Loaded(account, standing, None)
        return Loaded(account_store.read(member_id), None, None)

    def decide(loaded: Loaded[None]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        return opening(loaded.account, data, programme, local_date(now, time_zone()), local_day(now, time_zone()))

    return ledger.settle(cause, programme, load, decide).entry.cause.batch == batch.import_id


def _opening_cause(member_id: MemberId, data: Mapping[str, Any], batch: Batch, now: datetime) -> Cause:
    return Cause(
        key=EntryKey(source("opening", member_id), OPENING),
        kind=Kind.OPENING,
        at=iso(now),
        recorded_at=iso(now),
        actor=batch.actor,
        origin=Origin.IMPORT,
        correlation_id=batch.import_id,
        fingerprint=fingerprint({"points": data["points"], "expire_on": data["points_expire_on"]}),
        batch=batch.import_id,
    )


def opening(account: Account, data: Mapping[str, Any], programme: Programme, today: date, day: Day) -> Decision:
    """Decide an opening balance: points into the bucket of their last day, or of the programme's rule. Pure.

    Raises:
        MembershipStatusError: if the membership may not be credited.
    """
    require(account.status, Kind.OPENING)
    points, last_day = data["points"], data["points_expire_on"]
    rule = bucket_for(today, programme.expiry, programme.pending)
    bucket = bucket_key(date.fromisoformat(last_day)) if last_day else rule
    legs = credit(account, Purse.POINTS, points, bucket, day)
    after = account.tidied(day).moved(legs)
    lapsed = sum(leg.points for leg in legs if leg.points < 0)
    reasons = [Reason("opening_balance", Purse.POINTS, points), Reason("lapsed", Purse.POINTS, lapsed)]
    return Decision(
        account=after,
        legs=tuple(legs),
        reasons=tuple(reason for reason in reasons if reason.points),
        answer={
            "points_earned": points,
            "points_spent": 0,
            "balance": after.balance(Purse.POINTS, day),
            "tier": after.rung.code,
        },
    )


MEMBERS = FileKind(name="members", columns=COLUMNS, required=REQUIRED, shard=shard, check=check, apply=apply)
