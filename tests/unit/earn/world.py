"""A member, budgets and tallies in memory: what the tables would hold after each decision, conditions included."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from functions.earn.given import Given, standing
from functions.earn.purchase import Beside, decide
from functions.earn.receipt import Receipt, Return, recorded
from functions.earn.refund import decide as take_back
from functions.earn.terms import Purchase
from loyalty import stock
from loyalty.accounts import Account, open_account
from loyalty.buckets import Leg
from loyalty.clock import day_of
from loyalty.earning.evaluation import Bought
from loyalty.earning.rule import Rule
from loyalty.earning.state import State
from loyalty.earning.used import Used, from_rows, rows_needed, to_rows
from loyalty.ledger import Decision
from loyalty.programme import Programme
from loyalty.stock import Shard
from loyalty.types import MemberId, Purse, ReceiptNo, Status
from tests.unit.earn.builders import TODAY, bill, terms

DAY = day_of(TODAY)


@dataclass
class Sold:
    """A recorded purchase and its returns, as facts."""

    facts: Mapping[str, Any]
    refunds: list[Mapping[str, Any]] = field(default_factory=list)

    def receipt(self) -> Receipt:
        """The receipt as it is read back."""
        return recorded(self.facts, self.refunds)


class World:
    """One member and the campaigns that run."""

    def __init__(self, programme: Programme, rules: Sequence[Rule]) -> None:
        self.programme, self.rules = programme, {rule.campaign_id: rule for rule in rules}
        self.account = open_account(MemberId("m"), Status.ACTIVE, programme, DAY)
        self.legs = Counter[Purse]()
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.left = {r.campaign_id: stock.dealt(r.budget.amount, r.budget.shards) for r in rules if r.budget}
        self.taken = {campaign: [0] * len(shards) for campaign, shards in self.left.items()}
        self.sold: dict[str, Sold] = {}

    def buy(self, *lines: tuple[str, str, int], early: Sequence[Return] = (), points: int = 0) -> Sold:
        """Record a purchase."""
        number = ReceiptNo(f"R-{len(self.sold)}")
        purchase = bill(*lines, points=points, programme=self.programme, receipt_no=number)
        at = terms(self.programme)
        sale = decide(self.account, purchase, at, early, Beside({}, self._state(purchase)))
        assert sale.grants is not None
        for campaign, parts in sale.grants.parts.items():
            self._draw(campaign, parts, 1)
        self._write(sale.grants.changes)
        return self._apply(sale.decision, number)

    def give_back(self, sold: Sold, asked: Return) -> Decision:
        """Record a return."""
        number = sold.facts["receipt_no"]
        counted = tuple(sold.facts.get("counted", ()))
        used = {campaign: self._used(rule) for campaign, rule in self.rules.items()}
        given = Given(f"receipt/shoes/{number}", standing(sold.facts, sold.refunds), counted, self.rules, used)
        refund = take_back(self.account, sold.receipt(), asked, "s", DAY, self.programme, campaigns=given)
        assert refund.back is not None
        for one in refund.back.taken:
            self._draw(one.campaign_id, one.parts, -1)
        self._write(refund.back.changes)
        self._moved(refund.decision)
        sold.refunds.append(refund.decision.facts)
        return refund.decision

    def units(self, campaign: str) -> int:
        """Units of a budget that entries say were given and not taken back."""
        return sum(
            sign * award[2]
            for sold in self.sold.values()
            for facts, name, sign in [
                (sold.facts, "awards", 1),
                *((refund, "awards_back", -1) for refund in sold.refunds),
            ]
            for award in facts.get(name, ())
            if award[0] == campaign
        )

    def points(self, campaign: str) -> Counter[str]:
        """Points of a campaign that entries say were given and not taken back, by purse."""
        found = Counter[str]()
        for sold in self.sold.values():
            for award in sold.facts.get("awards", ()):
                found.update(award[1] if award[0] == campaign else {})
            for refund in sold.refunds:
                for award in refund.get("awards_back", ()):
                    found.subtract(award[1] if award[0] == campaign else {})
        return found

    def coupons(self) -> set[str]:
        """The refs of coupons that entries gave and none took back."""
        facts = [one for sold in self.sold.values() for one in (sold.facts, *sold.refunds)]
        given = [ref for one in facts for _, _, ref in one.get("vouchers", ())]
        back = [ref for one in facts for _, _, ref in one.get("vouchers_back", ())]
        assert len(set(given)) == len(given)
        assert len(set(back)) == len(back)
        assert set(back) <= set(given)
        return set(given) - set(back)

    def _state(self, purchase: Purchase) -> State:
        bought = Bought("", purchase.tenant_id, purchase.purchased_at, purchase.channel, (), 1000)
        used = {campaign: self._used(rule) for campaign, rule in self.rules.items()}
        shards = {c: [Shard(n, held, self.taken[c][n]) for n, held in enumerate(own)] for c, own in self.left.items()}
        return State(bought, tuple(self.rules.values()), used=used, shards=shards)

    def _used(self, rule: Rule) -> Used:
        return from_rows({row: self.rows.get((rule.campaign_id, row)) for row in rows_needed(rule, DAY)})

    def _draw(self, campaign: str, parts: Sequence[tuple[int, int]], sign: int) -> None:
        for shard, units in parts:
            assert units > 0
            self.left[campaign][shard] -= sign * units
            self.taken[campaign][shard] += sign * units
            assert self.left[campaign][shard] >= 0
            assert self.taken[campaign][shard] >= 0

    def _write(self, changes: Sequence[tuple[str, Used, Used]]) -> None:
        for campaign, before, after in changes:
            for row, attributes, version in to_rows(before, after, DAY):
                assert self.rows.get((campaign, row), {"version": 0})["version"] == version
                self.rows[(campaign, row)] = attributes

    def _apply(self, decision: Decision, number: str) -> Sold:
        self._moved(decision)
        self.sold[number] = Sold(decision.facts)
        return self.sold[number]

    def _moved(self, decision: Decision) -> None:
        before = self.account
        assert before.tidied(DAY).moved(decision.legs).buckets == decision.account.buckets
        self.legs.update(_sums(decision.legs))
        reasons = Counter[Purse]()
        for reason in decision.reasons:
            reasons[reason.purse] += reason.points
        assert _nonzero(reasons) == _nonzero(_sums(decision.legs))
        self.account = replace(decision.account, version=before.version + 1)


def _sums(legs: Sequence[Leg]) -> Counter[Purse]:
    found = Counter[Purse]()
    for leg in legs:
        found[leg.purse] += leg.points
    return found


def _nonzero(sums: Mapping[Purse, int]) -> dict[Purse, int]:
    return {purse: points for purse, points in sums.items() if points}


def held(account: Account) -> dict[Purse, int]:
    """What an account holds less what it owes, by purse; nothing is left out."""
    return {purse: account.total(purse) for purse in Purse}
