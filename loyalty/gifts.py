"""Where it is kept what members were given by occasion, for whoever may read it beside the giver (B2, M6).

`functions/lifecycle` writes these rows; what they hold is said there.
"""

from collections.abc import Iterator

from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.settings import setting

GIVEN, GREETED = "given", "greeted"


def table() -> str:
    """Return the table's name."""
    return setting("OFFERS_TABLE")


def partition(shelf: str, member_id: str) -> str:
    """Return under which key a member's rows lie: what they had, or on which days they were congratulated."""
    return f"{shelf}/{member_id}"


def rows_of(member_id: str, shelf: str) -> Iterator[Item]:
    """Yield a member's rows: one an offer, with the days it was for."""
    return dynamo.query(
        table(),
        KeyConditionExpression="occasion_id = :own",
        ExpressionAttributeValues=dynamo.to_item({":own": partition(shelf, member_id)}),
    )
