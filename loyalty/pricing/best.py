"""The best permitted combination of coupons for a basket (requirements C4). Pure.

Branch and bound over sets of coupons, each set once: coupons join in the order in which they take effect, so a set
continues from the basket its beginning left. A branch ends where even the full value of every coupon still to come,
each alone on gross amounts, would not beat the best set found: other coupons and discounts only lower that value.
Coupons that displace automatic discounts change what goods cost from the start, so each choice of displaced lines is
a search of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from loyalty.coupons.terms import Kind, Terms
from loyalty.pricing.basket import Basket, Offered
from loyalty.pricing.effects import Work, applied, turn
from loyalty.pricing.price import gains
from loyalty.pricing.sheet import Sheet, Use, sheet_of, use_of
from loyalty.pricing.stacking import in_the_way


def best(basket: Basket, candidates: Sequence[Offered], most: int = 10) -> tuple[Offered, ...]:
    """Return the permitted combination of money coupons that leaves least to pay; of equal ones, the fewest coupons.

    It is exact for up to `most` coupons that apply. Of more, those `most` with the largest gain alone are considered,
    so it is always at least as good as any single coupon and as none. Coupons of one template with the same terms
    are interchangeable: no more of them are considered than a receipt takes. `basket.coupons` is not looked at.
    """
    sheet = sheet_of(basket)
    unlike = _interchangeable(offered for offered in candidates if offered.terms.is_money)
    found = gains(sheet, [use for offered in unlike if isinstance(use := use_of(sheet, offered), Use)])
    ranked = sorted(found, key=lambda one: (-one[1], one[0].offered.code))
    chosen = _Search.of(sheet, sorted((use for use, _ in ranked[:most]), key=turn)).run()
    return tuple(sorted((use.offered for use in chosen), key=lambda offered: offered.code))


def _interchangeable(offered: Iterable[Offered]) -> Iterator[Offered]:
    """Yield coupons in order of code, those that could only stand in for others left out."""
    known: dict[tuple[str, Terms], int] = {}
    for _, one in sorted({one.code: one for one in offered}.items()):
        alike = known.get((one.template_id, one.terms), 0)
        if alike < one.terms.stacking.per_receipt:
            known[one.template_id, one.terms] = alike + 1
            yield one


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A coupon in the search.

    Attributes:
        worth: the most fen it can take off, whatever else is used.
        displaced: the lines that lose an automatic discount by it, a bit each.
        clashes: codes of other templates' coupons it cannot stand beside.
    """

    use: Use
    worth: int
    displaced: int
    clashes: frozenset[str]


@dataclass(slots=True)
class _Search:
    """One search over the sets of some coupons, given in the order in which they take effect.

    Attributes:
        best: the best set so far and its rank: what it leaves to pay, how many coupons it takes, and their codes.
    """

    sheet: Sheet
    candidates: Sequence[_Candidate]
    best: tuple[tuple[int, int, list[str]], tuple[Use, ...]] = field(init=False)

    @classmethod
    def of(cls, sheet: Sheet, uses: Sequence[Use]) -> "_Search":
        """Prepare a search."""
        gross = Work(sheet.quantities, sheet.amounts, sheet.amounts, (0,) * len(sheet.amounts))
        return cls(sheet, [_Candidate(use, _most(use, gross), _lost(sheet, use), _clashes(use, uses)) for use in uses])

    def run(self) -> tuple[Use, ...]:
        """Return the best set."""
        self.best = (sum(self.sheet.base(self.sheet.displaced())), 0, []), ()
        for displaced in self._displacements():
            base = self.sheet.base([bool(displaced >> n & 1) for n in range(len(self.sheet.amounts))])
            work = Work(self.sheet.quantities, base, base, (0,) * len(base))
            within = [one for one in self.candidates if one.displaced | displaced == displaced]
            self._extend(work, within, (), displaced)
        return self.best[1]

    def _displacements(self) -> list[int]:
        """Return every choice of displaced lines that some set of coupons makes."""
        found = {0}
        for one in self.candidates:
            found |= {one.displaced | other for other in found}
        return sorted(found)

    def _extend(self, work: Work, joining: Sequence[_Candidate], chosen: tuple[_Candidate, ...], missing: int) -> None:
        """Consider a set, then every set that continues it; `missing` lines are still to be displaced by it."""
        left = sum(work.rest)
        if not missing:
            self._consider(left, chosen)
        hope = left - sum(one.worth for one in joining)
        for n, one in enumerate(joining):
            if (hope, len(chosen) + 1) > self.best[0][:2]:
                return
            longer = (*chosen, one)
            _, after = applied(one.use, work)
            self._extend(after, _beside(longer, joining[n + 1 :]), longer, missing & ~one.displaced)
            hope += one.worth

    def _consider(self, left: int, chosen: tuple[_Candidate, ...]) -> None:
        if (left, len(chosen)) <= self.best[0][:2]:
            uses = tuple(one.use for one in chosen)
            rank = left, len(chosen), sorted(use.offered.code for use in uses)
            self.best = min(self.best, (rank, uses), key=lambda found: found[0])


def _most(use: Use, work: Work) -> int:
    """Return what a coupon takes off gross amounts; pieces' fen are rounded line by line, hence the margin."""
    parts, _ = applied(use, work)
    by_pieces = use.terms.kind in {Kind.SPECIAL_PRICE, Kind.BUY_GET}
    return sum(parts) + (2 * len(parts) if by_pieces else 0)


def _lost(sheet: Sheet, use: Use) -> int:
    """Return the lines that lose an automatic discount by a coupon, a bit each."""
    lines = enumerate(zip(use.covers, sheet.automatic, strict=True))
    return sum(1 << n for n, (covered, off) in lines if covered and off) if use.displaces else 0


def _clashes(use: Use, others: Iterable[Use]) -> frozenset[str]:
    return frozenset(
        other.offered.code
        for other in others
        if other.offered.template_id != use.offered.template_id and in_the_way(use.offered, [other.offered])
    )


def _beside(chosen: Sequence[_Candidate], joining: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the coupons that may join a set, whose last one is new."""
    new = chosen[-1]
    template, coupons = new.use.offered.template_id, [one.use.offered for one in chosen]
    return [
        one
        for one in joining
        if one.use.offered.code not in new.clashes
        and (one.use.offered.template_id != template or not in_the_way(one.use.offered, coupons))
    ]
