"""Letting a held tenant trade again: an operator's word, kept with the alarm that held it (requirement F4)."""

from datetime import datetime
from typing import Any

from functions.tenants import registry
from functions.tenants.errors import TenantNotHeldError
from loyalty import attempts, tenant_holds
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.types import Origin, TenantId

RELEASED = "TenantReleased"


def release(tenant_id: TenantId, text: str, login: str, trace: str, now: datetime) -> Plan[Item]:
    """Release a held tenant; a repetition by the same person is answered alike.

    Raises:
        NotFoundError: if there is no such tenant.
        TenantNotHeldError: if there is nothing to release.
    """

    def decide(row: Item) -> Plan[Item]:
        if not row.get("held"):
            if row.get("released_by") == login:
                return Plan(row, replayed=True)
            raise TenantNotHeldError
        alarm_id = row["held_by"]
        writes = (*tenant_holds.release(tenant_id, alarm_id, login), _released(alarm_id, text, login, trace, now))
        return Plan({**row, "held": False, "held_since": None}, writes)

    return attempts.settle(lambda _certain: registry.read(tenant_id), decide)


def _released(alarm_id: str, text: str, login: str, trace: str, now: datetime) -> dict[str, Any]:
    """Return the part that writes into the alarm who released the tenant, and why: its next version, with its event."""
    values = {
        ":login": login,
        ":at": iso(now),
        ":text": text,
        ":happened": [RELEASED],
        ":origin": Origin.STAFF,
        ":trace": trace,
        ":one": 1,
    }
    return {
        "Update": {
            "TableName": tenant_holds.alarms_table(),
            "Key": to_item(tenant_holds.alarm_key(alarm_id)),
            "UpdateExpression": "SET released_by = :login, released_at = :at, release_text = :text, "
            "happened = :happened, #at = :at, recorded_at = :at, actor = :login, origin = :origin, "
            "correlation_id = :trace, #version = #version + :one",
            "ConditionExpression": "attribute_exists(control_id)",
            "ExpressionAttributeNames": {"#at": "at", "#version": "version"},
            "ExpressionAttributeValues": to_item(values),
        }
    }
