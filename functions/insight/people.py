"""Who may be spoken of at this moment: a night's answer may be a day older than what a member decided (K1, M6)."""

from collections.abc import Sequence

from loyalty import account_store, consents, dynamo, identity
from loyalty.dynamo import Item
from loyalty.types import MemberId, Status

A_READING = 50
"""Two rows a member: a hundred rows a call."""


def allowed(member_ids: Sequence[str], *, only_agreed: bool) -> set[str]:
    """Return those who are members and may be profiled, as they stand now."""
    found = set[str]()
    for first in range(0, len(member_ids), A_READING):
        found |= _allowed(member_ids[first : first + A_READING], only_agreed)
    return found


def _allowed(some: Sequence[str], only_agreed: bool) -> set[str]:
    keys = [
        key
        for one in some
        for key in (
            (account_store.table(), {"member_id": MemberId(one)}),
            (identity.table(), consents.key(MemberId(one))),
        )
    ]
    rows = dynamo.batch_get(*keys)
    return {
        one
        for one, account, consent in zip(some, rows[::2], rows[1::2], strict=True)
        if account and account["status"] != Status.ERASED and _agrees(consent, only_agreed)
    }


def _agrees(consent: Item | None, only_agreed: bool) -> bool:
    said = (consent or {}).get(consents.PROFILING)
    return bool(said["granted"]) if said else not only_agreed
