"""What the computation of segments rests on beside their definitions: the day, and the mall's own settings. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from functions.segments.stages import StageDays
from loyalty.lake.literals import literal
from loyalty.tested_models import TestedModels


class Profiling(StrEnum):
    """Who may be in a segment (the mall's file, `[insight] profiling`; requirements K1)."""

    UNLESS_REFUSED = "unless_refused"
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a computation rests on beside the definitions.

    Attributes:
        as_of: the mall-local day it stands on: what happened later is not counted, windows end with this day. What
            members agreed to, and who was erased, is always what is known now.
        base_tier: the code of the ladder's first tier, of members whom no event gave another.
        stages: the mall's.
        profiling: the mall's.
        models: what foretells purchases; None: no night has found any, or no condition asks for them.
    """

    as_of: date
    base_tier: str
    stages: StageDays = field(default_factory=StageDays)
    profiling: Profiling = Profiling.UNLESS_REFUSED
    models: TestedModels | None = None

    @property
    def today(self) -> str:
        """The day as SQL."""
        return literal(self.as_of)

    def ago(self, days: int) -> str:
        """Return the day so many days before, as SQL; never one before the calendar begins."""
        earliest = self.as_of - date.min
        return literal(self.as_of - min(timedelta(days=days), earliest))

    def within(self, days: int | None) -> list[str]:
        """Return what SQL asks of `biz_date` so that it lies in the last `days`; nothing for ever."""
        return [] if days is None else [f"biz_date > {self.ago(days)}"]
