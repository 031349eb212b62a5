"""The leaderboard: counted from events, read by members and staff."""

from infra.specs import Caller, CapabilitySpec, FromEvents, FunctionSpec, Table, on, on_index, routes

HEARD = ("PointsEarned", "PointsRefunded", "MemberErased")

LEADERBOARD = CapabilitySpec(
    name="leaderboard",
    functions=(
        FunctionSpec(
            name="leaderboard-me",
            routes=routes(Caller.MEMBER, "GET /me/leaderboard"),
            grants=(
                on(Table.LEADERBOARD, "BatchGetItem"),
                on_index(Table.LEADERBOARD, "by_score"),
                # Whose login it is; the names leaders chose to be shown by.
                on(Table.MEMBERS, "GetItem", "BatchGetItem"),
            ),
        ),
        FunctionSpec(
            name="leaderboard-staff",
            routes=routes(Caller.STAFF, "GET /leaderboards/{period}"),
            grants=(
                on(Table.LEADERBOARD, "BatchGetItem"),
                on_index(Table.LEADERBOARD, "by_score"),
                on(Table.MEMBERS, "BatchGetItem"),
            ),
        ),
        FunctionSpec(
            name="leaderboard-on-event",
            trigger=FromEvents(HEARD),
            grants=(
                on(Table.LEADERBOARD, "GetItem", "PutItem", "UpdateItem", "DeleteItem"),
                # When the receipt was bought of which goods came back.
                on(Table.LEDGER, "BatchGetItem"),
            ),
        ),
    ),
)
