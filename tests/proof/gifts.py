"""Members who give points to each other, as requests that can be asked again, and the audit of what became of them."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bench.baskets import redemption
from bench.mall import TIME_ZONE, enrol, register_tenant
from functions.transfer import giving
from loyalty import dynamo, identity, ledger, programme_store
from loyalty.accounts import Account
from loyalty.buckets import BucketKey, Leg
from loyalty.clock import days_after, iso, local_day, utc_now
from loyalty.entries import Cause, Entry, EntryKey, Reason, source
from loyalty.ledger import Decision, Loaded
from loyalty.programme import Programme
from loyalty.types import Kind, MemberId, Origin, Purse
from tests.proof.books import Books
from tests.proof.requests import Redeem, Request
from tests.proof.tills import Notebook
from tests.proof.workload import Workload
from tests.support import PROGRAMME

POINTS = Purse.POINTS
RULES = {"enabled": True, "minimum": 10, "most_a_day": 900, "most_a_year": 900, "fee_points": 1, "fee_percent": 2}
WITH_TRANSFERS = Programme.model_validate({**PROGRAMME.published(), "transfers": RULES})
NOBODY = "+8613900139000"


@dataclass(frozen=True)
class Give:
    """A member gives points to whoever has a phone."""

    wish: giving.Wish

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.wish.source, giving.OUT)

    def ask(self, now: datetime) -> Entry:
        return giving.transfer(self.wish, now).entry


def phone_of(number: int) -> str:
    """Return the phone of the member of that number."""
    return f"+86138001{number:05d}"


def enrol_with_points(member_id: str, number: int, points: int) -> MemberId:
    """Enrol a member who can be found by phone, and give them points in three buckets."""
    member = enrol(member_id, WITH_TRANSFERS)
    row = {"member_id": identity.phone_key(phone_of(number)), "kind": identity.LOOKUP, "target": member}
    dynamo.client().put_item(TableName=identity.table(), Item=dynamo.to_item(row))
    now = utc_now()
    cause = Cause(EntryKey(source("opening", member), "points"), Kind.OPENING, iso(now), iso(now), "staff:proof",
                  Origin.STAFF, "trace")  # fmt: skip
    today = local_day(now, TIME_ZONE)
    legs = tuple(Leg(POINTS, BucketKey(days_after(today, days)), points // 3) for days in (30, 60, 90))

    def load(certain: bool) -> Loaded[None]:
        account, row, _ = ledger.look_again(member, cause.key)
        return Loaded(account, row, None)

    def decide(loaded: Loaded[None]) -> Decision:
        account = (loaded.account or enrolled()).moved(legs)
        answer = {"balance": account.balance(POINTS, today), "tier": account.rung.code}
        return Decision(account, legs, (Reason("opening_balance", POINTS, points // 3 * 3),), answer)

    def enrolled() -> Account:
        raise AssertionError("the account is there: it was just opened")

    ledger.settle(cause, WITH_TRANSFERS, load, decide)
    return member


def gift(member: MemberId, phone: str, points: int, name: str) -> Give:
    """Return a wish to give points."""
    return Give(giving.Wish(source("transfer", member, name), member, phone, points, "trace"))


def plan(name: str, seed: int, gifts: int, members: int) -> Workload:
    """Return gifts among members, some to nobody or to themselves, some sent twice, and redemptions between them."""
    luck, tenant = random.Random(seed), register_tenant(f"shop-{name}")
    people = [enrol_with_points(f"01K{name}{n}", n, luck.choice([90, 300, 900])) for n in range(members)]
    found: list[Request] = []
    for n in range(gifts):
        giver, receiver = luck.choice(people), luck.randrange(members)
        found.append(gift(giver, phone_of(receiver), luck.choice([5, 10, 25, 60, 150]), f"gift-{n}"))
        if luck.random() < 0.2:
            found.append(Redeem(redemption(tenant, luck.choice(people), f"redeem-{n}", luck.choice([10, 50]))))
    found += [gift(member, NOBODY, 10, "to-nobody") for member in people[::4]]
    found += luck.sample(found, len(found) // 5)
    luck.shuffle(found)
    return Workload(people, tenant, found)


def audit(work: Workload, notebook: Notebook) -> list[str]:
    """Return every disagreement found; none means that no point was made or lost."""
    books = Books.read(work)
    return [*_lives(books), *pairs(books), *_whole(books), *_limits(books), *_promises(books, notebook)]


def _lives(books: Books) -> Iterator[str]:
    """Every member's entries, one after the other, lead to the account, and nobody is ever below zero."""
    for member, account in books.accounts.items():
        held: Counter[str] = Counter()
        entries = books.entries.get(member, [])
        if [entry.account_version for entry in entries] != list(range(1, account.version + 1)):
            yield f"{member}: {[entry.account_version for entry in entries]} at {account.version}"
        for entry in entries:
            held.update({leg.bucket: leg.points for leg in entry.legs})
            if min(held.values(), default=0) < 0 or sum(held.values()) != entry.answer["balance"]:
                yield f"{member} v{entry.account_version}: {dict(held)}, told {entry.answer['balance']}"
        if {key: points for key, points in held.items() if points} != dict(account.held(POINTS)):
            yield f"{member}: ledger {dict(held)}, account {account.held(POINTS)}"


