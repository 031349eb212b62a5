"""The hour at which a member usually is in the mall, from their purchases, if they agree to be looked at (N2, K1).

It is found when a marketing message is planned, from the ledger's own index, and kept nowhere: nothing has to be
counted with every purchase, and nothing has to be forgotten when an agreement ends (ADR 1003).
"""

from datetime import datetime

from functions.notices.hours import usual_hour
from loyalty import dynamo, ledger
from loyalty.settings import time_zone
from loyalty.types import Kind

LOOKED_AT = 30
"""How many of the newest entries are looked at: one page, whatever the member did."""


def hour_of(member_id: str) -> int | None:
    """Return the member's usual hour on the mall's clock; None where too little is known."""
    answer = dynamo.client().query(
        TableName=ledger.table(),
        IndexName="by_member",
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=dynamo.to_item({":member": member_id}),
        ProjectionExpression="#at, #kind",
        ExpressionAttributeNames={"#at": "at", "#kind": "kind"},
        ScanIndexForward=False,
        Limit=LOOKED_AT,
    )
    rows = map(dynamo.from_item, answer["Items"])
    return usual_hour((datetime.fromisoformat(row["at"]) for row in rows if row["kind"] == Kind.PURCHASE), time_zone())
