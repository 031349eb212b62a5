"""From rows of the surveys table to the events they mean. Pure, like `conversion`.

A row that means something says which events in `happened`: invitations, answers, findings, and the concern a member
has in a finding. All other rows (definitions, slots, figures, the journal) have no such attribute and mean nothing.
What somebody wrote stays in its row.
"""

from collections.abc import Callable, Mapping
from typing import Any

from functions.outbox.told import Source
from loyalty.dynamo import Item
from loyalty.events import surveys as s
from loyalty.events.envelope import Event
from loyalty.surveys.invitation import LINK_PATH

_SOURCE = Source("surveys", "survey_id")
_EVENTS: dict[str, type[Event]] = {event.__name__: event for event in s.SURVEY_EVENTS}


def of_survey_row(row: Item, mall: str) -> list[Event]:
    """Return the events that a version of a row means.

    Raises:
        LookupError, ValueError: if it is no row of ours.
    """
    return [_event(name, row, mall) for name in row.get("happened", ())]


def _event(name: str, row: Item, mall: str) -> Event:
    dated = {**row, "at": row.get("at") or row["answered_at"]}
    subject = row.get("member_id") or row.get("answer_id") or row["finding_id"]
    return _SOURCE.told(_EVENTS[name], dated, mall, subject, _DATA[name](row))


def _invitation(row: Item) -> Mapping[str, Any]:
    return {**row, "survey_id": row["survey"], "invitation_seq": row["version"]}


def _message(row: Item) -> Mapping[str, Any]:
    reward = {"purse": row["purse"], "points": row["points"]} if row.get("points") else None
    reminder = "SurveyReminded" in row["happened"]
    return {
        **_invitation(row),
        "link_token": row["token"],
        "link": LINK_PATH + row["token"],
        "reward": reward,
        "reminder": reminder,
    }


def _answer(row: Item) -> Mapping[str, Any]:
    return {**row, "survey_id": row["survey"], "anonymous": "member_id" not in row}


def _as_it_is(row: Item) -> Mapping[str, Any]:
    return row


_DATA: dict[str, Callable[[Item], Mapping[str, Any]]] = {
    "SurveyOffered": _invitation,
    "SurveyInvited": _message,
    "SurveyReminded": _message,
    "SurveyExpired": _invitation,
    "SurveyAnswered": _answer,
    "FindingOpened": _as_it_is,
    "ImprovementAnnounced": _as_it_is,
}
"""What of a row an event tells: the event's model takes the fields it has, and no others."""
