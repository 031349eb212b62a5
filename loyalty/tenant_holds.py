"""Holding a tenant: the marks in both of its rows that make the checkout refuse its purchases (requirement F4).

Set where a velocity limit is passed (`functions.control`), taken away by an operator (`functions.tenants`). The
alarms that hold, or held, lie in the control table under keys both know.
"""

from typing import Any

from loyalty import tenant_list, tenants
from loyalty.dynamo import to_item
from loyalty.settings import setting
from loyalty.types import TenantId

ALARM, SHELF = "alarm", "alarms"


def alarms_table() -> str:
    """Return the name of the table of alarms."""
    return setting("CONTROL_TABLE")


def alarm_key(alarm_id: str) -> dict[str, str]:
    """Return the key of an alarm."""
    return {"control_id": f"{ALARM}/{alarm_id}", "kind": ALARM}


def hold(tenant_id: TenantId, alarm_id: str, at: str) -> list[dict[str, Any]]:
    """Return the transaction parts that hold a tenant; one that is held already stays held by its first alarm."""
    set_ = "SET held = :yes, held_by = if_not_exists(held_by, :alarm), held_since = if_not_exists(held_since, :at)"
    values = {":yes": True, ":alarm": alarm_id, ":at": at}
    return _both(tenant_id, set_, "attribute_exists(tenant_id)", values)


def release(tenant_id: TenantId, alarm_id: str, login: str) -> list[dict[str, Any]]:
    """Return the transaction parts that let a tenant trade again, if it is this alarm that holds it."""
    change = "SET released_by = :login, released_alarm = :alarm REMOVE held, held_by, held_since"
    return _both(tenant_id, change, "held_by = :alarm", {":alarm": alarm_id, ":login": login})


def _both(tenant_id: TenantId, expression: str, condition: str, values: dict[str, object]) -> list[dict[str, Any]]:
    return [
        {
            "Update": {
                "TableName": tenants.table(),
                "Key": to_item(key),
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": to_item(values),
            }
        }
        for key in (tenants.key(tenant_id), tenant_list.key(tenant_id))
    ]
