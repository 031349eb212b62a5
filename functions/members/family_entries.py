"""The rows of a member's relatives, and how they change (requirements M4, K1; ADR 1015). Pure.

As little as the purpose needs: what they are to the member, a name to call them by if the member likes, the birthday.
No full name, no phone: the phone that agreed stays as a keyed digest alone. A row lapses by its time to live where the
consent it needs is not there: after a week where an adult was never heard, after a while where a child grew up.

    minor child      ──> in use, by the guardian's consent ──> 18 ──> waits 90 days for the child's own ──> gone
    everybody else   ──> waits 7 days for their consent ──> in use ──> gone when withdrawn
"""

from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from functions.members import consent
from functions.members.age import require_plausible
from functions.members.calendar_days import corrected, listed
from functions.members.family_errors import (
    FamilyChangedTooOftenError,
    FamilyFullError,
    GuardianConsentRequiredError,
    NoConsentNeededError,
    OtherConsentNeededError,
    RelativeTooYoungError,
)
from functions.members.family_terms import VERSION
from functions.members.profiles import Identity
from loyalty.birthdays import age_on
from loyalty.clock import iso, local_date, zone
from loyalty.family import ADULT, RELATIVE, Consenter, Relation, consenter, counts

MOST = {Relation.SPOUSE: 1, Relation.PARENT: 4}
"""Parents are the member's and the spouse's."""
MOST_TOGETHER = 10
MOST_A_YEAR = 20
"""Registrations in a calendar year, so that nobody has a relative for every day."""
HEARD_WITHIN = timedelta(days=7)
GROWN_WAITS = timedelta(days=90)
_YEAR, _COUNT = "family_year", "family_count"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens, and by which calendar."""

    now: datetime
    zone: str

    @property
    def today(self) -> date:
        """The mall-local date."""
        return local_date(self.now, self.zone)


@dataclass(frozen=True, slots=True)
class Told:
    """What a member tells of a relative.

    Attributes:
        guardian_terms_version: the text the guardian agreed to, of a minor child.
    """

    relation: Relation
    birthday: date
    call_name: str | None = None
    guardian_terms_version: str | None = None


def kind_of(relative_id: str) -> str:
    """Return the kind of a relative's row."""
    return f"{RELATIVE}{relative_id}"


def id_of(row: Row) -> str:
    """Return the id of the relative a row is about."""
    return str(row["kind"]).removeprefix(RELATIVE)


def alive(rows: Iterable[Row], now: datetime) -> list[Row]:
    """Return the rows that have not lapsed; DynamoDB takes the others away within days."""
    return [row for row in rows if row.get("ttl", now.timestamp() + 1) > now.timestamp()]


def registered(identity: Identity, relative_id: str, told: Told, moment: Moment) -> Identity:
    """Return the member with one relative more.

    Raises:
        FamilyFullError, FamilyChangedTooOftenError: there are enough of them.
        ImplausibleBirthdayError, RelativeTooYoungError: it cannot be their birthday.
        GuardianConsentRequiredError: a minor without the guardian's consent.
    """
    _require_room(identity.relatives, told.relation, moment.now)
    _require_plausible(told, moment.today)
    row = {
        "member_id": identity.member_id,
        "kind": kind_of(relative_id),
        "relation": told.relation,
        "call_name": told.call_name,
        "birthday": told.birthday.isoformat(),
        "born": f"{told.birthday:%m%d}",
        "registered_at": iso(moment.now),
    }
    after = replace(identity, consent=_counted(identity.consent, moment.today))
    if consenter(told.relation, told.birthday, moment.today) is Consenter.ADULT:
        return _with(after, _settled(row, moment))
    if told.guardian_terms_version != VERSION:
        raise GuardianConsentRequiredError(terms_version=VERSION)
    return agreed(after, row, Consenter.GUARDIAN, moment)


def changed(identity: Identity, row: Row, call_name: str | None, birthday: date, moment: Moment) -> Identity:
    """Return the member with another call name or birthday of a relative; for gifts a birthday is corrected once.

    Raises:
        ImplausibleBirthdayError, RelativeTooYoungError: it cannot be their birthday.
        OtherConsentNeededError: with this birthday the consent would be somebody else's.
    """
    relation, before = Relation(row["relation"]), date.fromisoformat(row["birthday"])
    if birthday != before:
        _require_plausible(Told(relation, birthday), moment.today)
        if consenter(relation, birthday, moment.today) is not consenter(relation, before, moment.today):
            raise OtherConsentNeededError
    moved = {**corrected(row, f"{birthday:%m%d}"), "call_name": call_name, "birthday": birthday.isoformat()}
    after = _settled(moved, moment)
    return _with(identity, after) if after != row else identity


