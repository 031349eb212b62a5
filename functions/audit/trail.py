"""From an event to its line in the audit trail (requirement M7; ADR 0822). Pure.

Who, what, about what, when, and under which trace. Of the event's data only what is on the list below is taken: codes,
numbers, ids and days. So nothing somebody wrote, and nothing that names a person, can enter a table nobody may clean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from loyalty.clock import iso

FACTS = (
    "request_id",
    "task",
    "state",
    "why",
    "appeal_state",
    "purse",
    "points",
    "entry_id",
    "movement",
    "status_before",
    "status_after",
    "offer_kind",
    "offer_id",
    "offer_seq",
    "version",
    "effective_from",
    "alarm_id",
    "tenant_id",
    "till",
    "limit",
    "allowed",
    "found",
    "period",
    "held",
    "raised_at",
)
"""What is taken of an event's data, where it is there: nothing that anybody writes in their own words."""
_STAFF = "staff:"

Text = Annotated[str, Field(min_length=1, max_length=256)]


class AuditedEvent(BaseModel):
    """An event as far as the trail keeps it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    type: Text
    subject: Text
    time: AwareDatetime
    recordedat: AwareDatetime
    origin: Text
    correlationid: str | None = None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the trail.

    Attributes:
        actor: a login of staff, or how it came about (`member`, `till`, `schedule`) where no login is known.
        about: the member, or what else it is about: `<kind of offer>/<id>`, `tenant/<id>`.
        at: when it happened; `recorded_at` is when it was written down, and orders the trail.
    """

    event_id: str
    action: str
    actor: str
    about: str
    at: str
    recorded_at: str
    origin: str
    trace: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def entry_of(event: AuditedEvent) -> AuditEntry:
    """Return the line that an event makes."""
    told = event.data.get("actor")
    actor = told.removeprefix(_STAFF) if isinstance(told, str) and told else event.origin
    return AuditEntry(
        event_id=event.id,
        action=event.type,
        actor=actor,
        about=_about(event),
        at=iso(event.time),
        recorded_at=iso(event.recordedat),
        origin=event.origin,
        trace=event.correlationid,
        facts={name: event.data[name] for name in FACTS if isinstance(event.data.get(name), str | int)},
    )


def _about(event: AuditedEvent) -> str:
    if offer_kind := event.data.get("offer_kind"):
        return f"{offer_kind}/{event.data.get('offer_id', event.subject)}"
    if event.type.startswith("Programme"):
        return f"programme/{event.data.get('version', event.subject)}"
    if "alarm_id" in event.data:
        return f"tenant/{event.data['tenant_id']}"
    return f"member/{event.subject}"
