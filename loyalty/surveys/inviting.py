"""Writing an invitation: once per occasion, and to nobody who was asked too recently, in one transaction.

row                     key (`survey_id`, `kind`)
an invitation           `invitation/<id>`, `invitation`
when a member was asked `member/<member_id>`, `slot`     the end of their rest, the last time per survey

The member's slot is changed by condition, so of any number of occasions at the same time exactly one invites.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.pepper import digest
from loyalty.surveys.invitation import WAITING, Invitation, to_row
from loyalty.surveys.occasion import Occasion
from loyalty.surveys.running import Running
from loyalty.surveys.settings import Settings, table

INVITATION, SLOT = "invitation", "slot"
DUE_SHARDS = 16
LINK_PURPOSE = "survey-link"
REST_UNTIL = "rest_until"
ASKED = "asked_"
KEPT_AFTER_END = timedelta(days=400)
"""How long an invitation outlives its last day: longer than any event or answer refers to it."""
WAITING_PLACE, OVER_PLACE = "waiting/", "over/"


def key(invitation_id: str) -> dict[str, str]:
    """Return the key of an invitation."""
    return {"survey_id": f"{INVITATION}/{invitation_id}", "kind": INVITATION}


def slot_key(member_id: str) -> dict[str, str]:
    """Return the key of the row that says when a member was asked."""
    return {"survey_id": f"member/{member_id}", "kind": SLOT}


def token_for(running: Running, occasion: Occasion) -> str:
    """Return the token of the invitation to a survey for an occasion: unguessable, and the same every time."""
    return digest(LINK_PURPOSE, f"{running.series_id}\n{occasion.member_id}\n{occasion.key}")


def is_rested(slot: Item | None, running: Running, now: datetime) -> bool:
    """Tell whether a member may be asked this survey now, as far as earlier invitations go."""
    if slot is None:
        return True
    if running.minds_fatigue and slot.get(REST_UNTIL, "") > iso(now):
        return False
    return running.once_days == 0 or slot.get(ASKED + running.series_id, "") <= _since(running, now)


def written(invitation: Invitation, running: Running, rules: Settings, now: datetime) -> tuple[Mapping[str, Any], ...]:
    """Return the transaction parts that invite: the invitation if absent, the member's slot if rested."""
    return put_if_absent(invitation), _taken(invitation.member_id, running, rules, now)


def put_if_absent(invitation: Invitation) -> Mapping[str, Any]:
    """Return the part that writes a new invitation."""
    return {"Put": _put(invitation, "attribute_not_exists(kind)")}


def put_if_unchanged(invitation: Invitation) -> Mapping[str, Any]:
    """Return the part that writes an invitation's next version over exactly the one that was read."""
    return {"Put": _put(invitation, "version = :before", {":before": invitation.version - 1})}


def row_of(invitation: Invitation) -> Item:
    """Return the invitation as the row that is stored."""
    waits = invitation.state in WAITING
    over = datetime.fromisoformat(invitation.expires_at) + KEPT_AFTER_END
    place = f"{WAITING_PLACE}{invitation.expires_at}" if waits else f"{OVER_PLACE}{invitation.at}"
    return {
        **key(invitation.invitation_id),
        **to_row(invitation),
        "placed": f"{place}/{invitation.invitation_id}",
        "due_shard": zlib.crc32(invitation.invitation_id.encode()) % DUE_SHARDS if invitation.due_at else None,
        "due_on": invitation.due_at,
        "ttl": int(over.timestamp()),
    }


def _put(invitation: Invitation, condition: str, values: Mapping[str, object] | None = None) -> dict[str, Any]:
    more = {"ExpressionAttributeValues": to_item(values)} if values else {}
    return {"TableName": table(), "Item": to_item(row_of(invitation)), "ConditionExpression": condition, **more}


def _taken(member_id: str, running: Running, rules: Settings, now: datetime) -> Mapping[str, Any]:
    """Return the part that takes a member's slot, refused where they were asked too recently."""
    conditions, names = list[str](), {"#asked": ASKED + running.series_id, "#rest": REST_UNTIL}
    values = {":now": iso(now), ":rest": iso(now + timedelta(days=rules.fatigue_days))}
    if running.minds_fatigue:
        conditions.append("(attribute_not_exists(#rest) OR #rest <= :now)")
    if running.once_days:
        conditions.append("(attribute_not_exists(#asked) OR #asked <= :since)")
        values[":since"] = _since(running, now)
    update = {
        "TableName": table(),
        "Key": to_item(slot_key(member_id)),
        "UpdateExpression": "SET #asked = :now, #rest = :rest",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_item(values),
    }
    return {"Update": {**update, **({"ConditionExpression": " AND ".join(conditions)} if conditions else {})}}


def _since(running: Running, now: datetime) -> str:
    return iso(now - timedelta(days=running.once_days))
