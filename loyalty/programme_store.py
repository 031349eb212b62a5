"""The programme's versions: a dated row each, cached for half a minute.

A change is announced ahead of the day it takes effect (requirements K5), so half a minute of the old version is
harmless; the entry names the version it used. Rows are written once and never deleted: an announcement that is taken
back before its day keeps its row, marked as withdrawn, and is in force on no day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from loyalty import dynamo, tiers
from loyalty.accounts import Account
from loyalty.clock import local_date, local_day
from loyalty.dynamo import Item
from loyalty.programme import Programme
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.settings import setting, time_zone

NAME = "program"
FROM_THE_START = "2000-01-01"
"""When the version a mall starts with took effect."""


class NoProgrammeError(RuntimeError):
    """The mall was deployed without its programme: a mistake of the deployment, not of a request."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the programme, as its row holds it.

    Attributes:
        text: the programme as JSON.
        announcement: what the members are told, by language; empty for the version a mall starts with.
        announced_at: when, as an instant; None for the version a mall starts with.
        withdrawn_at: when the announcement was taken back; None while it stands.
    """

    number: int
    effective_from: date
    text: str
    announcement: Mapping[str, str]
    announced_at: str | None = None
    withdrawn_at: str | None = None

    @property
    def programme(self) -> Programme:
        """The programme itself."""
        return _parsed(self.text, self.number)


def table() -> str:
    """Return the programme table's name."""
    return setting("PROGRAM_TABLE")


def key(number: int) -> dict[str, Any]:
    """Return the key of a version's row."""
    return {"name": NAME, "version": number}


def current(now: datetime) -> Programme:
    """Return the programme in force at an instant.

    Raises:
        NoProgrammeError: if no version is in force yet.
    """
    today = local_date(now, time_zone()).isoformat()
    for row in _remembered():
        if row["effective_from"] <= today and "withdrawn_at" not in row:
            return _parsed(row["programme"], row["version"])
    raise NoProgrammeError


def by_version(number: int) -> Programme:
    """Return the programme an entry was made under; a number not remembered yet is looked up.

    Raises:
        NoProgrammeError: if there is no such version.
    """
    for rows in (_remembered, _read_now):
        for row in rows():
            if row["version"] == number:
                return _parsed(row["programme"], number)
    raise NoProgrammeError


def announced(now: datetime) -> list[Version]:
    """Return the versions that will take effect after this day, the next one first."""
    today = local_date(now, time_zone())
    standing = [version for version in map(version_of, _remembered()) if not version.withdrawn_at]
    return sorted((one for one in standing if one.effective_from > today), key=lambda one: one.number)


def return_window_days(now: datetime) -> int:
    """Return for how many days a purchase is remembered, so that points of goods that may come back are not given away.

    The longest of the version in force and those announced: on the day that transfers begin, the purchases of the days
    before it are known then (P8; their notice is at least as long, ADR 0816). 0: members may not transfer, nor will.
    """
    ahead = (version.programme for version in announced(now))
    return max(one.transfers.remembered_days for one in (current(now), *ahead))


def everything() -> list[Version]:
    """Return every version as it is now, newest first, withdrawn ones included."""
    return [version_of(row) for row in _read_now()]


def tier_of(account: Account, now: datetime) -> str:
    """Return the tier a member has today, reviewed where that is due.

    A member of a tier that the version in force has no more stands where that version says, or higher where their
    record reaches more (ADR 0817).
    """
    today, programme = local_day(now, time_zone()), current(now)
    rung = tiers.reviewed(account.rung, account.record, today, programme)
    if programme.tier(rung.code).code != rung.code:
        rung = tiers.upgraded(rung, account.record, today, programme)
    return programme.tier(rung.code).code


def first_version(programme: Programme) -> dict[str, Any]:
    """Return the row of the version a mall starts with."""
    return {
        **key(1),
        "effective_from": FROM_THE_START,
        "programme": programme.model_copy(update={"version": 1}).model_dump_json(),
    }


def version_of(row: Item) -> Version:
    """Return the version a row holds."""
    told = {language: row[f"text_{language}"] for language in ("zh", "en") if f"text_{language}" in row}
    return Version(
        number=row["version"],
        effective_from=date.fromisoformat(row["effective_from"]),
        text=row["programme"],
        announcement=told,
        announced_at=row.get("at"),
        withdrawn_at=row.get("withdrawn_at"),
    )


def _read_now() -> Sequence[Item]:
    return _read(consistent=True)


@kept_for(HALF_A_MINUTE)
def _remembered() -> Sequence[Item]:
    return _read(consistent=False)


def _read(*, consistent: bool) -> list[Item]:
    return list(
        dynamo.query(
            table(),
            KeyConditionExpression="#name = :name",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues=dynamo.to_item({":name": NAME}),
            ScanIndexForward=False,
            ConsistentRead=consistent,
        )
    )


@lru_cache(maxsize=32)
def _parsed(text: str, version: int) -> Programme:
    return Programme.model_validate_json(text).model_copy(update={"version": version})
