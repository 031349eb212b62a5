"""Where an offer's figures are kept: rows by offer, four shards each, every event counted once (`loyalty.counting`)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from functions.lifecycle import shelf
from functions.lifecycle.counting import BY_TIER, Counted
from loyalty import dynamo
from loyalty.counting import Row, Sums, Tally, numbers

KIND, SEEN = "figures", "seen"
SHARDS = 4


def tally() -> Tally[Counted]:
    """Return how events are counted into the figures."""
    return Tally(shelf.table(), _added, _place, lambda event: {"occasion_id": f"{SEEN}/{event.id}", "kind": SEEN})


def read(offer_id: str) -> dict[str, Counter[str]]:
    """Return an offer's figures by tier."""
    row = Row(offer_id, KIND, SHARDS)
    rows = dynamo.batch_get(*((shelf.table(), _place(row, shard)) for shard in range(SHARDS)))
    found = defaultdict[str, Counter[str]](Counter)
    for shard in rows:
        for name, number in numbers(shard).items():
            figure, _, tier = name.partition(BY_TIER)
            found[tier][figure] += number
    return dict(found)


def _added(event: Counted) -> Iterable[tuple[Row, Sums]]:
    return _rows(event.adds)


def _rows(adds: Mapping[str, Counter[str]]) -> Iterator[tuple[Row, Sums]]:
    for offer_id, sums in adds.items():
        yield Row(offer_id, KIND, SHARDS), sums


def _place(row: Row, shard: int) -> dict[str, str]:
    return {"occasion_id": f"{row.kind}/{row.book}/{shard}", "kind": row.kind}
