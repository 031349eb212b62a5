"""A day on which staff decide while tills sell: voids, adjustments and freezes approved twice, and what became of them.

Requests to staff are written before the day as an appeal or the desk writes them; what races is their decision.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bench.mall import TIME_ZONE
from functions.control import asking, deciding, requests_store
from functions.control.asking import By
from functions.control.request import Asked, ControlReason, ControlRequest, ControlState, ControlTask
from loyalty import attempts, buckets
from loyalty.accounts import Account, open_account
from loyalty.clock import iso, local_day, utc_now
from loyalty.earning.rule import Add, Conditions, Rule, Scope
from loyalty.entries import Entry, EntryKey, source
from loyalty.programme import Programme
from loyalty.types import Day, Kind, MemberId, Purse, Status, TenantId
from tests.proof import books, workload
from tests.proof.books import Books
from tests.proof.gifts import RULES, enrol_with_points, gift, pairs, phone_of
from tests.proof.requests import Request
from tests.proof.tills import Notebook
from tests.proof.workload import Workload
from tests.running import gift as campaign_gift
from tests.running import rule, run
from tests.support import PROGRAMME

MAKER, APPROVERS, REFUSER = "olga", ("ada", "alan"), "zoe"
WITH_EVERYTHING = Programme.model_validate(
    {**PROGRAMME.published(), "transfers": {**RULES, "return_window_days": 0}, "growth": {"points_per_yuan": "0.5"}}
)
"""Members may give points away, and gain growth value."""
PHONES, HELD = 7000, 900
"""The number of the first phone; what each member holds at first."""
AMOUNTS = {Purse.POINTS: (40, 150, 400), Purse.COURTESY: (5, 30), Purse.GROWTH: (20, 300), Purse.DRAWS: (1, 3)}
FROZEN_FOR, AGAIN = 20, 40
"""So many requests after a freeze it is lifted; and once more, should the first have come before it."""
SPENDS = frozenset({Kind.REDEEM, Kind.TRANSFER, Kind.USE})


@dataclass(frozen=True)
class Approve:
    """A member of staff approves a request at the version everybody has seen."""

    request: ControlRequest
    login: str

    @property
    def key(self) -> EntryKey:
        return key_of(self.request)

    def ask(self, now: datetime) -> ControlRequest:
        return deciding.approve(self.request.request_id, 1, By(self.login, "trace"), now).answer


@dataclass(frozen=True)
class Refuse:
    """A member of staff turns a request down: no entry stands for it."""

    request: ControlRequest
    login: str = REFUSER

    @property
    def key(self) -> None:
        return None

    def ask(self, now: datetime) -> ControlRequest:
        return deciding.refuse(self.request.request_id, 1, By(self.login, "trace"), now).answer


@dataclass
class StaffDay:
    """The requests of tills and staff in their order, and what staff are asked for."""

    work: Workload
    asked: list[ControlRequest]


def key_of(request: ControlRequest) -> EntryKey:
    """Return the ledger key of what a request does."""
    return EntryKey(source("control", request.request_id), request.asked.task)


def ask_for(
    member: MemberId, task: ControlTask, name: str, purse: Purse | None = None, points: int | None = None
) -> ControlRequest:
    """Write a request that waits for a second person, whatever the membership is now."""
    asked, now = Asked(member, task, ControlReason.CORRECTION, purse, points), utc_now().replace(microsecond=0)
    found = ControlRequest(asking.request_id_for(MAKER, name), asked, MAKER, iso(now), "so", _print(name))
    attempts.write((requests_store.put_if_absent(found, By(MAKER, "trace").act("ControlRequested", now)),))
    return found


def _print(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def plan(name: str, seed: int, purchases: int) -> StaffDay:
    """Return a day of tills as `workload.plan` makes it, with gifts and the decisions of staff among it."""
    luck, work = random.Random(f"staff/{seed}"), workload.plan(name, seed, purchases)
    for n, member in enumerate(work.members):
        enrol_with_points(member, PHONES + n, HELD)
    work.campaigns += (_draws(name, work.tenant),)
    timed = [*enumerate(work.requests)]
    timed += [_gift(luck, work, n) for n in range(purchases // 4)]
    asked: list[ControlRequest] = []
    for n in range(purchases // 3):
        amount = _amount(luck, luck.choice(work.members), f"{name}-{n}")
        asked.append(amount)
        timed += _decided(luck, amount, luck.randrange(len(work.requests)), refused=luck.random() < 0.3)
    for member in work.members:
        for n in range(max(2, purchases // 40)):
            asked += (found := _frozen(member, f"{name}-{member}-{n}"))
            at = luck.randrange(len(work.requests) - AGAIN)
            for request, later in zip(found, (0, FROZEN_FOR, AGAIN), strict=True):
                timed += _decided(luck, request, at + later, refused=False)
    work.requests = [request for _, request in sorted(timed, key=lambda pair: pair[0])]
    return StaffDay(work, asked)


def _draws(name: str, tenant: TenantId) -> Rule:
    """Run a campaign that fills the fourth purse."""
    here = Conditions(scope=Scope(tenants=frozenset({tenant})))
    found = rule(f"{name}-draws", Add(campaign_gift(2, Purse.DRAWS)), conditions=here)
    run(found)
    return found


def _gift(luck: random.Random, work: Workload, number: int) -> tuple[int, Request]:
    receiver = phone_of(PHONES + luck.randrange(len(work.members)))
    found = gift(luck.choice(work.members), receiver, luck.choice([10, 25, 60]), f"gift-{work.tenant}-{number}")
    return luck.randrange(len(work.requests)), found


def _amount(luck: random.Random, member: MemberId, name: str) -> ControlRequest:
    """Ask for a void of some points or of all, or for an adjustment either way."""
    purse = luck.choice([Purse.POINTS, Purse.POINTS, *Purse])
    points, way = luck.choice(AMOUNTS[purse]), luck.choice(["all", "void", "more", "more", "less"])
    match way:
        case "all":
            return ask_for(member, ControlTask.VOID, name, purse)
        case "void":
            return ask_for(member, ControlTask.VOID, name, purse, -points)
    return ask_for(member, ControlTask.ADJUST, name, purse, points if way == "more" else -points)


def _frozen(member: MemberId, name: str) -> list[ControlRequest]:
    tasks = (ControlTask.FREEZE, ControlTask.UNFREEZE, ControlTask.UNFREEZE)
    return [ask_for(member, task, f"{name}-{n}") for n, task in enumerate(tasks)]


def _decided(luck: random.Random, request: ControlRequest, at: int, *, refused: bool) -> list[tuple[int, Request]]:
    """Let two people approve a request, each twice, at about the same time; sometimes a third turns it down."""
    wishes: list[Request] = [Approve(request, login) for login in APPROVERS for _ in range(2)]
    wishes += [Refuse(request)] * refused
    luck.shuffle(wishes)
    return [(at, wish) for wish in wishes]


def audit(day: StaffDay, notebook: Notebook) -> list[str]:
    """Return every disagreement found; none means the books are exact and every decision was done once or not."""
    found = Books.read(day.work)
    rows = {one.request_id: requests_store.read(one.request_id) for one in day.asked}
    return [
        *books.audit(day.work, _in_entries(notebook, found.by_key())),
        *pairs(found),
        *_whole(found),
        *_decisions(rows, found, notebook),
        *_lives(rows, found),
    ]


def _in_entries(notebook: Notebook, standing: Mapping[EntryKey, Entry]) -> Notebook:
    """Return what was told with approvals as the entries that stand for them: `_decisions` compares their words."""
    told = [
        (request, standing[request.key] if isinstance(request, Approve) and isinstance(told, ControlRequest) else told)
        for request, told in notebook.told
        if not (isinstance(told, ControlRequest) and request.key not in standing)
    ]
    return Notebook(told, notebook.asked_again)


def went(found: Books, purse: Purse) -> tuple[int, int]:
    """Return what went into a purse and what went out, as the reasons of all entries say."""
    reasons = [reason for entry in found.by_key().values() for reason in entry.reasons if reason.code != "expiring"]
    moved = [reason.points for reason in reasons if reason.purse is purse]
    return sum(points for points in moved if points > 0), -sum(points for points in moved if points < 0)


def _whole(found: Books) -> Iterator[str]:
    """What went in is what is there and what went out, purse by purse."""
    for purse in Purse:
        went_in, went_out = went(found, purse)
        there = sum(account.total(purse) for account in found.accounts.values())
        if went_in != there + went_out:
            yield f"{purse}: {went_in} went in; {there} are there, {went_out} went out"


def _decisions(rows: Mapping[str, ControlRequest], found: Books, notebook: Notebook) -> Iterator[str]:
    """What was approved was done once, by who is named, as asked; what was not approved was not done."""
    acts: dict[str, list[Entry]] = {request_id: [] for request_id in rows}
    for entry in found.by_key().values():
        if "request_id" in entry.facts:
            acts[entry.facts["request_id"]].append(entry)
    for request_id, row in rows.items():
        if len(acts[request_id]) != (row.state is ControlState.APPROVED):
            yield f"{request_id} is {row.state} and was done {len(acts[request_id])} times"
        yield from (f"{request_id}: {row}, done {one}" for one in acts[request_id] if not _is_as_asked(row, one))
    for request, told in notebook.told:
        if not (isinstance(request, Approve | Refuse) and isinstance(told, ControlRequest)):
            continue
        if told != (row := rows[request.request.request_id]) or told.checker != request.login:
            yield f"{request.login} was told {told}, standing {row}"


def _is_as_asked(row: ControlRequest, entry: Entry) -> bool:
    asked = row.asked
    moved = sum(leg.points for leg in entry.legs) if asked.purse else None
    return (
        (row.moved, row.entry_id, row.version) == (moved, entry.entry_id, 2)
        and (asked.points is None or moved == asked.points)
        and {leg.purse for leg in entry.legs} <= {asked.purse}
        and (entry.member_id, entry.cause.actor) == (asked.member_id, f"staff:{row.checker}")
    )


def _lives(rows: Mapping[str, ControlRequest], found: Books) -> Iterator[str]:
    """Entry by entry: who is frozen spends nothing, and what was voided whole leaves nothing to spend."""
    for member, account in found.accounts.items():
        status, lived = Status.ACTIVE, open_account(member, Status.ACTIVE, PROGRAMME, Day("260101"))
        for entry in found.entries.get(member, []):
            lived = lived.moved(entry.legs)
            if status is Status.FROZEN and _spends(entry):
                yield f"{member} v{entry.account_version}: {entry.cause.kind} while frozen"
            if entry.cause.kind is Kind.STATUS:
                if entry.facts["status_before"] != status:
                    yield f"{member} v{entry.account_version}: was {status}, entry says {entry.facts}"
                status = Status(entry.facts["status_after"])
            yield from _voided(rows, entry, lived)
        if status is not account.status:
            yield f"{member}: is {account.status}, entries say {status}"


def _spends(entry: Entry) -> bool:
    return entry.cause.kind in SPENDS or any(reason.code == "redeemed" for reason in entry.reasons)


def _voided(rows: Mapping[str, ControlRequest], entry: Entry, lived: Account) -> Iterator[str]:
    if entry.cause.kind is not Kind.VOID:
        return
    asked = rows[entry.facts["request_id"]].asked
    today = local_day(datetime.fromisoformat(entry.cause.recorded_at), TIME_ZONE)
    if asked.points is None and asked.purse:
        held = lived.held(asked.purse)
        if left := buckets.spendable(held, today) + buckets.pending(held, today):
            yield f"{entry.member_id} v{entry.account_version}: {left} are left of {asked.purse}, voided whole"
