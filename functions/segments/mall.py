"""What the mall's file says to segments: whom may be profiled, how long stages of life last (requirements K1, L1)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from functions.segments.conditions import AnyCondition, leaves_of
from functions.segments.frame import Frame, Profiling
from functions.segments.leaves import SegmentPredicted
from functions.segments.stages import StageDays
from loyalty import consents, programme_store, sweeps, tested_models
from loyalty.dynamo import Item
from loyalty.errors import InvalidRequestError
from loyalty.settings import setting
from loyalty.sweeps import FutureSweepError


def profiling() -> Profiling:
    """Return who may be in a segment."""
    return Profiling(setting("INSIGHT_PROFILING"))


def stages() -> StageDays:
    """Return how long the stages last: `new,active,dormant`, in days."""
    return StageDays(*map(int, setting("INSIGHT_STAGE_DAYS").split(",")))


def frame(as_of: date, now: datetime, conditions: Iterable[AnyCondition] = ()) -> Frame:
    """Return what a computation of these conditions rests on that stands on a day.

    What foretells purchases is the newest that a night tested, whatever the day, and read only where it is asked for.
    """
    ladder = programme_store.current(now).tiers.ladder
    foretold = any(isinstance(leaf, SegmentPredicted) for condition in conditions for leaf in leaves_of(condition))
    return Frame(as_of, ladder[0].code, stages(), profiling(), tested_models.newest() if foretold else None)


def day_to_stand_on(wished: date | None, place: Mapping[str, str]) -> date:
    """Return the mall-local day that a request wishes to stand on; today where it names none.

    Args:
        place: where in the request the day is, as errors tell.

    Raises:
        InvalidRequestError: if it lies in the future and the stage does not allow that.
    """
    try:
        return sweeps.day_of_run({"as_of": wished.isoformat()} if wished else {})
    except FutureSweepError:
        told = {**place, "code": "in_the_future", "detail": "the day is not there yet"}
        raise InvalidRequestError(errors=[told]) from None


def allows_profiling(consent: Item | None) -> bool:
    """Tell whether a member may be in segments, by the row of what they agreed to."""
    said = (consent or {}).get(consents.PROFILING)
    return said["granted"] if said else profiling() is Profiling.UNLESS_REFUSED
