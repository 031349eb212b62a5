"""Campaigns of a proof's own, and their audit: no budget exceeded by one unit, all rows say what the ledger says."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from loyalty import dynamo, stock
from loyalty.earning import running
from loyalty.earning.rule import Add, Conditions, Every, Limits, Multiply, Over, Rule, Scope, Unit
from loyalty.earning.state import place
from loyalty.earning.used import ALL, row_key
from loyalty.entries import Entry
from loyalty.types import Fen, Kind, MemberId, Purse, TenantId
from tests.running import budget, gift, rule, run, steps

LIMITS = Limits(awards=9, points_a_day=60)
Given = Counter[tuple[str, MemberId]]


def published(name: str, tenant: TenantId, receipts: int) -> tuple[Rule, ...]:
    """Publish campaigns for one tenant; the budgets are used up about half-way through so many receipts."""
    here = Conditions(scope=Scope(tenants=frozenset({tenant})))
    first = Conditions(scope=here.scope, first_purchase=True)
    rules = (
        rule(f"{name}-double", Multiply(2000), conditions=here, budget=budget(60 * receipts)),
        rule(f"{name}-few", Add(gift(40)), conditions=here, budget=budget(receipts // 4, Unit.AWARDS, shards=3)),
        rule(
            f"{name}-limited", Add(gift(15, Purse.COURTESY)), conditions=here, limits=Limits(awards=9, points_a_day=60)
        ),
        steps(
            f"{name}-steps", Over.RECEIPT, (200_00, gift(20)), (500_00, gift(50, Purse.POINTS, "tea")), conditions=here
        ),
        rule(
            f"{name}-day",
            Every(Fen(400_00), gift(25, Purse.POINTS, "day"), 100, Over.DAY),
            conditions=here,
            budget=budget(5 * receipts, shards=2),
        ),
        rule(f"{name}-hello", Add(gift(500)), conditions=first),
    )
    run(*rules)
    return rules


def campaigns_told(rules: Sequence[Rule], entries: Iterable[Entry]) -> Iterator[str]:
    """Compare budgets and tallies with what the ledger says was given and taken back."""
    if not rules:
        return
    known, found = {one.campaign_id: one for one in rules}, list(entries)
    units, points = _units(found), _points(found)
    for campaign, own in known.items():
        if own.budget:
            yield from _budget(own, units[campaign])
        yield from _tallies(own, found, points)
    for (campaign, member), given in points.items():
        if given < 0:
            yield f"{campaign} took more from {member} than it gave: {given}"
    yield from _reasons(found, points)
    yield from _coupons(found)
    yield from _first(found)


def _facts(entry: Entry) -> tuple[list[Any], int]:
    """Return the awards of an entry and their sign."""
    if entry.cause.kind is Kind.REFUND:
        return list(entry.facts.get("awards_back", ())), -1
    return list(entry.facts.get("awards", ())), 1


def _units(entries: Iterable[Entry]) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for entry in entries:
        awards, sign = _facts(entry)
        for campaign, _, units, parts in awards:
            if parts or units:
                found[campaign].update({shard: sign * part for shard, part in parts})
                assert sum(part for _, part in parts) == units
    return found


def _points(entries: Iterable[Entry]) -> Given:
    found: Given = Counter()
    for entry in entries:
        awards, sign = _facts(entry)
        for campaign, points, _, _ in awards:
            found[(campaign, entry.member_id)] += sign * sum(points.values())
    return found


def _budget(own: Rule, told: Mapping[int, int]) -> Iterator[str]:
    assert own.budget
    name, amount = own.campaign_id, own.budget.amount
    shards = stock.read(place(own), certain=True)
    if any(shard.left < 0 or shard.taken < 0 for shard in shards):
        yield f"{name}: a shard is below zero: {shards}"
    if sum(shard.left + shard.taken for shard in shards) != amount or sum(told.values()) > amount:
        yield f"{name}: {amount} were to be given, ledger {sum(told.values())}, shards {shards}"
    for shard in shards:
        if shard.taken != told.get(shard.number, 0):
            yield f"{name}/{shard.number}: {shard.taken} taken, the ledger says {told.get(shard.number, 0)}"


def _tallies(own: Rule, entries: Sequence[Entry], points: Given) -> Iterator[str]:
    """What a member's rows say they had is what the ledger gave them, in all and day by day."""
    for member in {entry.member_id for entry in entries}:
        given = points[(own.campaign_id, member)]
        if own.limits.awards is not None:
            row = _row(own, member, ALL)
            if row.get("awards", 0) > own.limits.awards or row.get("points", 0) != given:
                yield f"{own.campaign_id}: {member} had {given}, the row says {row}"
        if own.sums_day or own.limits.points_a_day is not None:
            days = {entry.facts["bought_on"] for entry in entries if "bought_on" in entry.facts}
            rows = [_row(own, member, day) for day in days]
            if sum(row.get("points", sum(row.get("given", {}).values())) for row in rows) != given and not own.sums_day:
                yield f"{own.campaign_id}: {member} had {given}, the days say {rows}"
            if own.sums_day and sum(sum(row.get("given", {}).values()) for row in rows) != given:
                yield f"{own.campaign_id}: {member} had {given}, the days say {rows}"


def _row(own: Rule, member: MemberId, name: str) -> dict[str, Any]:
    return dynamo.get(running.table(), row_key(own.campaign_id, member, name), consistent=True) or {}


def _reasons(entries: Iterable[Entry], points: Given) -> Iterator[str]:
    told: Given = Counter()
    for entry in entries:
        for reason in entry.reasons:
            if reason.code in {"campaign", "campaign_back"}:
                told[(reason.about, entry.member_id)] += reason.points
    if +told != +points:
        yield f"reasons say {told - points} more and {points - told} less than the awards"


def _coupons(entries: Iterable[Entry]) -> Iterator[str]:
    given, back = Counter[str](), Counter[str]()
    for entry in entries:
        given.update(ref for _, _, ref in entry.facts.get("vouchers", ()))
        back.update(ref for _, _, ref in entry.facts.get("vouchers_back", ()))
    yield from (f"{ref} was given {times} times" for ref, times in given.items() if times > 1)
    yield from (f"{ref} was taken back {times} times" for ref, times in back.items() if times > given[ref])


def _first(entries: Iterable[Entry]) -> Iterator[str]:
    """One purchase of a member is the first, whatever came back; the reward for it is given once (pitfall 17)."""
    first = Counter(entry.member_id for entry in entries if entry.facts.get("first"))
    yield from (f"{member} bought {times} times for the first time" for member, times in first.items() if times > 1)
