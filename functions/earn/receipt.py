"""A receipt's life: the purchase as recorded and how much of it has come back. Pure.

What a return takes back and gives back is always recomputed from what is returned in all, and the difference to
what was settled before is moved: many small returns add up to exactly one big one (requirements P9, pitfall 7).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from functions.earn.errors import ReturnExceedsPurchaseError, UnknownLineError
from functions.earn.kept import Kept, keep
from loyalty.buckets import BucketKey
from loyalty.earning.lines import PER_POINT, PricedLine, counted_spend, points_for
from loyalty.pricing.basket import spread
from loyalty.pricing.records import Reduction, from_plain
from loyalty.types import Day


class ReturnedLine(NamedTuple):
    """Goods that came back: fen of the line's amount, before points paid part of it."""

    sku: str
    amount: int


class Return(NamedTuple):
    """What a till asks to take back: an amount spread over the receipt, or lines of it; all fen are gross."""

    refund_no: str
    amount: int | None = None
    lines: tuple[ReturnedLine, ...] = ()

    def request(self) -> dict[str, Any]:
        """Return what was asked as plain data: what is kept, and fingerprinted."""
        amount = {} if self.amount is None else {"amount": self.amount}
        return {"refund_no": self.refund_no, **amount, "lines": [[line.sku, line.amount] for line in self.lines]}


