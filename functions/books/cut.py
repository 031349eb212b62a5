"""Taking an account back to the end of a day, and adding accounts up. Pure (requirements F3, I5; ADR 0824).

An account as it is now, less the legs of the entries recorded after the cut, is the account at the cut: `moved` applies
exactly the legs the ledger records. Points are kept by the month they lapse in, so it does not matter that pending
points have been folded into another bucket meanwhile.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.books.flow import DEBT
from loyalty.types import Day, MemberId

Row = Mapping[str, Any]


class GapInStatementError(RuntimeError):
    """The statement's index does not yet show every entry of the account that was read: look again."""


@dataclass(frozen=True, slots=True)
class Held:
    """What an account holds, by purse and month of expiry (`yymm`), and owes (`debt`, negative).

    Attributes:
        looked_back: whether entries recorded after the cut were undone.
    """

    member_id: MemberId
    version: int
    tier: str
    amounts: Mapping[tuple[str, str], int]
    moved_on: Day | None
    looked_back: bool = False


def held_of(row: Row) -> Held:
    """Return what a stored account holds now."""
    amounts = Counter[tuple[str, str]]()
    for purse, own in row.get("buckets", {}).items():
        for bucket, points in own.items():
            amounts[purse, _place(bucket)] += points
    for purse, points in row.get("debt", {}).items():
        amounts[purse, DEBT] -= points
    return Held(MemberId(row["member_id"]), row["version"], row["tier"], amounts, row.get("moved_on"))


def may_have_moved(held: Held, day: Day) -> bool:
    """Tell whether an account may have entries recorded after this day."""
    return held.version > 0 and (held.moved_on is None or held.moved_on > day)


def taken_back(held: Held, entries: Sequence[Row], end: str) -> Held:
    """Return the account as it was at the cut.

    Args:
        entries: its statement from its version downwards, at least down to one that was surely recorded before the
            cut, or to the first.
        end: the instant of the cut; what was recorded before it stays.

    Raises:
        GapInStatementError: if an entry is missing.
    """
    _require_gapless(held, entries, end)
    amounts = Counter(held.amounts)
    after = [entry for entry in entries if entry["recorded_at"] >= end]
    for entry in after:
        for purse, bucket, points in entry["legs"]:
            amounts[purse, _place(bucket)] -= points
    tier = next((_tier_after(entry) for entry in entries if entry["recorded_at"] < end), None)
    left = {place: points for place, points in amounts.items() if points}
    return Held(held.member_id, held.version, tier or held.tier, left, held.moved_on, looked_back=bool(after))


def added_up(accounts: Iterable[Held]) -> Counter[str]:
    """Return what accounts hold together: `<purse>/<tier>/<yymm or debt>`, and how many they are."""
    sums = Counter[str]()
    for held in accounts:
        sums["accounts"] += 1
        sums["taken_back"] += held.looked_back
        for (purse, place), points in held.amounts.items():
            sums[f"{purse}/{held.tier}/{place}"] += points
    return sums


def _place(bucket: str) -> str:
    return DEBT if bucket == DEBT else bucket[:4]


def _tier_after(entry: Row) -> str | None:
    tier = entry.get("answer", {}).get("tier")
    return str(tier) if tier else None


def _require_gapless(held: Held, entries: Sequence[Row], end: str) -> None:
    """Each version of an account is made by exactly one entry, so a missing one shows as a gap."""
    versions = [entry["account_version"] for entry in entries]
    if not versions or versions != list(range(held.version, held.version - len(versions), -1)):
        raise GapInStatementError
    if versions[-1] > 1 and entries[-1]["recorded_at"] >= end:
        raise GapInStatementError
