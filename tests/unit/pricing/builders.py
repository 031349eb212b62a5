"""Baskets and coupons for the tests of pricing; amounts are fen."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from loyalty.coupons.terms import Discount, Scope, Stacking, Terms
from loyalty.pricing.basket import Basket, Line, Offered
from loyalty.pricing.records import Priced, Reduction
from loyalty.pricing.stacking import permitted
from loyalty.types import Fen

EXCLUDED = frozenset({"tobacco", "gift_cards"})
TIER_15 = Discount(code="tier", percent=15)
APART: dict[str, Any] = {"combines": "all"}


def line(amount: int, *, sku: str = "s", category: str = "shoes", quantity: int = 1, brand: str = "") -> Line:
    """A line of a receipt."""
    return Line(sku, category, quantity, Fen(amount), brand)


def coupon(
    code: str, kind: str, *, template: str = "", stacking: dict[str, Any] | None = None, **terms: Any
) -> Offered:
    """A coupon, by itself of a template of its own that combines with everything."""
    own = Stacking.model_validate(APART if stacking is None else stacking)
    return Offered(code, template or f"of-{code}", Terms.model_validate({"kind": kind, "stacking": own, **terms}))


def basket(lines: Sequence[Line], *coupons: Offered, **more: Any) -> Basket:
    """A basket at the tenant `muzuo-home`."""
    return Basket(
        **{"tenant_id": "muzuo-home", "lines": tuple(lines), "coupons": coupons, "excluded": EXCLUDED, **more}
    )


def refusals(priced: Priced) -> dict[str, str]:
    """The code of every refusal by its coupon."""
    return {refused.code: refused.refusal.code for refused in priced.refused}


def offs(priced: Priced) -> dict[str, int]:
    """What every reason takes off."""
    return {reduction.source: reduction.off for reduction in priced.reductions}


def by_source(priced: Priced, source: str) -> Reduction:
    """The reduction of one reason."""
    return next(reduction for reduction in priced.reductions if reduction.source == source)


def permitted_sets(coupons: Sequence[Offered]) -> list[tuple[Offered, ...]]:
    """Every set of coupons that may stand together."""
    sets = (chosen for size in range(len(coupons) + 1) for chosen in combinations(coupons, size))
    return [chosen for chosen in sets if permitted(chosen)]


AMOUNTS = st.one_of(st.just(0), st.just(1), st.integers(2, 300), st.integers(1_000, 100_000))
LINES = st.lists(
    st.builds(
        line,
        AMOUNTS,
        sku=st.sampled_from(["a", "b", "c"]),
        category=st.sampled_from(["shoes", "food", "tobacco"]),
        quantity=st.one_of(st.integers(1, 5), st.just(1_000_000)),
        brand=st.sampled_from(["", "x", "y"]),
    ),
    min_size=1,
    max_size=5,
)
SCOPES = st.one_of(
    st.just(Scope()),
    st.builds(Scope, skus=st.sampled_from([("a",), ("b", "c")])),
    st.builds(Scope, categories=st.sampled_from([("shoes",), ("food", "tobacco")])),
    st.builds(Scope, brands=st.just(("x",)), tenants=st.sampled_from([(), ("muzuo-home",), ("other",)])),
)
STACKINGS = st.builds(
    Stacking,
    group=st.sampled_from(["one", "two"]),
    combines=st.sampled_from(["all", "all", "other_groups", "none"]),
    per_receipt=st.integers(1, 3),
    with_discounts=st.booleans(),
    with_points=st.sampled_from([True, True, False]),
)
KINDS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("amount_off"), "off_fen": st.integers(1, 40_000)}),
    st.fixed_dictionaries(
        {
            "kind": st.just("percent_off"),
            "percent": st.integers(1, 100),
            "max_off_fen": st.one_of(st.none(), st.integers(1, 9_000)),
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("buy_get"), "buy": st.integers(1, 3), "get": st.integers(1, 2), "sets": st.integers(1, 3)}
    ),
    st.fixed_dictionaries(
        {"kind": st.just("special_price"), "price_fen": st.integers(0, 9_900), "pieces": st.integers(1, 4)}
    ),
)
GIFTS = st.just({"kind": "gift", "benefit_zh": "丝巾"})
THRESHOLDS = st.one_of(st.just(0), st.integers(1, 120_000))


@st.composite
def coupons(draw: st.DrawFn, most: int = 5, *, kinds: st.SearchStrategy[dict[str, Any]] = KINDS) -> tuple[Offered, ...]:
    """Some coupons; two of one template carry the same terms, as those of a mall do."""
    parts = st.tuples(kinds, SCOPES, STACKINGS, THRESHOLDS)
    templates = [
        Terms.model_validate({**kind, "scope": scope, "stacking": stacking, "threshold_fen": threshold})
        for kind, scope, stacking, threshold in draw(st.lists(parts, min_size=1, max_size=most))
    ]
    chosen = draw(st.lists(st.integers(0, len(templates) - 1), max_size=most))
    return tuple(Offered(f"K{n}", f"t{template}", templates[template]) for n, template in enumerate(chosen))


DISCOUNTS = st.lists(
    st.builds(Discount, code=st.sampled_from(["tier", "d1", "d2"]), percent=st.integers(1, 100), scope=SCOPES),
    max_size=3,
    unique_by=lambda discount: discount.code,
).map(tuple)


@st.composite
def baskets(draw: st.DrawFn, *, points: bool = True, gifts: bool = True) -> Basket:
    """Any basket."""
    return basket(
        draw(LINES),
        *draw(coupons(kinds=st.one_of(KINDS, GIFTS) if gifts else KINDS)),
        discounts=draw(DISCOUNTS),
        points_value=draw(st.one_of(st.just(0), st.integers(0, 200_000))) if points else 0,
    )
