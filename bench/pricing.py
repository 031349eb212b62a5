"""What pricing costs in CPU time: `python -m bench.pricing`; ends with 1 if a limit is broken.

Medians of process time, the growth over lines and coupons within one run. The worst baskets for `best` are those where
every coupon goes with every other and lies over the same goods, and those where each displaces discounts of its own.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from loyalty.coupons.terms import Discount, Terms
from loyalty.pricing.basket import Basket, Line, Offered
from loyalty.pricing.best import best
from loyalty.pricing.price import price
from loyalty.types import Fen

PRICE_LIMIT, BEST_LIMIT = 5.0, 50.0
"""Milliseconds of CPU, median, for 20 lines and 10 coupons."""
LINES, COUPONS = 20, 10
ROUNDS = 15
RULES: dict[str, dict[str, Any]] = {
    "amount_off": {"off_fen": 3_000},
    "percent_off": {"percent": 8},
    "buy_get": {"buy": 1, "get": 1, "sets": 2},
    "special_price": {"price_fen": 4_900, "pieces": 2},
}
TIER = Discount(code="tier", percent=15)


def lines(count: int) -> tuple[Line, ...]:
    """A basket of goods that differ in price, pieces, category and brand."""
    return tuple(
        Line(f"s{n}", f"c{n % 3}", 1 + n % 4, Fen(1_000 + 7_919 * n % 90_000), f"b{n % 5}") for n in range(count)
    )


def coupon(n: int, kind: str, **more: Any) -> Offered:
    """A coupon that differs from every other; by itself it goes with all of them."""
    stacking = {"group": f"g{n}", "combines": "all", **more.pop("stacking", {})}
    rule = {name: value + n for name, value in RULES[kind].items()} if kind.endswith("off") else RULES[kind]
    terms = {"kind": kind, **rule, "stacking": stacking, **more}
    return Offered(f"K{n:02}", f"t{n:02}", Terms.model_validate(terms))


def baskets(count: int = LINES, coupons: int = COUPONS) -> dict[str, Basket]:
    """Baskets of so many lines and coupons, by what is hard about them."""
    kinds, numbers = list(RULES), range(coupons)
    found = {f"all of {kind}": [coupon(n, kind) for n in numbers] for kind in kinds}
    found["all kinds, all combine"] = [coupon(n, kinds[n % 4]) for n in numbers]
    found["all kinds, many conflicts"] = [
        coupon(n, kinds[n % 4], stacking={"group": f"g{n % 3}", "combines": "other_groups"}) for n in numbers
    ]
    found["each displaces discounts of its own"] = [
        coupon(n, "percent_off", percent=12 + n, scope={"skus": (f"s{n}", f"s{n + 1}")},
               stacking={"with_discounts": False}) for n in numbers
    ]  # fmt: skip
    return {name: Basket("t", lines(count), tuple(chosen), (TIER,)) for name, chosen in found.items()}


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median CPU milliseconds of some rounds."""
    spent = []
    for _ in range(rounds):
        began = time.process_time_ns()
        work()
        spent.append(time.process_time_ns() - began)
    return sorted(spent)[rounds // 2] / 1e6


def price_ms(basket: Basket) -> float:
    """Return what pricing a basket costs."""
    return median_ms(lambda: price(basket))


def best_ms(basket: Basket) -> float:
    """Return what finding the best of its coupons costs."""
    return median_ms(lambda: best(basket, basket.coupons))


def main() -> None:
    """Measure, print, and end with 1 if a limit is broken."""
    missed = []
    print(f"| {LINES} lines, {COUPONS} coupons | price, ms | best, ms |\n| --- | --- | --- |")
    for name, basket in baskets().items():
        priced, found = price_ms(basket), best_ms(basket)
        print(f"| {name} | {priced:.2f} | {found:.2f} |")
        missed += [name] if priced >= PRICE_LIMIT or found >= BEST_LIMIT else []
    print(f"\nLimits: price {PRICE_LIMIT:g} ms, best {BEST_LIMIT:g} ms.\n")
    _print_growth("lines", {count: baskets(count)["all kinds, all combine"] for count in (10, 20, 40, 80, 300)})
    _print_growth("coupons", {count: baskets(LINES, count)["all kinds, all combine"] for count in (2, 5, 10, 20)})
    if missed:
        sys.exit(f"Over the limit: {'; '.join(missed)}.")


def _print_growth(what: str, grown: dict[int, Basket]) -> None:
    figures = {count: (price_ms(basket), best_ms(basket)) for count, basket in grown.items()}
    first = next(iter(figures.values()))
    print(f"| {what} | price, ms | times | best, ms | times |\n| --- | --- | --- | --- | --- |")
    for count, (priced, found) in figures.items():
        print(f"| {count} | {priced:.2f} | {priced / first[0]:.1f} | {found:.2f} | {found / first[1]:.1f} |")
    print()


if __name__ == "__main__":
    main()
