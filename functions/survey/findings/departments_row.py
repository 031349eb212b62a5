"""The row of what a mall sets for its surveys: read, remembered for half a minute, changed by operators (S4, S6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.survey.findings import departments
from functions.survey.findings.departments import Filing
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.offers import ChangedMeanwhileError
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.surveys import settings

CHANGED = ("version", "changed_by", "changed_at")
"""What the row says beside the settings themselves."""


@kept_for(HALF_A_MINUTE)
def remembered() -> Filing:
    """Return how the mall files findings, as it was less than half a minute ago."""
    return departments.of_row(dynamo.get(settings.table(), settings.KEY))


def read() -> Filing:
    """Return how the mall files findings, as it is now."""
    return departments.of_row(settings.row())


def change(wanted: Mapping[str, Any], version: int, login: str, now: datetime) -> Plan[Item]:
    """Replace the settings over exactly the version that was looked at; return the row.

    Args:
        wanted: all settings, JSON-ready.
        version: 0 where none were ever set.

    Raises:
        ChangedMeanwhileError: if somebody else changed them.
    """

    def decide(row: Item | None) -> Plan[Item]:
        standing = row or {}
        if standing.get("version", 0) == version + 1 and _is_same(standing, wanted, login):
            return Plan(standing, replayed=True)
        if standing.get("version", 0) != version:
            raise ChangedMeanwhileError(version=standing.get("version", 0))
        after = {**settings.KEY, **wanted, "version": version + 1, "changed_by": login, "changed_at": iso(now)}
        return Plan(after, (_put(after, version),))

    return attempts.settle(lambda _certain: settings.row(), decide)


def _is_same(row: Item, wanted: Mapping[str, Any], login: str) -> bool:
    return row["changed_by"] == login and all(row.get(name) == value for name, value in wanted.items())


def _put(row: Item, before: int) -> Mapping[str, Any]:
    put: dict[str, Any] = {"TableName": settings.table(), "Item": to_item(row)}
    if not before:
        return {"Put": {**put, "ConditionExpression": "attribute_not_exists(version)"}}
    values = to_item({":before": before})
    return {"Put": {**put, "ConditionExpression": "version = :before", "ExpressionAttributeValues": values}}
