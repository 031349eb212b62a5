"""Keeping what a member looked at, while the member agrees (requirements M11, K1).

The row is written on condition that the member agrees at that very moment: nothing is kept after an agreement was
withdrawn, or a membership erased, however close the two come.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.insight import store
from functions.insight.activity.actions import Action, LeftOut, Sender, batch_key, in_time, row_of
from loyalty import account_store, attempts, consents, dynamo, identity
from loyalty.attempts import Plan
from loyalty.consents import PROFILING
from loyalty.dynamo import Item, to_item
from loyalty.errors import NotEnrolledError
from loyalty.limits import Limit
from loyalty.programme_store import tier_of
from loyalty.types import MemberId, Status

BATCHES = Limit(times=120, window=timedelta(hours=1))
"""Twice a minute is more than somebody's own eyes need."""


class Kept(NamedTuple):
    """How many actions were kept, how many not and why."""

    kept: int
    left_out: int = 0
    why: LeftOut | None = None


class _Known(NamedTuple):
    """What was read: the member's agreements, the account, the batch where it was kept before."""

    consent: Item | None
    account: Item | None
    batch: Item | None


def keep(member_id: MemberId, channel: str, actions: Sequence[Action], trace: str, now: datetime) -> Plan[Kept]:
    """Keep the actions a member sent; the same actions again are kept once.

    Raises:
        NotEnrolledError: if the membership was erased.
        TooManyError: if the member sends too many batches.
        BusyError: if nothing is known after several tries; sending them again is safe.
    """
    store.counters().take(f"activity/{member_id}", BATCHES, now)
    key = batch_key(member_id, channel, actions)
    kept = in_time(actions, now)
    left_out = len(set(actions)) - len(kept)

    def load(_certain: bool) -> _Known:
        places = (identity.table(), consents.key(member_id)), (account_store.table(), {"member_id": member_id})
        return _Known(*dynamo.batch_get(*places, (store.table(), key), consistent=True))

    def decide(known: _Known) -> Plan[Kept]:
        if known.account is None or known.account["status"] == Status.ERASED:
            raise NotEnrolledError
        if not consents.agreed(known.consent, PROFILING):
            return Plan(Kept(0, len(actions), LeftOut.NO_CONSENT))
        answer = Kept(len(kept), left_out, LeftOut.OUT_OF_TIME if left_out else None)
        if known.batch is not None or not kept:
            return Plan(answer, replayed=known.batch is not None)
        sender = Sender(member_id, channel, tier_of(account_store.from_row(known.account), now), trace, now)
        row = {"TableName": store.table(), "Item": to_item(row_of(key, sender, kept))}
        put = {"Put": row | {"ConditionExpression": "attribute_not_exists(insight_id)"}}
        return Plan(answer, (consents.still_agreed(member_id, PROFILING), put))

    return attempts.settle(load, decide)
