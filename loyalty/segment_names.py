"""Which segments there are, for who names one: a campaign must not wait for members that nobody looks for.

The segments table has two rows that answer it: a segment's own (`segment/<id>`, `definition`), and the newest refresh
(`refreshes`, `newest`), which knows the segments that ship with the product and were never changed.
"""

from collections.abc import Sequence

from loyalty import dynamo
from loyalty.catalogue import OfferState
from loyalty.settings import setting

NAME, DEFINITION = "segment", "definition"
NEWEST = {"segment_id": "refreshes", "kind": "newest"}
ACTIVE = OfferState.PUBLISHED
"""The state of a segment that is looked for; an archived one is not, though its last members may not have left yet."""
SIZES = "sizes"
"""The attribute of the newest refresh: how many members each segment had."""


def table() -> str:
    """Return the table's name."""
    return setting("SEGMENTS_TABLE")


def key(segment_id: str) -> dict[str, str]:
    """Return the key of a segment's own row."""
    return {"segment_id": f"{NAME}/{segment_id}", "kind": DEFINITION}


def missing(segment_ids: Sequence[str]) -> list[str]:
    """Return those of some ids, up to ten, that no segment has, or an archived one; without ids nothing is read."""
    if not segment_ids:
        return []
    keys = ((table(), where) for where in (NEWEST, *map(key, segment_ids)))
    newest, *rows = dynamo.batch_get(*keys, consistent=True)
    refreshed = (newest or {}).get(SIZES, {})
    known = {
        one for one, row in zip(segment_ids, rows, strict=True) if (row["state"] == ACTIVE if row else one in refreshed)
    }
    return [one for one in segment_ids if one not in known]
