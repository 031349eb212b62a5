"""The checkout: purchases, quotes, refunds, and purchases in bulk."""

from infra.capabilities.imports import APPLY, import_functions
from infra.capabilities.survey import OFFER
from infra.specs import READ, Caller, CapabilitySpec, FunctionSpec, Grant, QueueSpec, Table, on, on_index, routes

MOVE_POINTS = (
    on(Table.ACCOUNTS, *READ, "PutItem"),
    on(Table.LEDGER, *READ, "PutItem"),
    on(Table.TENANTS, *READ),
    on(Table.PROGRAM, *READ),
    on(Table.MEMBERS, "GetItem", "BatchGetItem"),
    on(Table.CAMPAIGNS, *READ, "PutItem", "UpdateItem"),
    Grant.PEPPER,
)

EARN = CapabilitySpec(
    name="earn",
    queues=(QueueSpec(APPLY),),
    functions=(
        FunctionSpec(
            name="earn-api",
            routes=routes(
                Caller.TILL,
                "POST /purchases",
                "GET /purchases/{receipt_no}",
                "POST /purchases/{receipt_no}/refunds",
                "POST /quotes",
            ),
            grants=(
                *MOVE_POINTS,
                on(Table.COUPONS, *READ, "PutItem"),
                on_index(Table.COUPONS, "by_member"),
                OFFER,
                # What others add to a basket, told with a quote.
                on(Table.INSIGHT, "Query"),
            ),
        ),
        *import_functions("earn", "purchases", *MOVE_POINTS),
    ),
)
