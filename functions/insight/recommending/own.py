"""What to recommend to a member: four reads at most, and none of what they bought without their leave (K1)."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from functions.insight import people
from functions.insight.nights import documents
from functions.insight.recommending import ranking
from functions.insight.recommending.nightly import NAME, known_of
from functions.insight.recommending.ranking import Bought, Recommended
from loyalty import dynamo, ledger
from loyalty.clock import date_of
from loyalty.dynamo import to_item
from loyalty.earning.lines import PricedLine
from loyalty.entries import EntryKey
from loyalty.types import MemberId

PURCHASE = "purchase"
MOST_ENTRIES = 30
"""How many movements of the account are looked at, the newest."""


class Basis(StrEnum):
    """What recommendations rest on."""

    OWN = "own_purchases"
    NO_PROFILING = "popular_without_profiling"
    """The member does not agree to profiling: popular with everybody."""
    NOTHING_KNOWN = "popular"
    """Their purchases say nothing yet: popular with everybody."""


class Answer(NamedTuple):
    """What to recommend, and what that rests on; `as_of` None: there was no night yet."""

    basis: Basis
    as_of: date | None
    items: list[Recommended]


def recommended(member_id: MemberId, today: date, *, only_agreed: bool) -> Answer:
    """Return what to recommend to a member."""
    kept = documents.read(NAME)
    agrees = bool(people.allowed([member_id], only_agreed=only_agreed))
    if kept is None:
        return Answer(Basis.NOTHING_KNOWN if agrees else Basis.NO_PROFILING, None, [])
    known = known_of(kept.body)
    found = ranking.personal(_bought(member_id, today), known) if agrees else []
    if found:
        return Answer(Basis.OWN, kept.as_of, found)
    return Answer(Basis.NOTHING_KNOWN if agrees else Basis.NO_PROFILING, kept.as_of, ranking.popular(known))


def _bought(member_id: MemberId, today: date) -> Iterator[Bought]:
    """Yield what the newest receipts of a member hold; goods that came back still count."""
    newest = dynamo.client().query(
        TableName=ledger.table(),
        IndexName="by_member",
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=to_item({":member": member_id}),
        ScanIndexForward=False,
        Limit=MOST_ENTRIES,
    )
    # The index follows an account's movements; what was on a receipt stands in the entry itself.
    moved = map(dynamo.from_item, newest["Items"])
    keys = [EntryKey(row["source"], row["movement"]).item() for row in moved if row["movement"] == PURCHASE]
    rows = dynamo.batch_get(*((ledger.table(), key) for key in keys)) if keys else []
    for row in filter(None, rows):
        facts = row["facts"]
        days = max(0, (today - date_of(facts["bought_on"])).days)
        yield from (Bought(PricedLine(*line).category, days) for line in facts["lines"])
