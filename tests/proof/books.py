"""The audit: whether ledger, accounts and what the tills were told agree, point by point and fen by fen."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.mall import TIME_ZONE
from functions.earn.receipt import Receipt, recorded
from functions.earn.terms import Purchase
from functions.transfer import giving
from loyalty import account_store, dynamo, ledger
from loyalty.accounts import Account, BrokenLedgerError, open_account
from loyalty.clock import local_day
from loyalty.dynamo import Item, from_item
from loyalty.entries import Entry, EntryKey, from_row
from loyalty.types import Day, Kind, MemberId, Month, Origin, Purse, Status
from tests.proof.campaigns import campaigns_told
from tests.proof.coupons import coupons_told
from tests.proof.requests import Awaiting, Buy, GiveBack, Sweep
from tests.proof.tills import Notebook
from tests.proof.workload import Workload
from tests.support import PROGRAMME

FEN_PER_POINT = 100
BACK = ("amount", "money_back", "points_taken_back", "points_given_back")
"""What a return's answer says came back."""


@dataclass
class Books:
    """Everything stored about a workload's members."""

    accounts: dict[MemberId, Account]
    entries: dict[MemberId, list[Entry]]
    placeholders: list[Item]

    @classmethod
    def read(cls, work: Workload) -> "Books":
        """Read accounts and ledger, consistently and whole."""
        accounts = {member: account_store.read(member, consistent=True) for member in work.members}
        rows = list(_scan(ledger.table()))
        entries = defaultdict(list)
        for row in rows:
            if row.get("member_id") in accounts:
                entries[MemberId(row["member_id"])].append(from_row(row))
        for own in entries.values():
            own.sort(key=lambda entry: entry.account_version)
        waiting = [row for row in rows if row["kind"] == ledger.PLACEHOLDER and f"/{work.tenant}/" in row["source"]]
        return cls({m: account for m, account in accounts.items() if account}, dict(entries), waiting)

    def by_key(self) -> dict[EntryKey, Entry]:
        """Return every entry by its cause."""
        return {entry.cause.key: entry for own in self.entries.values() for entry in own}


