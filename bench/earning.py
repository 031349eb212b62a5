"""What evaluating campaigns costs in CPU time: `python -m bench.earning`; ends with 1 if a limit is broken.

The mix is a mall's: multipliers on member days and in the evening, steps and every-so-much over receipts and days,
birthdays, lists, first purchases, groups that compete, limits and budgets. Every rule's window is open, so each is
asked to the end. Medians of process time of both halves: what must be read (`needs`), and what is given (`evaluate`).
"""

import sys
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.earning.evaluation import Bought, Shopper, evaluate, needs
from loyalty.earning.lines import PricedLine
from loyalty.earning.rule import Rule, from_plain
from loyalty.types import Day

LIMIT = 2.0
"""Milliseconds of CPU, median, for 100 rules and 20 lines."""
GROWTH_LIMIT = 2.6
"""Twice as many rules, or lines, take at most so many times as long: linear, with room for a noisy machine."""
RULES, LINES = 100, 20
ROUNDS = 61
_STARTS, _UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_AT = datetime(2026, 3, 5, 19, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
_SHAPES: tuple[dict[str, Any], ...] = (
    {"effects": [{"kind": "multiply", "factor": 2000}],
     "conditions": {"windows": {"recurrence": "FREQ=MONTHLY;BYMONTHDAY=5"}}, "group": "day", "stacking": "best"},
    {"effects": [{"kind": "multiply", "factor": 1500}],
     "conditions": {"windows": {"minutes": [1080, 1320]}, "scope": {"categories": ["c1", "c2"]}},
     "group": "day", "stacking": "best"},
    {"effects": [{"kind": "steps", "steps": [[50_000, {"points": 50}], [100_000, {"points": 100}]]}],
     "budget": {"unit": "points", "amount": 1_000_000, "shards": 16}},
    {"effects": [{"kind": "steps", "over": "day", "steps": [[50_000, {"templates": ["t1"]}]]}]},
    {"effects": [{"kind": "every", "fen": 10_000, "gift": {"points": 1, "purse": "draws"}, "most": 10}],
     "conditions": {"scope": {"brands": ["b1", "b2", "b3"]}}, "limits": {"awards_a_day": 3}},
    {"effects": [{"kind": "add", "gift": {"points": 88}}],
     "conditions": {"windows": {"birthday": "month"}, "tiers": ["gold", "diamond"]}},
    {"effects": [{"kind": "add", "gift": {"points": 20}}], "conditions": {"lists": ["vip"], "at_least": 10_000}},
    {"effects": [{"kind": "multiply", "factor": 100, "purse": "growth"}],
     "conditions": {"scope": {"tenants": ["t"], "skus": ["s1", "s7", "s13"]}}},
)  # fmt: skip


def rules(count: int = RULES) -> tuple[Rule, ...]:
    """Rules of all shapes in turn, all of them running."""
    return tuple(
        from_plain(
            {
                "campaign_id": f"c{n:03}",
                "name_zh": "x",
                "name_en": "x",
                "starts": _STARTS.isoformat(),
                "until": _UNTIL.isoformat(),
                "priority": n % 7,
                **_SHAPES[n % len(_SHAPES)],
            }
        )
        for n in range(count)
    )


def receipt(lines: int = LINES) -> Bought:
    """A receipt of goods that differ in category, brand and price, of one amount however many lines it has."""
    goods = tuple(
        PricedLine(f"s{n}", f"c{n % 5}", 1, 400_000 // lines, 400_000 // lines, 1000, True, 0, f"b{n % 6}")
        for n in range(lines)
    )
    return Bought("receipt/t/1", "t", _AT, "till", goods, 1200)


def milliseconds(count: int = RULES, lines: int = LINES, rounds: int = ROUNDS) -> float:
    """Return the median CPU milliseconds of what must be read and what is given, together."""
    bought, running = receipt(lines), rules(count)
    shopper = Shopper("gold", False, "0312", Day("250305"), frozenset({"vip"}))
    left = {rule.campaign_id: 1_000_000 for rule in running}
    spent = []
    for _ in range(rounds):
        began = time.process_time_ns()
        evaluate(bought, shopper, needs(bought, running).rules, {}, left)
        spent.append(time.process_time_ns() - began)
    return sorted(spent)[rounds // 2] / 1e6


def growth() -> dict[str, float]:
    """Return how many times as long twice the rules, and twice the lines, take."""
    return {
        "200 rules / 100 rules": milliseconds(2 * RULES) / milliseconds(),
        "40 lines / 20 lines": milliseconds(lines=2 * LINES) / milliseconds(),
    }


def main() -> None:
    """Measure, print, and end with 1 if a limit is broken."""
    taken, grown = milliseconds(), growth()
    print(f"{RULES} rules, {LINES} lines: {taken:.2f} ms (limit {LIMIT:g})")
    for name, times in grown.items():
        print(f"{name}: {times:.2f} (limit {GROWTH_LIMIT:g})")
    if taken >= LIMIT or any(times >= GROWTH_LIMIT for times in grown.values()):
        sys.exit("Over the limit.")


if __name__ == "__main__":
    main()
