"""What became of points, by the month they lapse in: what an estimate can be judged by (requirement I5). Pure.

Of a cohort, issued is what the books opened with, what was earned and opened since, less what returns took back, with
adjustments; all of it was used, lapsed, was voided, changed hands or is held still. Where a cohort has lapsed, its
redemption is final; of the others, what was used so far is the least it will be.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from functions.books.flow import DEBT, Flow, by_place
from loyalty.parts import THOUSANDTHS


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of points that lapse in one month; all amounts positive but `transferred`, which nets to its fees.

    Attributes:
        expires: the month `yymm`.
        issued: what there was to use.
        used: spent, less what came back of it.
        held: what is left of it.
    """

    expires: str
    issued: int
    used: int
    expired: int
    voided: int
    transferred: int
    held: int

    @property
    def redemption(self) -> int | None:
        """The part that was used so far, in thousandths, rounded down; None of nothing."""
        return self.used * THOUSANDTHS // self.issued if self.issued > 0 else None

    @property
    def breakage(self) -> int | None:
        """The part that lapsed or was voided, in thousandths, rounded down; None of nothing."""
        return (self.expired + self.voided) * THOUSANDTHS // self.issued if self.issued > 0 else None


def observed(opened_with: Mapping[str, int], days: Iterable[Mapping[str, int]]) -> list[Observed]:
    """Return what became of every cohort since the books began.

    Args:
        opened_with: what the first closing held, by month of expiry.
        days: the sums of every day since.
    """
    totals = Counter[str]()
    for sums in days:
        totals.update(sums)
    flows = by_place(totals.items())
    cohorts = sorted({*opened_with, *flows} - {DEBT})
    return [_observed(month, opened_with.get(month, 0), Counter(flows.get(month, {}))) for month in cohorts]


def _observed(month: str, opened_with: int, moved: Counter[Flow]) -> Observed:
    issued = opened_with + sum(moved[flow] for flow in (Flow.OPENED, Flow.EARNED, Flow.TAKEN_BACK, Flow.ADJUSTED))
    return Observed(
        expires=month,
        issued=issued,
        used=-(moved[Flow.USED] + moved[Flow.GIVEN_BACK]),
        expired=-moved[Flow.EXPIRED],
        voided=-moved[Flow.VOIDED],
        transferred=moved[Flow.TRANSFERRED_IN] + moved[Flow.TRANSFERRED_OUT],
        held=opened_with + sum(moved.values()),
    )
