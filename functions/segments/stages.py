"""The stages of a member's life, by the days since the first and the last purchase (requirements L1). Pure.

They move by themselves because they are computed anew for every day; nobody sets them. How many days each lasts is
the mall's configuration.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from loyalty.lake.literals import literal


class LifeStage(StrEnum):
    """Where a member stands between enrolling and being lost."""

    POTENTIAL = "potential"
    """Enrolled and never bought."""
    NEW = "new"
    """The first purchase was at most `new_days` ago."""
    ACTIVE = "active"
    """Not new, and the last purchase was at most `active_days` ago."""
    DORMANT = "dormant"
    """The last purchase was longer ago than that, and at most `dormant_days`."""
    LOST = "lost"
    """The last purchase was longer ago than `dormant_days`."""


@dataclass(frozen=True, slots=True)
class StageDays:
    """How long each stage lasts, in days.

    Raises:
        ValueError: they do not grow.
    """

    new: int = 30
    active: int = 90
    dormant: int = 180

    def __post_init__(self) -> None:
        if not 0 < self.new <= self.active < self.dormant:
            raise ValueError("new_days <= active_days < dormant_days")


def stage_sql(days: StageDays, as_of: date, first: str, last: str) -> str:
    """Return the stage as SQL.

    Args:
        days: the mall's.
        as_of: the mall-local day the stage is that of.
        first: SQL of the day of the first purchase, null where there is none.
        last: SQL of the day of the last one.
    """

    def ago(count: int) -> str:
        return literal(as_of - min(timedelta(days=count), as_of - date.min))

    return (
        f"CASE WHEN {last} IS NULL THEN '{LifeStage.POTENTIAL}'"
        f" WHEN {first} >= {ago(days.new)} THEN '{LifeStage.NEW}'"
        f" WHEN {last} >= {ago(days.active)} THEN '{LifeStage.ACTIVE}'"
        f" WHEN {last} >= {ago(days.dormant)} THEN '{LifeStage.DORMANT}'"
        f" ELSE '{LifeStage.LOST}' END"
    )