def _scan(table: str) -> Iterator[Item]:
    start: dict[str, Any] = {}
    while True:
        answer = dynamo.client().scan(TableName=table, ConsistentRead=True, **start)
        yield from map(from_item, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def audit(work: Workload, notebook: Notebook) -> list[str]:
    """Return every disagreement found; none means the books are exact."""
    books = Books.read(work)
    return [
        *_versions(books),
        *_balances(books),
        *_promises(books, notebook),
        *_early_returns(books, notebook),
        *_points_told(books, notebook),
        *_money(books),
        *_receipts(books, notebook),
        *coupons_told(books.by_key().values()),
        *campaigns_told(work.campaigns, books.by_key().values()),
    ]


def _versions(books: Books) -> Iterator[str]:
    for member, account in books.accounts.items():
        versions = [entry.account_version for entry in books.entries.get(member, [])]
        if versions != list(range(1, account.version + 1)):
            gaps = Counter(versions)
            gaps.subtract(range(1, account.version + 1))
            yield f"{member}: versions wrong {[(v, n) for v, n in gaps.items() if n]}, account at {account.version}"


def _balances(books: Books) -> Iterator[str]:
    """Live every member's ledger through again: it must lead to the account, and never below zero on the way."""
    for member, account in books.accounts.items():
        lived = open_account(member, Status.ACTIVE, PROGRAMME, Day("260101"))
        for entry in books.entries.get(member, []):
            try:
                lived = lived.moved(entry.legs)
            except BrokenLedgerError as error:
                yield f"{member} v{entry.account_version}: {error}"
                break
            if lived.balance(Purse.POINTS, _day_of(entry)) != entry.answer["balance"]:
                yield f"{member} v{entry.account_version}: balance {entry.answer['balance']} is not what was held"
        if (lived.buckets, lived.debt) != (account.buckets, account.debt):
            yield f"{member}: ledger {lived.buckets} {lived.debt}, account {account.buckets} {account.debt}"
        if any(points <= 0 for own in account.buckets.values() for points in own.values()):
            yield f"{member}: a bucket is not above zero"


def _day_of(entry: Entry) -> Day:
    if entry.cause.origin is Origin.SCHEDULE:
        return Day(entry.facts["as_of"])
    return local_day(datetime.fromisoformat(entry.cause.recorded_at), TIME_ZONE)


def _promises(books: Books, notebook: Notebook) -> Iterator[str]:
    """What was granted stands as it was told; what was refused does not stand; nothing else does."""
    standing, granted = books.by_key(), set()
    for request, told in notebook.entries():
        granted.add(request.key)
        if standing.get(told.cause.key) != told:
            yield f"told {told}, standing {standing.get(told.cause.key)}"
    for request, refused in notebook.refused():
        # Asked twice, a request may be refused first and granted later; never the other way round.
        if request.key in standing and request.key not in granted:
            yield f"refused with {refused.code}, but {request.key} stands"
    for key, entry in standing.items():
        if key not in granted and entry.cause.origin is not Origin.SCHEDULE and not _is_told_to_nobody(entry):
            yield f"{key} stands, but nobody was told"


def _is_told_to_nobody(entry: Entry) -> bool:
    """Openings were there before the run; of a gift its giver is told, and `gifts.pairs` compares the other side."""
    return entry.cause.kind is Kind.OPENING or entry.cause.key.movement == giving.IN


def _early_returns(books: Books, notebook: Notebook) -> Iterator[str]:
    """A return that waits is kept once, until its purchase takes it along."""
    kept: Counter[tuple[str, str]] = Counter()
    for row in books.placeholders:
        kept.update((row["source"], early["refund_no"]) for early in row["returns"])
    for entry in books.by_key().values():
        kept.update((entry.cause.key.source, number) for number in entry.facts.get("early", {}))
        if entry.cause.kind is Kind.REFUND and entry.cause.key.movement.startswith("refund/"):
            kept[(entry.cause.key.source, entry.cause.key.movement.removeprefix("refund/"))] += 1
    for request, told in notebook.told:
        if isinstance(request, GiveBack) and isinstance(told, Awaiting) and not kept[(request.source, told.refund_no)]:
            yield f"{request.source} {told.refund_no} waits, but is kept nowhere"
    yield from (f"{place} is kept {times} times" for place, times in kept.items() if times > 1)


def _points_told(books: Books, notebook: Notebook) -> Iterator[str]:
    """Add up what the tills were told and what the schedule took: that is what every member must hold."""
    told = {entry.cause.key: entry for request, entry in notebook.entries() if not isinstance(request, Sweep)}
    expected: Counter[MemberId] = Counter()
    for entry in told.values():
        expected[entry.member_id] += _moved_by(entry)
    for member, own in books.entries.items():
        untold = (entry for entry in own if entry.cause.kind is Kind.EXPIRE or _is_told_to_nobody(entry))
        expected[member] += sum(entry.points() for entry in untold)
    for member, account in books.accounts.items():
        if account.total(Purse.POINTS) != expected[member]:
            yield f"{member} holds {account.total(Purse.POINTS)}, was told {expected[member]}"


def _moved_by(entry: Entry) -> int:
    """Return the points a till was told had moved, from the answer and its reasons alone."""
    return sum(reason.points for reason in entry.reasons if reason.purse is Purse.POINTS)


def _money(books: Books) -> Iterator[str]:
    """The spend an account counts is what its receipts still are worth, month by month."""
    for member, account in books.accounts.items():
        spend: Counter[Month] = Counter()
        for receipt in _receipts_of(books, member).values():
            spend[Month(receipt.bought_on[:4])] += receipt.spend_now
        if dict(account.record.spend) != {month: fen for month, fen in spend.items() if fen}:
            yield f"{member}: spend {dict(account.record.spend)}, receipts {dict(spend)}"


def _receipts_of(books: Books, member: MemberId) -> dict[str, Receipt]:
    by_source: dict[str, list[Entry]] = defaultdict(list)
    for entry in books.entries.get(member, []):
        by_source[entry.cause.key.source].append(entry)
    found = {}
    for source, entries in by_source.items():
        purchases = [entry for entry in entries if entry.cause.kind is Kind.PURCHASE]
        refunds = [entry.facts for entry in entries if entry.cause.kind is Kind.REFUND]
        if purchases:
            found[source] = recorded(purchases[0].facts, refunds)
    return found


def _receipts(books: Books, notebook: Notebook) -> Iterator[str]:
    """A purchase earns on what was paid and no more; its returns give back what was paid and no more."""
    standing = books.by_key()
    receipts = {s: r for member in books.accounts for s, r in _receipts_of(books, member).items()}
    for request in {request for request, _ in notebook.entries() if isinstance(request, Buy)}:
        entry, receipt = standing.get(request.key), receipts.get(request.key.source)
        if entry is None or receipt is None:
            continue  # `_promises` has said so
        returned = [e for k, e in standing.items() if k.source == request.key.source and e.cause.kind is Kind.REFUND]
        yield from _receipt(request, entry, receipt, returned)


def _receipt(request: Buy, entry: Entry, receipt: Receipt, returned: list[Entry]) -> Iterator[str]:
    asked, name = request.purchase, request.key.source
    if (entry.facts["gross"], entry.facts["paid"]) != (asked.gross, asked.paid) or entry.member_id != asked.member_id:
        yield f"{name}: stands with other particulars"
    if entry.facts.get("early"):
        return
    earned = asked.paid * entry.facts["multiplier"] // (FEN_PER_POINT * 1000) + _awarded(entry)
    if (entry.answer["points_earned"], entry.answer["points_spent"]) != (earned, asked.points):
        yield f"{name}: {entry.answer}, should earn {earned} and spend {asked.points}"
    back = {name: sum(e.answer[name] for e in returned) for name in BACK}
    back["points_taken_back"] = -sum(r.points for e in returned for r in e.reasons if r.code == "taken_back")
    if back["amount"] != asked.gross - receipt.returnable or back["amount"] > asked.gross:
        yield f"{name}: {back['amount']} fen of goods came back, {receipt.returnable} of {asked.gross} are left"
    yield from _returns(name, back, wholly=receipt.returnable == 0, due=_due(entry, asked))


def _due(entry: Entry, asked: Purchase) -> dict[str, int]:
    """Return what must have come back when all goods have: points that were born expired are nobody's to take."""
    lapsed = -sum(reason.points for reason in entry.reasons if reason.code == "lapsed")
    earned = entry.answer["points_earned"] - _awarded(entry) - lapsed
    return {"money_back": asked.paid, "points_taken_back": earned, "points_given_back": asked.points}


def _awarded(entry: Entry) -> int:
    """Return the points of purse `points` that campaigns gave; what becomes of them is `campaigns_told`."""
    return sum(points.get(Purse.POINTS, 0) for _, points, *_ in entry.facts.get("awards", ()))


def _returns(name: str, back: Mapping[str, int], *, wholly: bool, due: Mapping[str, int]) -> Iterator[str]:
    for what, most in due.items():
        if back[what] > most or (wholly and back[what] != most):
            yield f"{name}: {what} is {back[what]} of {most}, {'whole' if wholly else 'part'}"
