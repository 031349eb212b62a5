"""The programme's versions: a dated row each, cached for half a minute.

A change is announced ahead of the day it takes effect (requirements K5), so half a minute of the old version is
harmless; the entry names the version it used.
"""

import time
from datetime import datetime
from functools import lru_cache
from typing import Any

from loyalty import dynamo, tiers
from loyalty.accounts import Account
from loyalty.clock import local_date, local_day
from loyalty.programme import Programme
from loyalty.settings import setting, time_zone

NAME = "program"
CACHE_SECONDS = 30


class NoProgrammeError(RuntimeError):
    """The mall was deployed without its programme: a mistake of the deployment, not of a request."""


def table() -> str:
    """Return the programme table's name."""
    return setting("PROGRAM_TABLE")


def current(now: datetime) -> Programme:
    """Return the programme in force at an instant.

    Raises:
        NoProgrammeError: if no version is in force yet.
    """
    today = local_date(now, time_zone()).isoformat()
    for row in _versions(int(time.monotonic() // CACHE_SECONDS)):
        if row["effective_from"] <= today:
            return _parsed(row["programme"], row["version"])
    raise NoProgrammeError


def tier_of(account: Account, now: datetime) -> str:
    """Return the tier a member has today; the programme is read only where a yearly review is due (ADR 0005)."""
    today = local_day(now, time_zone())
    if account.rung.until >= today:
        return account.rung.code
    return tiers.reviewed(account.rung, account.spend, today, current(now)).code


def first_version(programme: Programme) -> dict[str, Any]:
    """Return the row of the version a mall starts with."""
    return {
        "name": NAME,
        "version": 1,
        "effective_from": "2000-01-01",
        "programme": programme.model_copy(update={"version": 1}).model_dump_json(),
    }


@lru_cache(maxsize=2)
def _versions(_half_minute: int) -> list[dict[str, Any]]:
    """Return the rows, newest first; the argument makes the cache forget."""
    return list(
        dynamo.query(
            table(),
            KeyConditionExpression="#name = :name",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues=dynamo.to_item({":name": NAME}),
            ScanIndexForward=False,
        )
    )


@lru_cache(maxsize=8)
def _parsed(text: str, version: int) -> Programme:
    return Programme.model_validate_json(text).model_copy(update={"version": version})
