"""The envelope of every event: CloudEvents 1.0 attributes, as the JSON that lies in EventBridge's `detail`.

An event's id is a function of the row that caused it, so the same fact published again is the same event: whoever
counts by id counts once (pitfall 13).
"""

from typing import Annotated, Literal
from uuid import UUID, uuid5

from pydantic import Field

from loyalty.events.parts import Instant, Part, Word

NAMESPACE = UUID("6f0c7a52-6d0b-5b0e-9c3e-0d6b6f1f6a51")
"""Never changes: every id ever published was made with it."""
SCHEMAS = "https://developers.mall-loyalty.example/events/"
"""Where the schemas are published; `<type>.v<version>.json` below it."""
BUS_SOURCE = "loyalty"
"""EventBridge's own `source`, for rules that want all of ours and nothing else."""


def event_id(row_key: tuple[str, str], version: int, name: str) -> str:
    """Return the id of the event of that type (`PointsEarned`) which a version of a row means."""
    return str(uuid5(NAMESPACE, "\n".join((*row_key, str(version), name))))


def schema_url(name: str, version: int) -> str:
    """Return the address of an event's schema."""
    return f"{SCHEMAS}{name}.v{version}.json"


class Event(Part):
    """What every event says of itself.

    Subclasses add `type`, `dataschema` and `data`. Names are CloudEvents' own; `mall`, `member_seq`, `correlationid`,
    `origin` and `recordedat` are extensions. The subject is the member, except where an event is about none: of an
    offer, a version of the programme, a finding or an alarm it is that thing's own id.
    """

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Field(description="Stable: the same fact has the same id however often it is published.")]
    source: Annotated[str, Field(description="Which record of which mall this was read from.")]
    type: str
    time: Annotated[Instant, Field(description="When it happened in the world.")]
    subject: Annotated[str, Field(description="The member's random id; of what is about no member, that thing's id.")]
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    mall: Annotated[Word, Field(description="The mall.")]
    member_seq: Annotated[
        int,
        Field(
            strict=True,
            ge=0,
            description="The member's account version: gapless, so it orders a member's events; 0: it did not move.",
        ),
    ]
    correlationid: Annotated[str | None, Field(description="The trace of the request that caused it.")] = None
    origin: Annotated[Word, Field(description="Open vocabulary: till, member, staff, import, schedule.")]
    recordedat: Annotated[Instant, Field(description="When we wrote it down; later than `time` for late files.")]