def agreed(identity: Identity, row: Row, by: Consenter, moment: Moment, phone_digest: str | None = None) -> Identity:
    """Return the member with a relative who may be used from now on.

    Args:
        phone_digest: of the phone whose owner agreed, where that is the relative.
    """
    given = {"by": by, "version": VERSION, "at": iso(moment.now)}
    after = _settled({**row, "consent": given, "phone_digest": phone_digest}, moment)
    decision = {"granted": True, "by": by, "version": VERSION}
    told = consent.with_relative(identity.consent, id_of(row), decision, moment.now)
    return _with(replace(identity, consent=told), after)


def removed(identity: Identity, row: Row, now: datetime) -> Identity:
    """Return the member without a relative; that a consent ended is recorded."""
    staying = tuple(one for one in identity.relatives if one["kind"] != row["kind"])
    told = identity.consent
    if "consent" in row:
        told = consent.with_relative(told, id_of(row), {"granted": False}, now)
    return replace(identity, relatives=staying, consent=dict(told))


def require_own_consent(row: Row, today: date) -> None:
    """Raise if nobody but the guardian has to agree.

    Raises:
        NoConsentNeededError: the relative is a minor.
    """
    if consenter(row["relation"], date.fromisoformat(row["birthday"]), today) is not Consenter.ADULT:
        raise NoConsentNeededError


def _require_room(rows: Iterable[Row], relation: Relation, now: datetime) -> None:
    relations = [row["relation"] for row in alive(rows, now)]
    if len(relations) >= MOST_TOGETHER:
        raise FamilyFullError(relation="any", most=MOST_TOGETHER)
    most = MOST.get(relation, MOST_TOGETHER)
    if relations.count(relation) >= most:
        raise FamilyFullError(relation=relation.value, most=most)


def _require_plausible(told: Told, today: date) -> None:
    require_plausible(told.birthday, today)
    if told.relation is not Relation.CHILD and age_on(told.birthday, today) < ADULT:
        raise RelativeTooYoungError(minimum_age=ADULT)


def _counted(consents: Row, today: date) -> dict[str, Any]:
    """Return the consent row with this registration counted in its year."""
    count = consents.get(_COUNT, 0) if consents.get(_YEAR) == today.year else 0
    if count >= MOST_A_YEAR:
        raise FamilyChangedTooOftenError(most=MOST_A_YEAR)
    return {**consents, _YEAR: today.year, _COUNT: count + 1}


def _with(identity: Identity, row: Row) -> Identity:
    others = [one for one in identity.relatives if one["kind"] != row["kind"]]
    relatives = sorted([*others, dict(row)], key=lambda one: str(one["kind"]))
    return replace(identity, relatives=tuple(relatives))


def _settled(row: Row, moment: Moment) -> dict[str, Any]:
    """Return a row with what follows from it: its place in the index of birthdays, and when it lapses."""
    ends = _lapses_at(row, moment)
    told = {name: value for name, value in row.items() if value is not None and name not in {"born_on", "ttl"}}
    after = listed(told) if counts(row, moment.today) else told
    return {**after, "ttl": ends} if ends else after


def _lapses_at(row: Row, moment: Moment) -> int | None:
    """Return from when on the row is void, in seconds since 1970; None while nothing ends it."""
    if not counts(row, moment.today):
        return int(row.get("ttl") or (moment.now + HEARD_WITHIN).timestamp())
    if row["consent"]["by"] == Consenter.ADULT:
        return None
    return int((_grown_up(date.fromisoformat(row["birthday"]), moment.zone) + GROWN_WAITS).timestamp())


def _grown_up(birthday: date, zone_name: str) -> datetime:
    """Return the start of the mall-local day on which somebody is an adult."""
    year = birthday.year + ADULT
    is_leap_born = (birthday.month, birthday.day) == (2, 29)
    day = date(year, 3, 1) if is_leap_born and not isleap(year) else birthday.replace(year=year)
    return datetime.combine(day, time.min, zone(zone_name))
