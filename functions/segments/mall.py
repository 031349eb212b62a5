"""What the mall's file says to segments: whom may be profiled, how long stages of life last (requirements K1, L1)."""

from datetime import date, datetime

from functions.segments.frame import Frame, Profiling
from functions.segments.stages import StageDays
from loyalty import consents, programme_store
from loyalty.dynamo import Item
from loyalty.settings import setting


def profiling() -> Profiling:
    """Return who may be in a segment."""
    return Profiling(setting("INSIGHT_PROFILING"))


def stages() -> StageDays:
    """Return how long the stages last: `new,active,dormant`, in days."""
    return StageDays(*map(int, setting("INSIGHT_STAGE_DAYS").split(",")))


def frame(as_of: date, now: datetime) -> Frame:
    """Return what a computation that stands on a day rests on."""
    ladder = programme_store.current(now).tiers.ladder
    return Frame(as_of, ladder[0].code, stages(), profiling())


def allows_profiling(consent: Item | None) -> bool:
    """Tell whether a member may be in segments, by the row of what they agreed to."""
    said = (consent or {}).get(consents.PROFILING)
    return said["granted"] if said else profiling() is Profiling.UNLESS_REFUSED
