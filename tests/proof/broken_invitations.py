"""Surveys that look right and are not: what the proof of invitations must find out.

Each works without fault while one consumer hears well-formed events, one after the other, in fair weather.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.survey.inviting.hearing import Heard, MalformedEventError
from loyalty.surveys import inviting
from loyalty.surveys.invitation import Invitation
from loyalty.surveys.occasion import of_event
from loyalty.surveys.running import Running
from loyalty.surveys.settings import Settings

_true_parts = inviting.written


def taking_the_slot_unasked(
    invitation: Invitation, running: Running, rules: Settings, now: datetime
) -> tuple[Mapping[str, Any], ...]:
    """Take the member's slot without asking whether it is still as it was read: rivals invite for each occasion."""
    put, slot = _true_parts(invitation, running, rules, now)
    update = {name: part for name, part in slot["Update"].items() if name != "ConditionExpression"}
    used = {name: value for name, value in update["ExpressionAttributeValues"].items() if name != ":since"}
    return put, {"Update": {**update, "ExpressionAttributeValues": used}}


def believing_every_message(body: str) -> Heard:
    """Take what a message says without comparing it with the published model: only the unreadable is noticed."""
    try:
        detail = json.loads(body)["detail"]
        data, at = detail["data"], datetime.fromisoformat(detail["time"])
        occasion = of_event(detail["type"], detail["subject"], at, detail["origin"], data, detail["id"])
        return Heard(detail["id"], occasion, detail["id"])
    except (ValueError, TypeError, LookupError, AttributeError):
        raise MalformedEventError from None
