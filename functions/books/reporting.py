"""Reading the books: what was counted and closed, put together as reports (requirements F3, I5)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from functions.books import closings, counted, estimate, experience, liability, store
from functions.books import report_models as m
from functions.books import roll_forward as roll
from functions.books.closings import Closing
from functions.books.flow import DEBT, Flow
from functions.books.report_models import BooksBy
from functions.books.roll_forward import Line
from loyalty import programme_store
from loyalty.catalogue import Offer
from loyalty.clock import date_of, day_of, zone
from loyalty.errors import InvalidRequestError, NotFoundError
from loyalty.parts import THOUSANDTHS
from loyalty.settings import time_zone
from loyalty.types import Day, Purse

MOST_DAYS = 366
NEVER = "never"
CSV_HEADER = (
    "period",
    "state",
    "opening",
    *(flow.value for flow in Flow),
    "computed",
    "closing",
    "outstanding",
    "debt",
    "difference",
)


def roll_forward(purse: Purse, first: date, last: date, by: BooksBy, today: date) -> m.RollForwardAnswer:
    """Return the roll-forward of a purse.

    Raises:
        InvalidRequestError: if the period is none, too long, or lies in the future.
    """
    _require_period(first, last, today)
    period = list(store.days(first, last))
    closed = closings.between(day_of(first - timedelta(days=1)), day_of(last))
    places = {day: closing.places.get(purse, {}) for day, closing in closed.items()}
    lines = roll.by_day(period, counted.read_days(purse, first, last, today), places, day_of(today))
    ends = {line.period: closed.get(Day(line.period)) for line in lines}
    if by is BooksBy.MONTH:
        ends = {day[:4]: closing for day, closing in ends.items()}
        lines = roll.by_month(lines)
    items = tuple(_line(line, ends[line.period], purse) for line in lines)
    return m.RollForwardAnswer(purse=purse, by=by, items=items)


def table(answer: m.RollForwardAnswer) -> Iterator[tuple[Any, ...]]:
    """Yield a roll-forward as lines of a table, the first one the header."""
    yield CSV_HEADER
    for line in answer.items:
        yield tuple(_cell(getattr(line, name)) for name in CSV_HEADER)


def liability_report(as_of: date | None, now: datetime) -> m.LiabilityAnswer:
    """Return what points outstanding at the end of a day are worth; by default, of the last day that was closed.

    Raises:
        NotFoundError: if that day was not closed.
    """
    closing = _closing_of(as_of, day_of(now.astimezone(zone(time_zone())).date()))
    day = date_of(closing.day)
    programme = programme_store.current(datetime(day.year, day.month, day.day, 12, tzinfo=zone(time_zone())))
    offer = estimate.in_force(store.estimates().everything(), day)
    rates = estimate.estimate_of(offer).expected if offer else _everything
    cells = closings.cells_of(closing, Purse.POINTS)
    found = list(liability.shares(cells, closing.day, programme.redemption, programme.expiry, rates))
    worth = sum(share.liability for share in found)
    return m.LiabilityAnswer(
        as_of=day,
        run=closing.run,
        currency="CNY",
        programme_version=programme.version,
        redemption={"points": programme.redemption.points, "fen": programme.redemption.fen},
        estimate=_named(offer) if offer else None,
        outstanding=closing.outstanding(Purse.POINTS),
        debt=closing.debt(Purse.POINTS),
        value_mfen=sum(share.value for share in found),
        liability_mfen=worth,
        breakage_mfen=sum(share.breakage for share in found),
        liability_fen=liability.in_fen(worth),
        items=tuple(map(_share, found)),
    )


def experience_report(purse: Purse, today: date) -> m.ExperienceAnswer:
    """Return what became of a purse's points since the books began.

    Raises:
        NotFoundError: if no day was closed yet.
    """
    first = closings.first()
    if first is None:
        raise NotFoundError
    begun = date_of(first.day)
    days = counted.read_days(purse, begun + timedelta(days=1), today, today) if begun < today else {}
    found = experience.observed(first.places.get(purse, {}), days.values())
    items = tuple(
        m.ExperienceLine(
            expires=month(one.expires),
            issued=one.issued,
            used=one.used,
            expired=one.expired,
            voided=one.voided,
            transferred=one.transferred,
            held=one.held,
            redemption=one.redemption,
            breakage=one.breakage,
        )
        for one in found
    )
    return m.ExperienceAnswer(purse=purse, since=begun, until=today, items=items)


def month(text: str) -> str:
    """Return a month `yymm` (or a year `yy`) as people write it."""
    if text == DEBT:
        return DEBT
    if text == liability.NEVER:
        return NEVER
    return f"20{text[:2]}-{text[2:]}" if text[2:] else f"20{text}"


def _require_period(first: date, last: date, today: date) -> None:
    if not first <= last <= today or (last - first).days >= MOST_DAYS:
        detail = f"from 1 to {MOST_DAYS} days, none of them in the future"
        raise InvalidRequestError(errors=[{"parameter": "to", "code": "period_invalid", "detail": detail}])


def _closing_of(as_of: date | None, today: Day) -> Closing:
    closing = closings.latest(day_of(as_of) if as_of else today)
    if closing is None or (as_of and closing.day != day_of(as_of)):
        raise NotFoundError
    return closing


def _everything(_tier: str, _age: int) -> int:
    return THOUSANDTHS


def _line(line: Line, closing: Closing | None, purse: Purse) -> m.RollForwardLine:
    flows = {flow.value: m.FlowAnswer(total=line.total(flow), reasons=dict(own)) for flow, own in line.flows.items()}
    return m.RollForwardLine(
        period=date_of(Day(line.period)).isoformat() if len(line.period) > len("yymm") else month(line.period),
        state=line.state,
        opening=line.opening,
        **flows,
        computed=line.computed,
        closing=line.closing,
        outstanding=closing.outstanding(purse) if closing else None,
        debt=closing.debt(purse) if closing else None,
        difference=line.difference,
        differences=tuple(
            m.DifferenceAnswer(expires=month(place), points=points) for place, points in line.differences.items()
        ),
    )


def _cell(value: object) -> object:
    return value.total if isinstance(value, m.FlowAnswer) else value


def _share(share: liability.Share) -> m.LiabilityLine:
    return m.LiabilityLine(
        tier=share.tier,
        cohort=month(share.cohort),
        expires=month(share.expires),
        age_months=share.age,
        points=share.points,
        value_mfen=share.value,
        expected=share.expected,
        liability_mfen=share.liability,
        breakage_mfen=share.breakage,
    )


def _named(offer: Offer) -> m.EstimateNamed:
    found = estimate.estimate_of(offer)
    return m.EstimateNamed(
        estimate_id=offer.offer_id,
        version=offer.version,
        name=found.name,
        effective_from=found.effective_from,
        approved_by=offer.approver,
    )
