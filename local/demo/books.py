"""The books, really read: every row of the ledger against every account, coupon, reward and answer to a survey.

This is the demo's own arithmetic on the stored rows. It shares nothing with the rules that wrote them, so that it
can disagree with them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from local.clients import client
from local.demo.accounted import unaccounted
from local.stack import Stack
from loyalty.dynamo import from_item

Row = Mapping[str, Any]
Balances = Counter[str]


@dataclass(frozen=True)
class Figures:
    """What the summary shows. Points are those of the main purse.

    Attributes:
        members: accounts.
        receipts: purchases in the ledger.
        points_issued: what purchases earned.
        points_taken_back: what refunds took back of that.
        points_spent: what was spent, less what refunds gave back.
        points_expired: what lapsed.
        points_left: what all members hold, less what they owe.
        broken: members whose ledger is not their balance, or whose versions have a gap.
        coupons_issued: coupons that members came to, whatever became of them.
        coupons_redeemed: those used up at a till, less what returns brought back.
        coupons_open: those that wait in a wallet.
        rewards_handed_over: redeemed rewards that were handed over, or complete at once.
        surveys_answered: complete answers, comments found elsewhere included.
        survey_points: what the ledger credited for them, in whatever purse.
        findings_resolved: what was improved because somebody said so.
        unaccounted: coupons, redeemed rewards and answers of which the ledger tells otherwise.
    """

    members: int
    receipts: int
    points_issued: int
    points_taken_back: int
    points_spent: int
    points_expired: int
    points_left: int
    broken: int
    coupons_issued: int
    coupons_redeemed: int
    coupons_open: int
    rewards_handed_over: int
    surveys_answered: int
    survey_points: int
    findings_resolved: int
    unaccounted: int

    @property
    def sound(self) -> bool:
        """Whether the ledger explains all that stands, and what was issued is what went and what is left."""
        gone = self.points_taken_back + self.points_spent + self.points_expired
        return not self.broken and not self.unaccounted and self.points_issued - gone == self.points_left

    def as_dict(self) -> dict[str, int]:
        """The figures by name."""
        return asdict(self)


def read_books(stack: Stack) -> Figures:
    """Read all accounts, the whole ledger, all coupons, all redeemed rewards and all surveys of a stack."""
    dynamodb = client("dynamodb", endpoint_url=stack.endpoint_url, region=stack.region)
    accounts, ledger, coupons, rewards, surveys = (
        list(_rows(dynamodb, stack.resources[f"{table}_table_name"]))
        for table in ("accounts", "ledger", "coupons", "rewards", "surveys")
    )
    return figures(
        accounts,
        [row for row in ledger if "member_id" in row],
        [row for row in coupons if row["kind"] == "coupon"],
        [row for row in rewards if row["kind"] == "order"],
        [row for row in surveys if row["kind"] in {"answer", "finding"}],
    )


def receipts_between(stack: Stack, first: date, last: date) -> int:
    """How many receipts of these mall-local days are in the ledger: so many must the lake come to know."""
    dynamodb = client("dynamodb", endpoint_url=stack.endpoint_url, region=stack.region)
    return bought_between(_rows(dynamodb, stack.resources["ledger_table_name"]), first, last)


def bought_between(entries: Iterable[Row], first: date, last: date) -> int:
    """Count the purchases of these days."""
    bought = (entry["facts"]["bought_on"] for entry in entries if entry.get("kind") == "purchase")
    return sum(f"{first:%y%m%d}" <= day <= f"{last:%y%m%d}" for day in bought)


def figures(
    accounts: Iterable[Row],
    entries: Iterable[Row],
    coupons: Sequence[Row] = (),
    orders: Sequence[Row] = (),
    said: Sequence[Row] = (),
) -> Figures:
    """Add up entries, accounts, coupons, orders and what members said, and compare them.

    Args:
        accounts: rows of the accounts table.
        entries: rows of the ledger that belong to a member.
        coupons: coupons as they stand.
        orders: redeemed rewards as they stand.
        said: answers to surveys, and findings as they stand.
    """
    answers = [row for row in said if row["kind"] == "answer"]
    accounts, entries = list(accounts), list(entries)
    standing = Counter(coupon["state"] for coupon in coupons)
    total = _total(entries)
    booked, versions = _booked(entries)
    held = {row["member_id"]: _held(row) for row in accounts}
    return Figures(
        members=len(held),
        receipts=sum(entry["kind"] == "purchase" for entry in entries),
        points_issued=total["issued"],
        points_taken_back=total["taken back"],
        points_spent=total["spent"],
        points_expired=total["expired"],
        points_left=sum(balances["points"] for balances in held.values()),
        broken=sum(_is_broken(row, booked, versions) for row in accounts) + len(booked.keys() - held.keys()),
        coupons_issued=standing.total(),
        coupons_redeemed=standing["redeemed"],
        coupons_open=standing["issued"],
        rewards_handed_over=sum(order["state"] in {"handed_over", "done"} for order in orders),
        surveys_answered=len(answers),
        survey_points=_for_answers(entries),
        findings_resolved=sum(row.get("state") == "resolved" for row in said),
        unaccounted=len(unaccounted(entries, coupons, orders, answers)),
    )


def _total(entries: Iterable[Row]) -> Counter[str]:
    """The points all entries moved, by what the summary calls them."""
    total = Counter[str]()
    for entry in entries:
        if entry["legs"]:  # a reminder names points, and moves none
            total.update(_moved(entry))
    return total


def _for_answers(entries: Iterable[Row]) -> int:
    """What the ledger credited for answers to surveys, in whatever purse."""
    return sum(points for entry in entries for code, _, points, *_about in entry["reasons"] if code == "survey")


def _rows(dynamodb: Any, table: str) -> Iterator[Row]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        yield from map(from_item, page["Items"])


_CAUSES = {
    "redeemed": "spent",
    "given_back": "spent",
    "lapsed": "expired",
    "expired": "expired",
    "taken_back": "taken back",
    "campaign_back": "taken back",
    "welcome_back": "taken back",
    "transfer_out": "spent",
    "transfer_in": "spent",
    "transfer_fee": "spent",
    "voided": "spent",
}


def _moved(entry: Row) -> dict[str, int]:
    """The points an entry moved, by what the summary calls them; what is not named here was issued."""
    moved: Counter[str] = Counter()
    for code, purse, points, *_about in entry["reasons"]:
        if purse == "points":
            cause = _CAUSES.get(code, "issued")
            moved[cause] += points if cause == "issued" else -points
    return moved


def _booked(entries: Iterable[Row]) -> tuple[dict[str, Balances], dict[str, list[int]]]:
    """For each member: the sum of all legs by purse, and the versions that entries have made."""
    booked: dict[str, Balances] = defaultdict(Counter)
    versions: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        for purse, _, points in entry["legs"]:
            booked[entry["member_id"]][purse] += points
        versions[entry["member_id"]].append(entry["account_version"])
    return booked, versions


def _held(account: Row) -> Balances:
    """What an account holds less what it owes, by purse."""
    held: Balances = Counter()
    for purse, buckets in account.get("buckets", {}).items():
        held[purse] += sum(buckets.values())
    held.subtract(account.get("debt", {}))
    return held


def _is_broken(account: Row, booked: Mapping[str, Balances], versions: Mapping[str, list[int]]) -> bool:
    """Whether an account differs from what its entries add up to, or its versions are not 1, 2, 3 ..."""
    member = account["member_id"]
    held, legs = _held(account), booked.get(member, Counter())
    gapless = sorted(versions.get(member, [])) == list(range(1, account["version"] + 1))
    return not gapless or any(held[purse] != legs[purse] for purse in held.keys() | legs.keys())
