"""The figures of a template: rows that add up what its events say, each event once (`loyalty.counting`, ADR 0606).

(figures/template/<id>/<shard>, "figures")   sums; eight rows, so that a festival day is not one hot row
(seen/<event id>, "seen")                    an event that was counted; kept longer than any event comes again
"""

from collections import Counter
from collections.abc import Mapping

from pydantic import ConfigDict

from functions.coupons.counting import OF_TIER, CouponEvent, added_by
from loyalty import counting, dynamo
from loyalty.counting import Row, Tally
from loyalty.coupons import store
from loyalty.http import Answer

FIGURES, SEEN = "figures", "seen"
SHARDS = 8


class TierFigures(Answer):
    """How many coupons members of a tier got and redeemed."""

    issued: int = 0
    redeemed: int = 0


class FiguresAnswer(Answer):
    """What became of a template's coupons; `off_fen` and `cost_fen` without what returns took back.

    `issued` is `sent` (pushed, automatic, rewards), `claimed` and `by_code` together; `cost_fen` is money off and what
    the things handed over cost the mall.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "issued": 1000,
                    "sent": 600,
                    "claimed": 300,
                    "by_code": 100,
                    "seen": 840,
                    "locked": 260,
                    "released": 9,
                    "redeemed": 251,
                    "returned": 4,
                    "given": 12,
                    "taken": 10,
                    "expired": 700,
                    "voided": 1,
                    "off_fen": 1_235_000,
                    "cost_fen": 1_235_000,
                    "by_tier": {"gold": {"issued": 400, "redeemed": 180}},
                }
            ]
        }
    )

    issued: int = 0
    sent: int = 0
    claimed: int = 0
    by_code: int = 0
    seen: int = 0
    locked: int = 0
    released: int = 0
    redeemed: int = 0
    returned: int = 0
    given: int = 0
    taken: int = 0
    expired: int = 0
    voided: int = 0
    off_fen: int = 0
    cost_fen: int = 0
    by_tier: dict[str, TierFigures]


def tally() -> Tally[CouponEvent]:
    """Return how the figures are counted."""
    return Tally(
        table=store.table(),
        added=lambda event: [(Row(event.data.template_id, FIGURES, SHARDS), Counter(added_by(event)))],
        place=lambda row, shard: _key(row.book, shard),
        mark=lambda event: store.key(f"{SEEN}/{event.id}", SEEN),
    )


def read(template_id: str) -> FiguresAnswer:
    """Add a template's figures up, from one read."""
    sums: Counter[str] = Counter()
    for row in dynamo.batch_get(*((store.table(), _key(template_id, shard)) for shard in range(SHARDS))):
        sums.update(counting.numbers(row))
    plain = {name: number for name, number in sums.items() if OF_TIER not in name}
    return FiguresAnswer(**plain, by_tier=_by_tier(sums))


def _by_tier(sums: Mapping[str, int]) -> dict[str, TierFigures]:
    found: dict[str, dict[str, int]] = {}
    for name, number in sums.items():
        figure, of_tier, tier = name.partition(OF_TIER)
        if of_tier:
            found.setdefault(tier, {})[figure] = number
    return {tier: TierFigures(**found[tier]) for tier in sorted(found)}


def _key(template_id: str, shard: int) -> dict[str, str]:
    return store.key(f"{FIGURES}/template/{template_id}/{shard}", FIGURES)
