"""The roll-forward: opening + what was earned, used, expired, adjusted, transferred = closing (requirement F3). Pure.

Opening and closing come from the accounts (`snapshot`), what lies between from the events (`counted`): two ways to one
number, so their difference is a finding. It is shown with the day and the month of expiry it sits in, never hidden.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from functions.books.flow import Flow, by_flow, by_place
from loyalty.clock import days_after
from loyalty.types import Day

Places = Mapping[str, int]
"""Points by month of expiry (`yymm`); what members owe under `debt`, negative."""
SETTLES_IN = 1
"""Days after a day's end within which every event is counted, or an alarm has been raised."""


class BookState(StrEnum):
    """Where a period stands; of several days, a period says the first of these that one of them says."""

    DIFFERENT = "different"
    SETTLING = "settling"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Line:
    """One day or month of a roll-forward.

    Attributes:
        flows: what moved, signed, by flow and reason.
        opening: what the ledger added up to at the end of the day before; None where the books do not reach.
        computed: opening and flows together; `closing` is what the accounts say; None while that is not known.
        differences: closing less computed, by month of expiry, without what comes to nothing.
    """

    period: str
    state: BookState
    flows: Mapping[Flow, Mapping[str, int]]
    opening: int | None
    computed: int | None
    closing: int | None
    differences: Places = field(default_factory=dict)

    @property
    def difference(self) -> int | None:
        """What the accounts hold more than the flows explain."""
        if self.closing is None or self.computed is None:
            return None
        return self.closing - self.computed

    def total(self, flow: Flow) -> int:
        """Return what moved in a flow, signed."""
        return sum(self.flows[flow].values())


def by_day(
    period: Sequence[Day], counted: Mapping[Day, Mapping[str, int]], closings: Mapping[Day, Places], today: Day
) -> list[Line]:
    """Return the lines of a period's days.

    Args:
        counted: the sums of each day of the period.
        closings: what the accounts held at each day's end, where that is known, from the day before the period on.
    """
    lines = []
    before = closings.get(days_after(period[0], -1))
    for day in period:
        line, before = _day(day, before, counted[day], closings.get(day), today)
        lines.append(line)
    return lines


def by_month(lines: Iterable[Line]) -> list[Line]:
    """Return the lines of days as lines of their months (`yymm`)."""
    months: dict[str, list[Line]] = {}
    for line in lines:
        months.setdefault(line.period[:4], []).append(line)
    return [_month(month, own) for month, own in months.items()]


def _day(
    day: Day, before: Places | None, counted: Mapping[str, int], after: Places | None, today: Day
) -> tuple[Line, Places | None]:
    """Return a day's line, and where the next one opens: at this closing, or at what was computed for want of one."""
    computed = None if before is None else _moved(before, by_place(counted.items()))
    differences = _differences(computed, after) if computed is not None and after is not None else {}
    line = Line(
        period=day,
        state=_state(day, after is not None, bool(differences), today),
        flows=by_flow(counted.items()),
        opening=None if before is None else sum(before.values()),
        computed=None if computed is None else sum(computed.values()),
        closing=None if after is None else sum(after.values()),
        differences=differences,
    )
    return line, computed if after is None else after


def _moved(before: Places, flows: Mapping[str, Mapping[Flow, int]]) -> Places:
    sums = Counter(before)
    for place, own in flows.items():
        sums[place] += sum(own.values())
    return sums


def _differences(computed: Places, after: Places) -> Places:
    found = {place: after.get(place, 0) - computed.get(place, 0) for place in sorted({*computed, *after})}
    return {place: points for place, points in found.items() if points}


def _state(day: Day, is_closed: bool, is_different: bool, today: Day) -> BookState:
    if day >= today and not is_closed:
        return BookState.OPEN
    if is_closed and not is_different:
        return BookState.CLOSED
    return BookState.DIFFERENT if days_after(day, SETTLES_IN) < today and is_closed else BookState.SETTLING


def _month(month: str, days: Sequence[Line]) -> Line:
    flows: dict[Flow, Counter[str]] = {flow: Counter() for flow in Flow}
    differences = Counter[str]()
    for line in days:
        differences.update(line.differences)
        for flow, own in line.flows.items():
            flows[flow].update(own)
    moved = sum(sum(own.values()) for own in flows.values())
    opening, closing = days[0].opening, days[-1].closing
    return Line(
        period=month,
        state=next(state for state in BookState if any(line.state is state for line in days)),
        flows=flows,
        opening=opening,
        computed=None if opening is None else opening + moved,
        closing=closing,
        differences={place: points for place, points in differences.items() if points},
    )
