"""Sums arranged for the panels: groups in order, totals, shares in thousandths. Pure (requirements I1, I6)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from pydantic import BaseModel

from functions.insight.live import panel_models as m
from functions.insight.live.told import NOT_TOLD, OFFERS, Groups
from loyalty.counting import Sums

UNTOLD_LOOKS = frozenset({m.FunnelBy.CATEGORY, m.FunnelBy.TEMPLATE})
"""What a look at an offer does not tell."""
SIDE_BY_SIDE = {m.Which.TODAY: 0, m.Which.YESTERDAY: 1, m.Which.WEEK_BEFORE: 7}
"""The days of the panel of today, by how many days ago they were."""
HOURS = range(24)


def funnel(by: m.FunnelBy, found: Mapping[date, Groups], first: date, last: date) -> m.FunnelAnswer:
    """Arrange what happened to coupons; of days and hours in their order, else what was issued most first."""
    groups = _groups(found, by_day=by is m.FunnelBy.DAY)
    in_order = by in {m.FunnelBy.DAY, m.FunnelBy.HOUR}
    names = sorted(groups) if in_order else _most_first(groups, lambda sums: sums["issued"])
    looks = by not in UNTOLD_LOOKS
    items = tuple(m.FunnelGroup(group=_told(name), **_funnel(groups[name], looks=looks)) for name in names)
    total = m.FunnelFigures(**_funnel(_sum(groups.values()), looks=looks))
    return m.FunnelAnswer(first=first, last=last, by=by, total=total, items=items)


def traffic(by: m.TrafficBy, found: Mapping[date, Groups], first: date, last: date) -> m.TrafficAnswer:
    """Arrange what was bought, earned and spent; of days and hours in their order, else the highest spend first."""
    groups = _groups(found, by_day=by is m.TrafficBy.DAY)
    in_order = by in {m.TrafficBy.DAY, m.TrafficBy.HOUR}
    names = sorted(groups) if in_order else _most_first(groups, lambda sums: sums["paid_fen"])
    items = tuple(m.TrafficGroup(group=_told(name), **_traffic(groups[name])) for name in names)
    total = m.TrafficFigures(**_traffic(_sum(groups.values())))
    return m.TrafficAnswer(first=first, last=last, by=by, total=total, items=items)


def compared(today: date) -> dict[m.Which, date]:
    """Return the days that the panel of today sets side by side."""
    return {which: today - timedelta(days=ago) for which, ago in SIDE_BY_SIDE.items()}


def beside(found: Mapping[date, Groups], now: datetime) -> m.TodayAnswer:
    """Arrange today beside the days before; `now` is on the mall's clock."""
    days = tuple(_day(which, day, found[day], now.hour) for which, day in compared(now.date()).items())
    return m.TodayAnswer(at=now, hour=now.hour, days=days)


def attention(found: Mapping[date, Groups], first: date, last: date) -> m.AttentionAnswer:
    """Arrange what was looked at, by kind of thing, what was seen most first."""
    groups = _groups(found, by_day=False)
    names = _most_first(groups, lambda sums: sums["seen"])
    items = tuple(m.AttentionGroup(group=name, **_attention(groups[name], usable=name in OFFERS)) for name in names)
    total = m.AttentionFigures(**_attention(_sum(groups.values()), usable=True))
    return m.AttentionAnswer(first=first, last=last, kind=None, ref=None, total=total, items=items)


def attention_of(kind: str, ref: str, found: Mapping[date, Sums], first: date, last: date) -> m.AttentionAnswer:
    """Arrange the attention one thing got, day by day."""
    items = tuple(
        m.AttentionGroup(group=f"{day}", **_attention(found[day], usable=True)) for day in sorted(found) if found[day]
    )
    total = m.AttentionFigures(**_attention(_sum(found.values()), usable=True))
    return m.AttentionAnswer(first=first, last=last, kind=kind, ref=ref, total=total, items=items)


def per_mille(part: int, whole: int) -> int | None:
    """Return a share in thousandths, rounded down; None of nothing."""
    return part * 1000 // whole if whole > 0 else None


def _groups(found: Mapping[date, Groups], *, by_day: bool) -> dict[str, Sums]:
    """Return the sums of all days by group, or of all groups by day; without what came to nothing."""
    sums: dict[str, Sums] = {}
    for day, groups in found.items():
        for group, own in groups.items():
            sums.setdefault(f"{day}" if by_day else group, Counter()).update(own)
    return {name: own for name, own in sums.items() if any(own.values())}


def _most_first(groups: Mapping[str, Sums], size: Callable[[Sums], int]) -> list[str]:
    return sorted(groups, key=lambda name: (-size(groups[name]), name))


def _sum(all_sums: Iterable[Sums]) -> Sums:
    total: Sums = Counter()
    for sums in all_sums:
        total.update(sums)
    return total


def _told(group: str) -> str | None:
    return None if group == NOT_TOLD else group


def _plain(model: type[BaseModel], sums: Sums) -> dict[str, int | None]:
    return {name: sums[name] for name in model.model_fields}


def _funnel(sums: Sums, *, looks: bool) -> dict[str, int | None]:
    issued = sums["issued"]
    return {
        **_plain(m.FunnelFigures, sums),
        **({} if looks else {"offers_seen": None, "offers_clicked": None}),
        "seen_per_mille": per_mille(sums["seen"], issued),
        "used_per_mille": per_mille(sums["redeemed"] - sums["returned"], issued),
    }


def _traffic(sums: Sums) -> dict[str, int | None]:
    return {**_plain(m.TrafficFigures, sums), "average_fen": _average(sums)}


def _day(which: m.Which, day: date, groups: Groups, hour: int) -> m.TodayDay:
    by_hour = {number: groups.get(f"{number:02d}", Counter[str]()) for number in HOURS}
    over = (sums for number, sums in by_hour.items() if number < hour)
    return m.TodayDay(
        day=day,
        which=which,
        total=m.TodayFigures(**_today(_sum(by_hour.values()))),
        until_this_hour=m.TodayFigures(**_today(_sum(over))),
        hours=tuple(m.TodayHour(hour=number, **_today(sums)) for number, sums in by_hour.items()),
    )


def _today(sums: Sums) -> dict[str, int | None]:
    return {**_plain(m.TodayFigures, sums), "average_fen": _average(sums)}


def _average(sums: Sums) -> int | None:
    return sums["paid_fen"] // sums["receipts"] if sums["receipts"] > 0 else None


def _attention(sums: Sums, *, usable: bool) -> dict[str, int | None]:
    return {
        "seen": sums["seen"],
        "clicked": sums["clicked"],
        "used": sums["used"] if usable else None,
        "clicked_per_mille": per_mille(sums["clicked"], sums["seen"]),
    }
