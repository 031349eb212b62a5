"""A mall that sells for a year and a half, week after week, for alerts to look at; and the same recounted by hand."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, gamma, log, pi, sqrt
from typing import Any

from tests.functions.segments.office import Lake

NEWEST = date(2026, 11, 9)
"""The last week that is over on the tests' day."""
WEEKS = 81
Row = dict[str, Any]
Typical = Callable[[int], float]


@dataclass(frozen=True)
class Buyers:
    """Members of a tier who buy one category, so many receipts a week, for what is typical so many weeks ago."""

    tier: str
    category: str
    receipts: int
    typical: Typical


def steady(_ago: int) -> float:
    return 20_000


def falling(ago: int) -> float:
    """Two fifths less for three weeks."""
    return 12_000 if ago < 3 else 20_000


def sold(lake: Lake, *groups: Buyers, seed: int = 7, to: date = NEWEST) -> list[Row]:
    """Fill the lake with what groups bought down to a week; return the rows of receipts, with their category."""
    rows = list(_receipts(groups, random.Random(seed), to))
    once = {"line_no": 1, "sku": "S", "quantity": 1}
    of_receipts = {"gross", "paid", "is_first"}
    lake.engine.put("receipts", [{name: row[name] for name in row if name != "category"} for row in rows])
    lake.engine.put(
        "lines",
        [{**{name: row[name] for name in row if name not in of_receipts}, "net": row["paid"], **once} for row in rows],
    )
    return rows


def _receipts(groups: tuple[Buyers, ...], luck: random.Random, to: date) -> Iterator[Row]:
    for group in groups:
        for ago in range(WEEKS):
            for number in range(group.receipts):
                paid = round(exp(log(group.typical(ago)) + luck.gauss(0, 0.3)))
                day = to - timedelta(days=7 * ago - luck.randrange(7))
                member = f"{group.tier}-{number:03d}"
                told = {"event_id": f"{member}-{ago}", "member_id": member, "biz_date": day, "biz_hour": 12}
                facts = {"tier": group.tier, "channel": "till", "tenant_id": "shoes", "receipt_no": f"{member}-{ago}"}
                yield {**told, **facts, "category": group.category, "gross": paid, "paid": paid, "is_first": 0}


def recounted(rows: list[Row], column: str, fall: float = 0.1, long: int = 3, least: int = 30) -> dict[str, Row]:
    """The falls of groups with a year before, receipt by receipt, without the product's help and without its rounding.

    The weeks must be far from the Spring Festival.
    """
    logs: dict[tuple[str, int], list[float]] = defaultdict(list)
    for row in rows:
        logs[row[column], (NEWEST - row["biz_date"] + timedelta(days=6)).days // 7].append(log(row["paid"]))

    def distance(group: str, ago: int) -> float:
        now, then = logs[group, ago], logs[group, ago + 52]
        assert min(len(now), len(then)) >= least
        return sum(now) / len(now) - sum(then) / len(then)

    found = {}
    for group in {row[column] for row in rows}:
        for length in range(13, long - 1, -1):
            run = [distance(group, ago) for ago in range(length)]
            before = [distance(group, ago) for ago in range(length, length + 12)]
            normal = sum(before) / 12
            if all(one - normal <= log(1 - fall) for one in run):
                spread = sqrt(sum((one - normal) ** 2 for one in before) / 11)
                t = (sum(run) / length - normal) / (spread * sqrt(1 / length + 1 / 12))
                newest = logs[group, 0]
                typical = exp(sum(newest) / len(newest))
                found[group] = {"weeks": length, "p_value": tail(t, 11), "typical": typical}
                break
    return found


def tail(t: float, freedom: int, steps: int = 20_000) -> float:
    """Student's lower tail, by adding up its density."""
    scale = gamma((freedom + 1) / 2) / (sqrt(freedom * pi) * gamma(freedom / 2))
    width = 200 / steps
    places = (t - 200 + (step + 0.5) * width for step in range(steps))
    return float(sum(scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2) * width for x in places))
