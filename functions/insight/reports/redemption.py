"""Points used against points earned, by the codes of what moved them. Pure (requirements I4, I7)."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from functions.insight.live.arranging import per_mille

TARGET_PER_MILLE = 300
"""The redemption rate the malls aim at (requirement I4)."""
USED = frozenset({"redeemed", "given_back"})
EXPIRED = frozenset({"expired", "lapsed"})
NOT_EARNED = USED | EXPIRED | {
    "adjusted", "erased", "opening_balance", "transfer_fee", "transfer_in", "transfer_out", "voided",
}  # fmt: skip
"""Codes that earn nothing and take nothing earned back; every other code does."""


class Redemption(NamedTuple):
    """Points that were earned, used and expired, each less what was undone of it."""

    earned: int
    used: int
    expired: int

    @property
    def per_mille(self) -> int | None:
        """The redemption rate: used of earned in thousandths; None where nothing was earned."""
        return per_mille(self.used, self.earned)


def redemption(rows: Iterable[Mapping[str, Any]]) -> Redemption:
    """Return what movements come to, each row a `code` and its signed `points`."""
    moved = list(rows)
    return Redemption(
        earned=sum(row["points"] for row in moved if row["code"] not in NOT_EARNED),
        used=-sum(row["points"] for row in moved if row["code"] in USED),
        expired=-sum(row["points"] for row in moved if row["code"] in EXPIRED),
    )
