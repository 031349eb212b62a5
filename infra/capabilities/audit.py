"""The audit trail: one function writes it, one reads it to auditors, none can change it."""

from infra.specs import Caller, CapabilitySpec, FromEvents, FunctionSpec, Table, on, routes

AUDITED = (
    "ControlAppealed",
    "ControlDecided",
    "ControlRequested",
    "MemberErased",
    "MembershipStatusChanged",
    "OfferChanged",
    "PointsAdjusted",
    "PointsVoided",
    "ProgrammeAnnounced",
    "TenantReleased",
    "VelocityAlarmRaised",
)
"""What the trail keeps: what people decide about members, offers and rules, and what was done about it."""

AUDIT = CapabilitySpec(
    name="audit",
    functions=(
        FunctionSpec(
            name="audit-api",
            routes=routes(Caller.STAFF, "GET /audit-entries"),
            grants=(on(Table.AUDIT, "Query"),),
        ),
        FunctionSpec(
            name="audit-on-event",
            trigger=FromEvents(AUDITED),
            grants=(on(Table.AUDIT, "PutItem"),),
        ),
    ),
)
