"""Tiers: which rung of the ladder a member stands on (requirements T1, T2, T4).

A rung asks for spend, for points earned, for activity; for all of it or for any. It is reached at once and kept for a
year (where calendar years count, to the end of the next one) and the mall's days of grace; then it is reviewed: it
stays if the window still reaches it, otherwise it falls one rung at most. A refund lowers it only when what reached it
is gone. What a member did is kept by month, 24 months back, so every question is answered from the account alone.
What the member holds is not part of it: redeeming points never touches the tier (pitfall 10).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from loyalty.clock import add_months, date_of, day_of, days_after, month_before, month_end, month_of
from loyalty.ladder import Activity, Match, Tier, Window
from loyalty.programme import Programme
from loyalty.types import Day, Fen, Month

KEPT_MONTHS = 24

ByMonth = Mapping[Month, int]


@dataclass(frozen=True, slots=True)
class Record:
    """What a member did, by mall-local month, the newest 24: what the ladder may ask for.

    Attributes:
        spend: fen paid for what is not excluded.
        earned: points that purchases earned; kept only where the ladder asks for it, like `visits`.
        visits: purchases that were not returned whole.
    """

    spend: ByMonth = field(default_factory=dict)
    earned: ByMonth = field(default_factory=dict)
    visits: ByMonth = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a member stands: the tier's code, the day it was reached, the last day of its year."""

    code: str
    since: Day
    until: Day


@dataclass(frozen=True, slots=True)
class Span:
    """The months that count: what is asked in sum over all of them, and in which of them an activity may end."""

    first: Month
    last: Month
    ends: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a record counts in a span: fen and points in sum; purchases by month, and where an activity may end."""

    fen: int
    points: int
    visits: ByMonth
    ends: tuple[Month, ...]


def first_rung(programme: Programme, day: Day) -> Rung:
    """Return where a new member starts."""
    return Rung(programme.tiers.ladder[0].code, day, valid_until(day, programme))


def valid_until(day: Day, programme: Programme) -> Day:
    """Return the last day of the year for which a tier reached on this day is kept.

    A year, to the month's end; where calendar years count, to the end of the next one, so that a review never looks
    at a part of a year.
    """
    kept = add_months(date_of(day), 12)
    calendar = programme.tiers.window is Window.CALENDAR_YEAR
    return day_of(date(kept.year, 12, 31) if calendar else month_end(kept))


def kept_until(rung: Rung, programme: Programme) -> Day:
    """Return the last day before a rung's review: the last of its year, and the days of grace after it."""
    grace = programme.tiers.grace_days
    return days_after(rung.until, grace) if grace else rung.until


def span_on(day: Day, window: Window) -> Span:
    """Return the months that count on a day: the last 12 including this one, or this year's."""
    last = month_of(day)
    return Span(_first(last, window), last, (last,))


def span_of_review(rung: Rung, programme: Programme) -> Span:
    """Return the months that count in a rung's review: those of its last day, and the grace after it on top."""
    until, last = month_of(rung.until), month_of(kept_until(rung, programme))
    ends = tuple(sorted(month for n in range(4) if (month := month_before(last, n)) >= until))
    return Span(_first(until, programme.tiers.window), last, ends)


def _first(last: Month, window: Window) -> Month:
    return Month(f"{last[:2]}01") if window is Window.CALENDAR_YEAR else month_before(last, 11)


def total(by_month: ByMonth, span: Span) -> int:
    """Return the sum over the months that count."""
    return sum(number for month, number in by_month.items() if span.first <= month <= span.last)


def window_spend(spend: ByMonth, day: Day, window: Window) -> Fen:
    """Return the spend that counts on this day, in fen: the last 12 months including this one, or this year's."""
    return Fen(total(spend, span_on(day, window)))


def run(activity: Activity, end: Month) -> list[Month]:
    """Return the months of an activity that ends with this one, the newest first."""
    return [month_before(end, n) for n in range(activity.months)]


def is_active(visits: ByMonth, activity: Activity, end: Month) -> bool:
    """Tell whether the purchases of the months up to this one are as many as the activity asks (requirements T2)."""
    made = [visits.get(month, 0) for month in run(activity, end)]
    return (min(made) if activity.each_month else sum(made)) >= activity.purchases


def reached(tier: Tier, counted: Counted) -> bool:
    """Tell whether what counts reaches a rung: in everything it asks for, or in any of it, as the rung says."""
    met = list(_met(tier, counted))
    return all(met) if tier.match is Match.ALL else any(met) or not met