def pairs(books: Books) -> Iterator[str]:
    """Whatever one member gave reached the member it names, to the point, bucket by bucket but for the fee."""
    sides: dict[str, dict[str, Entry]] = defaultdict(dict)
    for key, entry in books.by_key().items():
        if entry.cause.kind is Kind.TRANSFER:
            sides[key.source][key.movement] = entry
    for name, both in sides.items():
        if set(both) != {giving.OUT, giving.IN}:
            yield f"{name}: only {set(both)}"
            continue
        out, into = both[giving.OUT], both[giving.IN]
        given = into.points() + out.answer["fee_points"]
        if (out.facts["other"], into.facts["other"]) != (into.member_id, out.member_id) or out.points() != -given:
            yield f"{name}: {out.points()} left, {into.points()} arrived"


def _whole(books: Books) -> Iterator[str]:
    """What went in is what is there and what went out."""
    entries = books.by_key().values()
    went_in = sum(entry.points() for entry in entries if entry.cause.kind is Kind.OPENING)
    redeemed = -sum(entry.points() for entry in entries if entry.cause.kind is Kind.REDEEM)
    fees = sum(entry.answer.get("fee_points", 0) for entry in entries if entry.cause.kind is Kind.TRANSFER)
    there = sum(account.total(POINTS) for account in books.accounts.values())
    if went_in != there + redeemed + fees:
        yield f"{went_in} went in; {there} are there, {redeemed} redeemed, {fees} fees"


def _limits(books: Books) -> Iterator[str]:
    """Nobody gave more than the mall allows, and every account knows what it gave."""
    rules = programme_store.by_version(1).transfers
    for member, account in books.accounts.items():
        outs = [one for one in books.entries.get(member, []) if one.cause.key.movement == giving.OUT]
        given = sum(entry.answer["points"] for entry in outs)
        known = account.given[3] if account.given else 0
        if given > rules.most_a_day or given != known:
            yield f"{member}: gave {given}, account says {known}"


def _promises(books: Books, notebook: Notebook) -> Iterator[str]:
    """What was granted stands as it was told; what was refused and never granted does not stand."""
    standing, granted = books.by_key(), {request.key for request, _ in notebook.entries()}
    for request, told in notebook.entries():
        if request.key is None or standing.get(request.key) != told:
            yield f"told {told}, which does not stand"
    for request, refused in notebook.refused():
        if request.key in standing and request.key not in granted:
            yield f"refused with {refused.code}, but {request.key} stands"
    for key, entry in standing.items():
        if key not in granted and entry.cause.kind is not Kind.OPENING and key.movement != giving.IN:
            yield f"{key} stands, but nobody was told"
