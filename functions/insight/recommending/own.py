"""What to recommend to a member: five reads at most, and without their leave none of what they did (K1)."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from functions.insight import people
from functions.insight.nights import documents
from functions.insight.recommending import ranking
from functions.insight.recommending.nightly import NAME, known_of
from functions.insight.recommending.ranking import Bought, Known, Looked, Recommended
from loyalty import account_store, dynamo, ledger, looks, tiers
from loyalty.clock import date_of, day_of, local_date
from loyalty.dynamo import Item, to_item
from loyalty.earning.lines import PricedLine
from loyalty.entries import EntryKey
from loyalty.ladder import Window
from loyalty.types import Fen, MemberId

PURCHASE, CLICKED = "purchase", "clicked"
MOST_ENTRIES = 30
"""How many movements of the account are looked at, the newest."""
MOST_BATCHES = 20
"""How many batches of looks, the newest: a thousand actions at most."""


class Basis(StrEnum):
    """What recommendations rest on."""

    OWN = "own_purchases"
    OWN_LOOKS = "own_purchases_and_looks"
    """Their looks and clicks speak for some of it."""
    NO_PROFILING = "popular_without_profiling"
    """The member does not agree to profiling: popular with everybody."""
    NOTHING_KNOWN = "popular"
    """Neither says anything yet: popular with everybody."""


class Answer(NamedTuple):
    """What to recommend, and what that rests on; `as_of` None: there was no night yet."""

    basis: Basis
    as_of: date | None
    items: list[Recommended]


def recommended(member_id: MemberId, today: date, zone: str, *, only_agreed: bool) -> Answer:
    """Return what to recommend to a member; `zone` is the mall's."""
    kept = documents.read(NAME)
    account = people.account_of(member_id, only_agreed=only_agreed)
    otherwise = Basis.NOTHING_KNOWN if account else Basis.NO_PROFILING
    if kept is None:
        return Answer(otherwise, None, [])
    known = known_of(kept.body)
    if account is None:
        return Answer(otherwise, kept.as_of, ranking.popular(known))
    much = known.spends_much(_spent(account, today))
    looked = list(_looked(member_id, today, zone, known))
    if found := ranking.personal(_bought(member_id, today), looked, known, much=much):
        return Answer(Basis.OWN_LOOKS if looked else Basis.OWN, kept.as_of, found)
    return Answer(otherwise, kept.as_of, ranking.popular(known, much=much))


def _spent(account: Item, today: date) -> Fen:
    """Return what a member spent in the twelve months that end with this one, in fen, less returns."""
    record = account_store.from_row(account).record
    return tiers.window_spend(record.spend, day_of(today), Window.ROLLING)


def _looked(member_id: MemberId, today: date, zone: str, known: Known) -> Iterator[Looked]:
    """Yield what a member looked at lately, as far as the night knows its category."""
    for row in looks.newest(member_id, MOST_BATCHES):
        for action in row["actions"]:
            if category := known.category_of(action["kind"], action["ref"]):
                day = local_date(datetime.fromisoformat(action["at"]), zone)
                yield Looked(category, max(0, (today - day).days), action["what"] == CLICKED)


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