def _met(tier: Tier, counted: Counted) -> Iterator[bool]:
    if tier.spend_yuan:
        yield counted.fen >= tier.spend_fen
    if tier.points_earned is not None:
        yield counted.points >= tier.points_earned
    if (activity := tier.activity) is not None:
        yield any(is_active(counted.visits, activity, end) for end in counted.ends)


def _counted(record: Record, span: Span) -> Counted:
    return Counted(total(record.spend, span), total(record.earned, span), record.visits, span.ends)


def qualified(record: Record, day: Day, programme: Programme) -> int:
    """Return the rank of the highest rung that the record reaches on this day."""
    return _highest(record, span_on(day, programme.tiers.window), programme)


def _highest(record: Record, span: Span, programme: Programme) -> int:
    counted, ladder = _counted(record, span), programme.tiers.ladder
    return next((n for n in range(len(ladder) - 1, 0, -1) if reached(ladder[n], counted)), 0)


def with_purchase(record: Record, day: Day, programme: Programme, fen: int, points: int, visits: int) -> Record:
    """Add what a purchase of that day brings to the record; all of it negative: take away what a return undoes.

    Points and visits are counted only while the ladder asks for them: a ladder that begins to do so begins with none.
    """
    tiers = programme.tiers
    return Record(
        spend=_added(record.spend, day, fen),
        earned=_added(record.earned, day, points) if tiers.asks_for_points else {},
        visits=_added(record.visits, day, visits) if tiers.asks_for_activity else {},
    )


def _added(kept: ByMonth, day: Day, change: int) -> dict[Month, int]:
    """Add to the day's month; months older than the newest 24 are dropped."""
    changed = dict(kept)
    month = month_of(day)
    changed[month] = max(0, changed.get(month, 0) + change)
    oldest = month_before(max(changed), KEPT_MONTHS - 1)
    return {m: value for m, value in changed.items() if m >= oldest and value}


def reviewed(rung: Rung, record: Record, day: Day, programme: Programme) -> Rung:
    """Return the rung as it stands on this day, after every yearly review that has come due: a step each at most."""
    while kept_until(rung, programme) < day:
        rung = next_review(rung, record, programme)
    return rung


def next_review(rung: Rung, record: Record, programme: Programme) -> Rung:
    """Return what a rung's next review leaves of it: the same for another year, or the one below."""
    rank, reach = programme.rank(rung.code), _highest(record, span_of_review(rung, programme), programme)
    code = programme.tiers.ladder[min(max(reach, rank - 1, 0), rank)].code
    since = rung.since if code == rung.code else days_after(kept_until(rung, programme), 1)
    return Rung(code, since, valid_until(rung.until, programme))


def warning_day(rung: Rung, record: Record, programme: Programme) -> Day | None:
    """Return the day on which a member is told that the coming review will lower the tier; None where it will not.

    That is judged by what was done so far, so it may change with every movement.
    """
    ahead = programme.tiers.warning_days
    if not ahead or next_review(rung, record, programme).code == rung.code:
        return None
    return days_after(rung.until, -ahead)


def upgraded(rung: Rung, record: Record, day: Day, programme: Programme) -> Rung:
    """Return the higher rung that the record has reached, at once; the same rung otherwise."""
    rank = qualified(record, day, programme)
    if rank <= programme.rank(rung.code):
        return rung
    return Rung(programme.tiers.ladder[rank].code, day, valid_until(day, programme))


def supported(record: Record, day: Day, programme: Programme) -> int:
    """Return the highest rank the record reached in any month whose tier would still be kept on this day."""
    months = (month_before(month_of(day), n) for n in range(KEPT_MONTHS))
    reaches = (first_rung(programme, Day(f"{month}01")) for month in months)
    return max(qualified(record, one.since, programme) for one in reaches if kept_until(one, programme) >= day)


def after_refund(rung: Rung, before: Record, after: Record, day: Day, programme: Programme) -> Rung:
    """Return the lower rung when what reached this one is gone; the same rung otherwise.

    A rung that no purchase reached (brought along at enrolment, or left by a review) is not a refund's to take.
    """
    rank, left = programme.rank(rung.code), supported(after, day, programme)
    if left >= rank or supported(before, day, programme) < rank:
        return rung
    return Rung(programme.tiers.ladder[left].code, rung.since, rung.until)
