"""Alarms: one for each tenant or till, limit and window, and with it the hold of the tenant (ADR 0821).

(alarm/<digest>, "alarm")   index by_shelf `alarms`; written once, and again when an operator releases the tenant:
                            `raised_at` stays then, while `at`, `recorded_at` and `actor` become the release's
"""

import hashlib
from datetime import datetime
from typing import Any

from functions.control import shelves
from functions.control.velocity import Counted, Passed
from loyalty import attempts, dynamo, tenant_holds
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.types import Origin, TenantId


def alarm_id_for(tenant_id: str, passed: Passed) -> str:
    """Return the id of the one alarm of a limit in a window."""
    parts = (tenant_id, passed.till or "", passed.limit, passed.period)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def raise_(passed: Passed, by: Counted, now: datetime) -> bool:
    """Raise an alarm, once for its window, and hold the tenant with it; return whether it is new.

    What an operator released stays released for that window: the alarm is there already, and so holds nobody again.

    Args:
        by: the receipt that was counted when it was found.
    """
    alarm_id = alarm_id_for(by.tenant_id, passed)

    def load(certain: bool) -> Item | None:
        return dynamo.get(shelves.table(), tenant_holds.alarm_key(alarm_id), consistent=certain)

    def decide(standing: Item | None) -> Plan[bool]:
        if standing:
            return Plan(False)
        writes: list[dict[str, Any]] = [_put(alarm_id, passed, by, now)]
        if passed.holds:
            writes += tenant_holds.hold(TenantId(by.tenant_id), alarm_id, iso(now))
        return Plan(True, tuple(writes))

    return attempts.settle(load, decide).answer


def page(tenant_id: str | None, before: str | None, limit: int) -> tuple[list[Item], str | None]:
    """Return alarms, newest first, and where the next page starts."""
    return shelves.newest(
        shelves.BY_SHELF, tenant_holds.SHELF, before, limit, lambda row: tenant_id in {None, row["tenant_id"]}
    )


def _put(alarm_id: str, passed: Passed, by: Counted, now: datetime) -> dict[str, Any]:
    row: Item = {
        **tenant_holds.alarm_key(alarm_id),
        "alarm_id": alarm_id,
        "tenant_id": by.tenant_id,
        "till": passed.till,
        "limit": passed.limit,
        "allowed": passed.allowed,
        "found": passed.found,
        "period": passed.period,
        "held": passed.holds,
        "raised_at": iso(now),
        "shelf": tenant_holds.SHELF,
        "placed": f"{iso(now)}/{alarm_id}",
        "version": 1,
        "happened": ["VelocityAlarmRaised"],
        "at": iso(by.at),
        "recorded_at": iso(now),
        "actor": "velocity",
        "origin": Origin.SCHEDULE,
        "correlation_id": by.trace,
    }
    absent = "attribute_not_exists(kind)"
    return {"Put": {"TableName": shelves.table(), "Item": to_item(row), "ConditionExpression": absent}}
