"""When the receipts were bought of which goods came back, as the ledger has it (ADR 0827)."""

from collections.abc import Iterable
from datetime import datetime

from functions.leaderboard.scoring import HeardEvent, purchase_of
from loyalty import dynamo, ledger
from loyalty.entries import EntryKey
from loyalty.types import Kind


def bought_at(events: Iterable[HeardEvent]) -> dict[str, datetime]:
    """Return the instants by the receipts' ledger source, read in one call; a purchase that is not there is missing."""
    sources = list(dict.fromkeys(source for event in events if (source := purchase_of(event))))
    keys = [(ledger.table(), EntryKey(source, Kind.PURCHASE).item()) for source in sources]
    rows = dynamo.batch_get(*keys, consistent=True) if keys else []
    return {
        source: datetime.fromisoformat(row["at"])
        for source, row in zip(sources, rows, strict=True)
        if row and ledger.is_entry(row)
    }
