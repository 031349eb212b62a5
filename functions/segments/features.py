"""The figures that leaves of segments ask for, as columns of aggregations over the lake's views. Pure.

A figure belongs to a source, one aggregation grouped by member; equal figures are one column. Purchases of certain
goods are answered by the lines, summed by receipt first, so that a visit is a receipt and not a line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from functions.segments.frame import Frame
from functions.segments.leaves import Purchases, SegmentHours
from functions.segments.rfm import WINDOW_DAYS
from loyalty.lake.literals import literal, literals

_MONDAY = "DATE '2001-01-01'"
_AGAIN = ("biz_date > first_on",)
"""A purchase that is not of the first day a member bought on; asks for `dated` receipts."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Source(StrEnum):
    """Where figures come from; the value is the name of the view, or of the expression that stands for it."""

    RECEIPTS = "receipts"
    RETURNS = "returns"
    BASKETS = "baskets"
    BALANCES = "balances"
    COUPONS = "coupons"
    SURVEYS = "surveys"
    ACTIVITY = "activity"


@dataclass(slots=True)
class Figures:
    """The columns asked for so far, each with its name, in the order they were asked for.

    Attributes:
        columns: by source, the name of each aggregate.
        zero: names of those that are 0 where a member has no row; the others are null.
        goods: the columns of `baskets` that tell which lines count: filter to number.
    """

    frame: Frame
    columns: dict[Source, dict[str, str]] = field(default_factory=dict)
    zero: set[str] = field(default_factory=set)
    goods: dict[str, int] = field(default_factory=dict)

    def counted(self, source: Source, conditions: Sequence[str]) -> str:
        """Return the column that counts a source's rows."""
        return self.summed(source, "1", conditions)

    def summed(self, source: Source, value: str, conditions: Sequence[str]) -> str:
        """Return the column that sums a value over a source's rows; 0 where there are none."""
        name = self._column(source, f"sum({_where(value, conditions, '0')})")
        self.zero.add(name)
        return name

    def newest(self, source: Source, conditions: Sequence[str]) -> str:
        """Return the column of the last day; null where there is none."""
        return self._column(source, f"max({_where('biz_date', conditions, 'NULL')})")

    def first_day(self) -> str:
        """Return the column of the day of the first purchase ever."""
        return self._column(Source.RECEIPTS, "min(biz_date)")

    def last_day(self) -> str:
        """Return the column of the day of the last purchase ever."""
        return self.newest(Source.RECEIPTS, ())

    def days(self) -> str:
        """Return the column of the days with purchases; null where there is none."""
        return self._column(Source.RECEIPTS, "count(DISTINCT biz_date)")

    def repeat_days_paid(self) -> str:
        """Return the column of the days with something paid, without the first day."""
        return self._column(Source.RECEIPTS, f"count(DISTINCT {_where('biz_date', [*_AGAIN, 'paid > 0'], 'NULL')})")

    def repeat_paid(self) -> str:
        """Return the column of the fen paid, without the first day; what went back is not taken off."""
        return self._column(Source.RECEIPTS, f"sum({_where('paid', _AGAIN, '0')})")

    def balance(self) -> str:
        """Return the column of the points that can be spent."""
        name = self._column(Source.BALANCES, "max_by(balance, member_seq)")
        self.zero.add(name)
        return name

    def tier(self) -> str:
        """Return the column of the tier held after the last movement; empty or null: not known.

        Who never changed the tier they were imported with is told by no change of it.
        """
        return self._column(Source.BALANCES, "max_by(coalesce(tier, ''), member_seq)")

    def _column(self, source: Source, aggregate: str) -> str:
        mine = self.columns.setdefault(source, {})
        return mine.setdefault(aggregate, f"{source}_{len(mine)}")

    def spend(self, asked: Purchases) -> str:
        """Return SQL of the fen spent on such purchases, less returns where these can be told."""
        source, conditions = self._purchases(asked)
        paid = self.summed(source, f"net_{self._goods(asked)}" if asked.asks_for_goods else "paid", conditions)
        if source is Source.BASKETS or asked.channels or asked.weekdays or asked.hours:
            return paid
        return f"{paid} - {self.summed(Source.RETURNS, 'money_back', self._by_tenant(asked))}"

    def visits(self, asked: Purchases) -> str:
        """Return the column that counts such purchases."""
        return self.counted(*self._purchases(asked))

    def last_visit(self, asked: Purchases) -> str:
        """Return the column of the day of the last such purchase; null: there was none."""
        return self.newest(*self._purchases(asked))

    def rfm(self) -> tuple[str, str, str]:
        """Return SQL of last day, purchases and fen of the window of RFM."""
        window = Purchases.model_construct(days=WINDOW_DAYS)
        return self.last_visit(window), self.visits(window), self.spend(window)

    def _purchases(self, asked: Purchases) -> tuple[Source, list[str]]:
        conditions = self._by_tenant(asked)
        if asked.channels:
            conditions.append(f"channel IN {literals(asked.channels)}")
        if asked.weekdays:
            numbers = literals(_WEEKDAYS.index(day) for day in asked.weekdays)
            conditions.append(f"mod(date_diff('day', {_MONDAY}, biz_date), 7) IN {numbers}")
        if asked.hours:
            conditions.append(_within_hours(asked.hours))
        if not asked.asks_for_goods:
            return Source.RECEIPTS, conditions
        return Source.BASKETS, [f"has_{self._goods(asked)} = 1", *conditions]

    def _by_tenant(self, asked: Purchases) -> list[str]:
        conditions = self.frame.within(asked.days)
        if asked.tenants:
            conditions.append(f"tenant_id IN {literals(asked.tenants)}")
        return conditions

    def _goods(self, asked: Purchases) -> int:
        filters = [f"category IN {literals(asked.categories)}"] if asked.categories else []
        if asked.brands:
            filters.append(f"brand IN {literals(asked.brands)}")
        return self.goods.setdefault(" AND ".join(filters), len(self.goods))

    def sql(self) -> list[tuple[str, str]]:
        """Return the aggregations, each with its name; a source nobody asks is not read."""
        parts = [("baskets", self._baskets())] if Source.BASKETS in self.columns else []
        parts += [("dated", _dated())] if self._asks_for_first_days else []
        parts += [(f"by_{source}", self._aggregation(source)) for source in Source if source in self.columns]
        return parts

    def _aggregation(self, source: Source) -> str:
        columns = [f"{aggregate} AS {name}" for aggregate, name in self.columns[source].items()]
        until = f"WHERE biz_date <= {self.frame.today}"
        rows = "dated" if source is Source.RECEIPTS and self._asks_for_first_days else source
        return select(["member_id", *columns], rows, until, "GROUP BY member_id")

    @property
    def _asks_for_first_days(self) -> bool:
        return any("first_on" in aggregate for aggregate in self.columns.get(Source.RECEIPTS, ()))

    def _baskets(self) -> str:
        columns = [f"min({name}) AS {name}" for name in ("member_id", "tenant_id", "channel", "biz_date", "biz_hour")]
        for lines, number in self.goods.items():
            columns.append(f"sum({_where('net', [lines], '0')}) AS net_{number}")
            columns.append(f"max({_where('1', [lines], '0')}) AS has_{number}")
        return select(columns, "lines", "GROUP BY event_id")

    def joined(self, people: str) -> str:
        """Return the SELECT of all figures beside the columns of the members they are of."""
        columns = [
            f"coalesce({name}, 0) AS {name}" if name in self.zero else name
            for source in Source
            for name in self.columns.get(source, {}).values()
        ]
        joins = [
            f"LEFT JOIN by_{source} ON by_{source}.member_id = {people}.member_id"
            for source in Source
            if source in self.columns
        ]
        return select([f"{people}.*", *columns], people, *joins)


def select(columns: Iterable[str], source: str, *clauses: str) -> str:
    """Return a SELECT; whatever comes from outside is a literal by now (`loyalty.lake.literals`)."""
    return " ".join(["SELECT", ", ".join(columns), "FROM", source, *clauses])


def _dated() -> str:
    """Return receipts with the day their member first bought on: one reading answers for both."""
    return select(["receipts.*", "min(biz_date) OVER (PARTITION BY member_id) AS first_on"], "receipts")


def _where(value: str, conditions: Sequence[str], otherwise: str) -> str:
    return f"CASE WHEN {' AND '.join(conditions)} THEN {value} ELSE {otherwise} END" if conditions else value


def _within_hours(hours: SegmentHours) -> str:
    starts, until = literal(hours.starts), literal(hours.until)
    joined = "AND" if hours.starts < hours.until else "OR"
    return f"(biz_hour >= {starts} {joined} biz_hour < {until})"
