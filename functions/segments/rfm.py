"""Recency, frequency, monetary value: quintiles among those who bought in a year, and the ten groups of them. Pure.

A member's quintile of a figure is 1 + the fifths of all buyers whose figure is strictly lower: equal members are always
in the same quintile, whatever their ids, which dividing a sorted list into five equal parts does not give (ADR 0906).
So of members who all bought once, all are in quintile 1, and some quintiles may be empty.

The groups are those of the well-known map of recency and frequency; every pair of quintiles lies in exactly one.
"""

from enum import StrEnum

WINDOW_DAYS = 365
"""The period that counts, ending with the day the segment is computed for."""
QUINTILES = (1, 2, 3, 4, 5)


class RfmGroup(StrEnum):
    """The ten groups of recency and frequency."""

    CHAMPIONS = "champions"
    LOYAL = "loyal"
    POTENTIAL_LOYALISTS = "potential_loyalists"
    NEW_CUSTOMERS = "new_customers"
    PROMISING = "promising"
    NEED_ATTENTION = "need_attention"
    ABOUT_TO_SLEEP = "about_to_sleep"
    AT_RISK = "at_risk"
    CANNOT_LOSE = "cannot_lose"
    HIBERNATING = "hibernating"


CELLS: dict[RfmGroup, tuple[tuple[int, ...], tuple[int, ...]]] = {
    RfmGroup.CHAMPIONS: ((5,), (4, 5)),
    RfmGroup.LOYAL: ((3, 4), (4, 5)),
    RfmGroup.POTENTIAL_LOYALISTS: ((4, 5), (2, 3)),
    RfmGroup.NEW_CUSTOMERS: ((5,), (1,)),
    RfmGroup.PROMISING: ((4,), (1,)),
    RfmGroup.NEED_ATTENTION: ((3,), (3,)),
    RfmGroup.ABOUT_TO_SLEEP: ((3,), (1, 2)),
    RfmGroup.AT_RISK: ((1, 2), (3, 4)),
    RfmGroup.CANNOT_LOSE: ((1, 2), (5,)),
    RfmGroup.HIBERNATING: ((1, 2), (1, 2)),
}
"""Quintiles of recency, quintiles of frequency."""


def group_of(recency: int, frequency: int) -> RfmGroup:
    """Return the group of two quintiles."""
    return next(group for group, (r, f) in CELLS.items() if recency in r and frequency in f)


def quintile_sql(rank: str, size: str) -> str:
    """Return the quintile as SQL, in whole numbers only: engines disagree about what `/` does.

    Args:
        rank: SQL of the rank by the figure, lowest first, from 1, equal ones sharing it.
        size: SQL of how many are ranked.
    """
    steps = " ".join(f"WHEN ({rank} - 1) * 5 < {size} * {quintile} THEN {quintile}" for quintile in QUINTILES[:-1])
    return f"CASE {steps} ELSE 5 END"


def group_sql(recency: str, frequency: str) -> str:
    """Return the group of two quintiles as SQL; null where they are null."""
    cells = (
        f"WHEN {recency} IN ({_list(r)}) AND {frequency} IN ({_list(f)}) THEN '{group}'"
        for group, (r, f) in CELLS.items()
    )
    return f"CASE {' '.join(cells)} END"


def _list(quintiles: tuple[int, ...]) -> str:
    return ", ".join(map(str, quintiles))