class Receipt(NamedTuple):
    """A recorded purchase and what has been returned of it so far.

    Attributes:
        bucket: where the earned points went.
        spent: points redeemed by bucket, in the order they were spent.
        value: what the redeemed points paid, in fen.
        returned: fen of each line's amount that came back so far.
        settled: the part of `returned` that came before the current run of returns by amount.
        reductions: what coupons and discounts took off, each with the condition that a return re-checks.
        lapsed: earned points that were past their expiry when the receipt reached us.
        sequence: how many returns came before.
        money_back: fen given back to the original payment so far: never what points paid (requirements K4).
        most_taken: the most earned points that were taken back so far; a kept coupon that falls away makes goods
            dearer, and no return gives earned points.
        unused: the sources of reductions of which nothing is enjoyed any more: their goods are back, or cost full
            price. What is in it stays in it, for its coupon may be used elsewhere by now.
        growth: growth value by the yuan, thousandths, as it was when the goods were bought (requirements T6);
            most_growth: the most of it that was taken back so far.
    """

    lines: tuple[PricedLine, ...]
    multiplier: int
    bucket: BucketKey
    bought_on: Day
    spent: tuple[tuple[BucketKey, int], ...]
    value: int
    returned: tuple[int, ...]
    settled: tuple[int, ...]
    reductions: tuple[Reduction, ...] = ()
    lapsed: int = 0
    sequence: int = 0
    money_back: int = 0
    most_taken: int = 0
    unused: frozenset[str] = frozenset()
    growth: int = 0
    most_growth: int = 0

    @property
    def kept(self) -> Kept:
        """What is kept, at what it costs now."""
        return keep(self.lines, self.reductions, self.returned, self.money_back, self.unused)

    @property
    def returnable(self) -> int:
        """The fen that can still come back."""
        return sum(line.amount for line in self.lines) - sum(self.returned)

    @property
    def earned_now(self) -> int:
        """The points the goods not returned earn, under the receipt's own ratios and multiplier."""
        return points_for(self.kept.lines, self.multiplier)

    @property
    def taken_back(self) -> int:
        """The earned points that belong to the returned goods; what was born expired is nobody's to take."""
        return max(self.most_taken, points_for(self.lines, self.multiplier) - self.earned_now - self.lapsed)

    @property
    def spend_now(self) -> int:
        """The fen the goods not returned count towards the tier."""
        return counted_spend(self.kept.lines)

    @property
    def growth_now(self) -> int:
        """The growth value that the goods not returned bring."""
        return self.spend_now * self.growth // PER_POINT

    @property
    def growth_back(self) -> int:
        """The growth value that belongs to the returned goods."""
        return max(self.most_growth, counted_spend(self.lines) * self.growth // PER_POINT - self.growth_now)

    @property
    def given_back(self) -> int:
        """The redeemed points that belong to the returned goods, at the rate they were redeemed at."""
        points = sum(part for _, part in self.spent)
        return self._points_part * points // self.value if points else 0

    @property
    def _points_part(self) -> int:
        pairs = zip(self.lines, self.returned, strict=True)
        return sum(line.paid_with_points * fen // line.amount for line, fen in pairs if line.amount)

    def with_return(self, asked: Return) -> "Receipt":
        """Return the receipt after goods came back.

        Raises:
            ReturnExceedsPurchaseError: if more comes back than is left.
            UnknownLineError: if a line is not on the receipt.
        """
        if asked.amount is not None:
            return self._returning(self._spread(asked.amount), self.settled)
        returned = _sums(self.returned, self._by_line(asked.lines))
        return self._returning(returned, returned)

    def _returning(self, returned: tuple[int, ...], settled: tuple[int, ...]) -> "Receipt":
        after = self._replace(returned=returned, settled=settled, sequence=self.sequence + 1)
        kept = after.kept
        return after._replace(
            money_back=kept.given,
            most_taken=after.taken_back,
            most_growth=after.growth_back,
            unused=_unused(self.reductions, kept),
        )

    def capped(self, asked: Return) -> Return:
        """Return the request, cut down to what is left where it asks for more: it came before its purchase."""
        try:
            self.with_return(asked)
        except (ReturnExceedsPurchaseError, UnknownLineError):
            return self._cut_down(asked)
        return asked

    def state(self) -> dict[str, Any]:
        """Return what has come back so far as facts of an entry; `recorded` reads them.

        `nets` is what money pays of each line that is kept: events tell it, so that trials of campaigns know returns.
        """
        settled = {"settled": list(self.settled)} if any(self.settled) else {}
        money = {"money_back": self.money_back, "most_taken": self.most_taken} if self.reductions else {}
        unused = {"unused": sorted(self.unused)} if self.unused else {}
        if self.reductions and self.growth:
            money["most_growth"] = self.most_growth
        nets = [line.net for line in self.kept.lines]
        return {"sequence": self.sequence, "returned": list(self.returned), "nets": nets, **settled, **money, **unused}

    def _cut_down(self, asked: Return) -> Return:
        wanted = asked.amount if asked.amount is not None else sum(line.amount for line in asked.lines)
        return Return(asked.refund_no, amount=min(wanted, self.returnable))

    def _spread(self, amount: int) -> tuple[int, ...]:
        """Spread all that was returned by amount since the last return by line, so that parts add up to the whole."""
        if amount > self.returnable:
            raise ReturnExceedsPurchaseError(returnable=self.returnable)
        run = sum(self.returned) - sum(self.settled) + amount
        left = [line.amount - fen for line, fen in zip(self.lines, self.settled, strict=True)]
        return _sums(self.settled, spread(run, left))

    def _by_line(self, asked: Sequence[ReturnedLine]) -> list[int]:
        added = [0] * len(self.lines)
        for wanted in asked:
            same = [n for n, line in enumerate(self.lines) if line.sku == wanted.sku]
            if not same:
                raise UnknownLineError(sku=wanted.sku)
            rest = wanted.amount
            for n in same:
                part = min(rest, self.lines[n].amount - self.returned[n] - added[n])
                added[n] += part
                rest -= part
            if rest:
                raise ReturnExceedsPurchaseError(returnable=self.returnable - sum(added))
        return added


def _sums(some: Sequence[int], more: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(some, more, strict=True))


def _unused(reductions: Sequence[Reduction], kept: Kept) -> frozenset[str]:
    return frozenset(one.source for one, enjoyed in zip(reductions, kept.enjoyed, strict=True) if not enjoyed)


def recorded(purchase: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]]) -> Receipt:
    """Return the receipt from the facts of its purchase and of every refund so far."""
    latest = max((purchase, *refunds), key=lambda facts: facts.get("sequence", 0))
    lines = tuple(PricedLine(*line) for line in purchase["lines"])
    receipt = Receipt(
        lines=lines,
        multiplier=purchase["multiplier"],
        bucket=BucketKey(purchase["bucket"]),
        bought_on=Day(purchase["bought_on"]),
        spent=tuple((BucketKey(bucket), points) for bucket, points in purchase.get("spent", [])),
        value=purchase.get("points_value", 0),
        returned=tuple(latest.get("returned") or [0] * len(lines)),
        settled=tuple(latest.get("settled") or [0] * len(lines)),
        reductions=tuple(from_plain(plain, len(lines)) for plain in purchase.get("reductions", [])),
        lapsed=purchase.get("lapsed", 0),
        sequence=latest.get("sequence", 0),
        most_taken=latest.get("most_taken", 0),
        unused=frozenset(latest.get("unused", ())),
        growth=purchase.get("growth", 0),
        most_growth=latest.get("most_growth", 0),
    )
    return receipt._replace(money_back=latest.get("money_back", receipt.kept.given))
