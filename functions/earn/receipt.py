"""A receipt's life: the purchase as recorded and how much of it has come back. Pure.

What a return takes back and gives back is always recomputed from what is returned in all, and the difference to
what was settled before is moved: many small returns add up to exactly one big one (requirements P9, pitfall 7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from functions.earn.basket import PricedLine, after_returns, counted_spend, points_for, spread
from functions.earn.errors import ReturnExceedsPurchaseError, UnknownLineError
from loyalty.buckets import BucketKey
from loyalty.types import Day


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """Goods that came back: fen of the line's amount, before points paid part of it."""

    sku: str
    amount: int


@dataclass(frozen=True, slots=True)
class Return:
    """What a till asks to take back: an amount spread over the receipt, or lines of it; all fen are gross."""

    refund_no: str
    amount: int | None = None
    lines: tuple[ReturnedLine, ...] = ()

    def request(self) -> dict[str, Any]:
        """Return what was asked as plain data: what is kept, and fingerprinted."""
        amount = {} if self.amount is None else {"amount": self.amount}
        return {"refund_no": self.refund_no, **amount, "lines": [[line.sku, line.amount] for line in self.lines]}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A recorded purchase and what has been returned of it so far.

    Attributes:
        bucket: where the earned points went.
        spent: points redeemed by bucket, in the order they were spent.
        value: what the redeemed points paid, in fen.
        returned: fen of each line's amount that came back so far.
        settled: the part of `returned` that came before the current run of returns by amount.
        lapsed: earned points that were past their expiry when the receipt reached us.
        sequence: how many returns came before.
    """

    lines: tuple[PricedLine, ...]
    multiplier: int
    bucket: BucketKey
    bought_on: Day
    spent: tuple[tuple[BucketKey, int], ...]
    value: int
    returned: tuple[int, ...]
    settled: tuple[int, ...]
    lapsed: int = 0
    sequence: int = 0

    @property
    def returnable(self) -> int:
        """The fen that can still come back."""
        return sum(line.amount for line in self.lines) - sum(self.returned)

    @property
    def earned_now(self) -> int:
        """The points the goods not returned earn, under the receipt's own ratios and multiplier."""
        return points_for(after_returns(self.lines, self.returned), self.multiplier)

    @property
    def taken_back(self) -> int:
        """The earned points that belong to the returned goods; what was born expired is nobody's to take."""
        return max(0, points_for(self.lines, self.multiplier) - self.earned_now - self.lapsed)

    @property
    def spend_now(self) -> int:
        """The fen the goods not returned count towards the tier."""
        return counted_spend(after_returns(self.lines, self.returned))

    @property
    def given_back(self) -> int:
        """The redeemed points that belong to the returned goods, at the rate they were redeemed at."""
        points = sum(part for _, part in self.spent)
        return self._points_part * points // self.value if points else 0

    @property
    def money_back(self) -> int:
        """The fen that go back to the original payment: never what points paid (requirements K4)."""
        return sum(self.returned) - self._points_part

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
            return replace(self, returned=self._spread(asked.amount), sequence=self.sequence + 1)
        returned = _sums(self.returned, self._by_line(asked.lines))
        return replace(self, returned=returned, settled=returned, sequence=self.sequence + 1)

    def capped(self, asked: Return) -> Return:
        """Return the request, cut down to what is left where it asks for more: it came before its purchase."""
        try:
            self.with_return(asked)
        except (ReturnExceedsPurchaseError, UnknownLineError):
            return self._cut_down(asked)
        return asked

    def state(self) -> dict[str, Any]:
        """Return what has come back so far as facts of an entry; `recorded` reads them."""
        settled = {"settled": list(self.settled)} if any(self.settled) else {}
        return {"sequence": self.sequence, "returned": list(self.returned), **settled}

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


def recorded(purchase: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]]) -> Receipt:
    """Return the receipt from the facts of its purchase and of every refund so far."""
    latest = max((purchase, *refunds), key=lambda facts: facts.get("sequence", 0))
    lines = tuple(PricedLine(*line) for line in purchase["lines"])
    return Receipt(
        lines=lines,
        multiplier=purchase["multiplier"],
        bucket=BucketKey(purchase["bucket"]),
        bought_on=Day(purchase["bought_on"]),
        spent=tuple((BucketKey(bucket), points) for bucket, points in purchase.get("spent", [])),
        value=purchase.get("points_value", 0),
        returned=tuple(latest.get("returned") or [0] * len(lines)),
        settled=tuple(latest.get("settled") or [0] * len(lines)),
        lapsed=purchase.get("lapsed", 0),
        sequence=latest.get("sequence", 0),
    )
