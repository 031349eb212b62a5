"""Who may be spoken of at this moment: a night's answer may be a day older than what a member decided (K1, M6)."""

from collections.abc import Iterator, Sequence
from itertools import batched

from loyalty import account_store, consents, dynamo, identity
from loyalty.dynamo import Item
from loyalty.types import MemberId, Status

A_READING = 50
"""Two rows a member: a hundred rows a call."""


def allowed(member_ids: Sequence[str], *, only_agreed: bool) -> set[str]:
    """Return those who are members and may be profiled, as they stand now."""
    return {one for one, _ in _allowed(member_ids, only_agreed)}


def account_of(member_id: MemberId, *, only_agreed: bool) -> Item | None:
    """Return the account's row of a member who may be profiled; None of all others."""
    return next((account for _, account in _allowed([member_id], only_agreed)), None)


def _allowed(member_ids: Sequence[str], only_agreed: bool) -> Iterator[tuple[str, Item]]:
    for some in batched(member_ids, A_READING, strict=False):
        yield from _read(some, only_agreed)


def _read(some: Sequence[str], only_agreed: bool) -> Iterator[tuple[str, Item]]:
    keys = [
        key
        for one in some
        for key in (
            (account_store.table(), {"member_id": MemberId(one)}),
            (identity.table(), consents.key(MemberId(one))),
        )
    ]
    rows = dynamo.batch_get(*keys)
    for one, account, consent in zip(some, rows[::2], rows[1::2], strict=True):
        if account and account["status"] != Status.ERASED and _agrees(consent, only_agreed):
            yield one, account


def _agrees(consent: Item | None, only_agreed: bool) -> bool:
    said = (consent or {}).get(consents.PROFILING)
    return bool(said["granted"]) if said else not only_agreed
