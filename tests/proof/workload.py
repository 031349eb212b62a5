"""A day with few members and many tills: everything happens to the same accounts at once."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.baskets import purchase, redemption
from bench.mall import TIME_ZONE, enrol, issue, register_tenant
from functions.earn.receipt import Return, ReturnedLine
from loyalty.clock import days_after, local_day
from loyalty.earning.rule import Rule
from loyalty.pricing.basket import Line
from loyalty.types import Fen, MemberId, TenantId
from tests.proof.campaigns import published
from tests.proof.requests import Buy, GiveBack, Redeem, Request, Sweep, Undo

MEMBERS = 4
DAYS_BACK = (0, 0, 1, 30, 200, 330, 345, 420)
"""How long ago purchases happened: some earn points that the sweep finds due, one is born expired."""
WITH_COUPONS, RIVALS = 0.5, 0.3
LARGE = 200_00
"""The threshold of the coupons, in fen."""
DAYS_AHEAD = (0, 20, 45)
"""For which days the sweep runs."""


@dataclass
class Workload:
    """Requests of one run, on members and a tenant nobody else uses, while campaigns of that tenant run."""

    members: list[MemberId]
    tenant: TenantId
    requests: list[Request]
    campaigns: tuple[Rule, ...] = ()


def plan(name: str, seed: int, purchases: int, members: int = MEMBERS) -> Workload:
    """Return purchases and what follows from them, in an order in which returns may come first."""
    luck, now = random.Random(seed), datetime.now(UTC).replace(microsecond=0)
    tenant = register_tenant(f"shop-{name}")
    people = [enrol(f"01K{name}{n}") for n in range(members)]
    today = local_day(now, TIME_ZONE)
    found: list[Request] = []
    for n in range(purchases):
        member, receipt_no = luck.choice(people), f"A-{n:05d}"
        found += _visit(luck, tenant, member, receipt_no, now)
        if luck.random() < 0.5:
            wish = redemption(tenant, member, f"key-{n}", luck.choice([100, 200, 300]))
            found += [Redeem(wish)] + [Undo(wish)] * (luck.random() < 0.4)
        if luck.random() < 0.4:
            found.append(Sweep(member, days_after(today, luck.choice(DAYS_AHEAD))))
    found += luck.sample(found, len(found) // 8)  # sent by two tills
    return Workload(people, tenant, _nearly_in_order(luck, found), published(name, tenant, purchases))


def _visit(luck: random.Random, tenant: TenantId, member: MemberId, receipt_no: str, now: datetime) -> list[Request]:
    """Return a purchase and its returns, if any."""
    lines = tuple(Line(f"sku-{k}", "shoes", 1, Fen(luck.randrange(100, 60_000))) for k in range(luck.randint(1, 3)))
    gross = sum(line.amount for line in lines)
    points = luck.choice([0, 0, 100, 300]) if gross >= 1_000 else 0
    at = now - timedelta(days=luck.choice(DAYS_BACK))
    coupons, off = _coupons(luck, member, receipt_no, gross)
    wish = purchase(tenant, member, receipt_no, at, lines=lines, points=points, coupons=coupons, off=off)
    found: list[Request] = [Buy(wish)]
    if coupons and luck.random() < RIVALS:  # the same coupons again, on a receipt of their own
        rival = purchase(tenant, member, f"{receipt_no}-again", at, lines=lines, coupons=coupons, off=off)
        found.append(Buy(rival))
    for k in range(luck.choice([0, 0, 1, 2])):
        amount = luck.choice([gross, gross // 2, max(1, gross // 3)])
        asked = Return(f"R-{k}", amount=amount) if k else Return("R-0", lines=_some(luck, lines))
        found.append(GiveBack(tenant, receipt_no, asked))
    return found


def _coupons(luck: random.Random, member: MemberId, receipt_no: str, gross: int) -> tuple[tuple[str, ...], int]:
    """Return one or two coupons in the member's wallet for some of the larger receipts, and what they take off."""
    if gross < LARGE or luck.random() >= WITH_COUPONS:
        return (), 0
    wanted = [("threshold", 50_00, LARGE), ("small", 10_00, 0)][: luck.choice([1, 2])]
    codes = [issue(member, f"{name}-{receipt_no}", off, threshold_fen=at, group=name) for name, off, at in wanted]
    return tuple(codes), sum(off for _, off, _ in wanted)


def _some(luck: random.Random, lines: tuple[Line, ...]) -> tuple[ReturnedLine, ...]:
    line = luck.choice(lines)
    return (ReturnedLine(line.sku, luck.choice([line.amount, max(1, line.amount // 2)])),)


def _nearly_in_order(luck: random.Random, requests: list[Request]) -> list[Request]:
    """Shuffle a little: requests come some forty places early or late, so causes and effects overlap."""
    places = {n: n + luck.gauss(0, 20) for n in range(len(requests))}
    return [requests[n] for n in sorted(places, key=places.__getitem__)]
