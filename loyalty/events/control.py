"""Who asked for what by hand, who decided, what looked wrong, version 1 each (requirements M7, D2, F4).

A request's subject is the member it is about, an alarm's its own id. Staff logins are told (`actor`), for these events
are what audits and alarms are made of; what staff or members wrote in their own words is not.
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Instant, Part, PointsAmount, SignedPoints, Word

Login = Annotated[str, Field(min_length=1, max_length=200, description="Who did it: staff by login, or `member`.")]


class RequestData(Part):
    """What every event of a request tells."""

    request_id: Annotated[Word, Field(description="Which request.")]
    request_seq: Annotated[int, Field(strict=True, ge=1, description="Its version: 1, 2, 3 ...")]
    task: Annotated[Word, Field(description="Open vocabulary: freeze, unfreeze, void, adjust.")]
    state: Annotated[Word, Field(description="Open vocabulary: open, approved, refused.")]
    why: Annotated[Word | None, Field(description="The reason's code. Open vocabulary.")] = None
    purse: Annotated[Word | None, Field(description="Which purse, where points are to move.")] = None
    points: Annotated[SignedPoints | None, Field(description="How many are to move; plus favours the member.")] = None
    appeal_state: Annotated[
        Word | None, Field(description="Of the member's appeal: open, upheld, rejected; absent: there is none.")
    ] = None
    actor: Login


class PassedLimit(Part):
    """A limit of a tenant that was passed: what every event of an alarm tells."""

    alarm_id: Annotated[Word, Field(description="Which alarm.")]
    tenant_id: Annotated[Word, Field(description="The tenant it is about.")]
    till: Annotated[Word | None, Field(description="The client id of the till, where it is about one.")] = None
    limit: Annotated[Word, Field(description="Open vocabulary: receipts_an_hour, points_a_day, points_a_receipt.")]
    allowed: Annotated[PointsAmount, Field(description="What the limit allows.")]
    found: Annotated[PointsAmount, Field(description="What was counted.")]
    period: Annotated[Word | None, Field(description="The hour or mall-local day it was counted in.")] = None


class VelocityAlarmData(PassedLimit):
    """A limit of a tenant that was passed."""

    held: Annotated[bool, Field(description="Whether the tenant's purchases are held since.")] = False


class TenantReleasedData(PassedLimit):
    """The alarm that held the tenant, and who let the tenant trade again."""

    raised_at: Annotated[Instant, Field(description="When the alarm was raised.")]
    actor: Login


class ControlRequested(Event):
    """Somebody asked for a freeze, an unfreeze, a void or an adjustment; nothing has happened yet."""

    type: Literal["ControlRequested"] = "ControlRequested"
    dataschema: str = schema_url("ControlRequested", 1)
    data: RequestData


class ControlDecided(Event):
    """Another person decided a request, or its appeal; what was approved is an entry of the ledger now."""

    type: Literal["ControlDecided"] = "ControlDecided"
    dataschema: str = schema_url("ControlDecided", 1)
    data: RequestData


class ControlAppealed(Event):
    """The member asks that a decision be looked at again."""

    type: Literal["ControlAppealed"] = "ControlAppealed"
    dataschema: str = schema_url("ControlAppealed", 1)
    data: RequestData


class VelocityAlarmRaised(Event):
    """A tenant or a till records more, or gives more points, than its limits allow."""

    type: Literal["VelocityAlarmRaised"] = "VelocityAlarmRaised"
    dataschema: str = schema_url("VelocityAlarmRaised", 1)
    data: VelocityAlarmData


class TenantReleased(Event):
    """A tenant that an alarm held may trade again: an operator said so."""

    type: Literal["TenantReleased"] = "TenantReleased"
    dataschema: str = schema_url("TenantReleased", 1)
    data: TenantReleasedData


CONTROL_EVENTS: tuple[type[Event], ...] = (
    ControlRequested,
    ControlDecided,
    ControlAppealed,
    VelocityAlarmRaised,
    TenantReleased,
)
