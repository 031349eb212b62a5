"""What is still missing to a tier, measure by measure (requirements T4, T6). Pure.

A member is told what to do, so an activity asked for month by month says how many purchases are still to be made, and
over how many months they must be spread: a month that is past cannot be made up for.
"""

from dataclasses import dataclass

from loyalty.clock import month_after, month_of
from loyalty.ladder import Activity, Match, Tier
from loyalty.programme import Programme
from loyalty.tiers import ByMonth, Record, Rung, Span, run, span_of_review, span_on, total
from loyalty.types import Day, Fen, Month


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still missing to a tier; None where it does not ask for that.

    Attributes:
        tier: whose rung it is; `tier.match` says whether all of it is needed, or any.
        purchases: purchases still to be made; None as well where there is no month left to make them in.
        months: over how many months they must be spread, this one included; 0 where nothing is missing.
    """

    tier: Tier
    fen: Fen | None
    points: int | None
    purchases: int | None
    months: int | None

    @property
    def is_nothing(self) -> bool:
        """Whether the rung is reached."""
        asked = [
            left
            for is_asked, left in (
                (bool(self.tier.spend_yuan), self.fen),
                (self.tier.points_earned is not None, self.points),
                (self.tier.activity is not None, self.purchases),
            )
            if is_asked
        ]
        met = [left == 0 for left in asked]
        return all(met) if self.tier.match is Match.ALL else any(met) or not met


def missing_to_next(rung: Rung, record: Record, day: Day, programme: Programme) -> Missing | None:
    """Return what is missing on this day to the next rung; None at the top."""
    above = programme.rank(rung.code) + 1
    if above == len(programme.tiers.ladder):
        return None
    tier = programme.tiers.ladder[above]
    span = span_on(day, programme.tiers.window)
    ends = _ends_from(month_of(day), tier.activity)
    return _missing(tier, record, Span(span.first, span.last, ends), month_of(day))


def missing_to_keep(rung: Rung, record: Record, day: Day, programme: Programme) -> Missing | None:
    """Return what is missing on this day for the coming review to keep the rung; None on the lowest."""
    if not programme.rank(rung.code):
        return None
    return _missing(programme.tier(rung.code), record, span_of_review(rung, programme), month_of(day))


def _missing(tier: Tier, record: Record, span: Span, now: Month) -> Missing:
    activity = tier.activity
    purchases = _purchases(activity, record.visits, span, now) if activity else None
    return Missing(
        tier=tier,
        fen=Fen(max(0, tier.spend_fen - total(record.spend, span))) if tier.spend_yuan else None,
        points=None if tier.points_earned is None else max(0, tier.points_earned - total(record.earned, span)),
        purchases=purchases[0] if purchases else None,
        months=purchases[1] if purchases else None,
    )


def _ends_from(month: Month, activity: Activity | None) -> tuple[Month, ...]:
    """Return the months in which an activity may end that is begun at the latest now."""
    ahead = activity.months if activity and activity.each_month else 1
    return tuple(month_after(month, n) for n in range(ahead))


def _purchases(activity: Activity, visits: ByMonth, span: Span, now: Month) -> tuple[int, int] | None:
    """Return the fewest purchases that fulfil an activity, and over how many months; None where none do any more."""
    ways = [way for end in span.ends if (way := _way(activity, visits, end, now)) is not None]
    return min(ways, default=None)


def _way(activity: Activity, visits: ByMonth, end: Month, now: Month) -> tuple[int, int] | None:
    made = {month: visits.get(month, 0) for month in run(activity, end)}
    if not activity.each_month:
        short = max(0, activity.purchases - sum(made.values()))
        return None if short and end < now else (short, int(short > 0))
    short_by_month = {month: activity.purchases - number for month, number in made.items()}
    open_months = [month for month, left in short_by_month.items() if left > 0]
    if any(month < now for month in open_months):
        return None
    return sum(short_by_month[month] for month in open_months), len(open_months)
