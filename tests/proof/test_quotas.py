"""Sixteen tills want the last uses of an entitlement at once, in bad weather: exactly the quota, also after undoing."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

import pytest

from bench.mall import TIME_ZONE, bare_mall, enrol, register_tenant, store
from functions.tiers import uses
from functions.tiers.uses import By
from loyalty import account_store, dynamo, ledger
from loyalty.clock import days_after, local_day, utc_now
from loyalty.entries import Entry, EntryKey
from loyalty.programme import Programme
from loyalty.tiers import Rung
from loyalty.types import Kind, MemberId, Origin, TenantId
from tests.proof import books
from tests.proof.books import Books
from tests.proof.broken import writing_the_balance_back
from tests.proof.requests import Request
from tests.proof.rounds import assert_found_out
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import THREADS, Notebook, serve
from tests.proof.weather import Fault, Weather
from tests.proof.workload import Workload
from tests.support import PROGRAMME

CODE, QUOTA, MEMBERS = "parking", 12, 3
TRIES = THREADS * 2 * SCALE
"""Uses that tills ask for, for each member: far more than there are."""
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")


def _generous() -> Programme:
    """Return a programme whose highest tier parks for free so many times a year."""
    plain = PROGRAMME.published()
    *lower, gold = plain["tiers"]["ladder"]
    parking = {"code": CODE, "name_zh": "免费停车", "name_en": "Free parking", "quota": QUOTA, "per": "year"}
    return Programme.model_validate({**plain, "tiers": {"ladder": [*lower, {**gold, "entitlements": [parking]}]}})


WITH_PARKING = _generous()


@pytest.fixture(scope="module")
def mall() -> Iterator[None]:
    """A local cloud with a mall whose highest tier has an entitlement."""
    with bare_mall(WITH_PARKING):
        yield


@dataclass(frozen=True)
class Use:
    """A till uses a member's entitlement."""

    member: MemberId
    name: str
    tenant: TenantId

    @property
    def by(self) -> By:
        return By(f"till:{self.tenant}", Origin.TILL, "trace", self.tenant)

    @property
    def key(self) -> EntryKey:
        return uses.key_for(self.member, self.by, self.name)

    def ask(self, now: datetime) -> Entry:
        return uses.use(self.member, CODE, self.by, self.key, now).entry


@dataclass(frozen=True)
class TakeBack:
    """The till undoes a use."""

    use: Use

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.use.key.source, uses.UNDONE)

    def ask(self, now: datetime) -> Entry:
        return uses.undo_use(self.use.key.entry_id, CODE, self.use.by, now).entry


@pytest.fixture
def work() -> Workload:
    """What tills ask for at once."""
    return _far_too_many()


def _far_too_many() -> Workload:
    """Return members of the highest tier, a tenant, and far too many uses, some of them sent by two tills."""
    number, today = next(_numbers), local_day(utc_now(), TIME_ZONE)
    members = [enrol(f"01Kquota{number}-{n}", WITH_PARKING) for n in range(MEMBERS)]
    for member in members:
        account = account_store.read(member, consistent=True)
        assert account
        store(replace(account, rung=Rung("gold", today, days_after(today, 300))), WITH_PARKING)
    found = Workload(members, register_tenant(f"shop-quota-{number}"), [])
    found.requests = _wishes(found, "first", TRIES)
    return found


def _wishes(work: Workload, name: str, tries: int) -> list[Request]:
    """Return uses, member after member, every fourth sent by two tills."""
    wishes = [Use(member, f"{name}-{n}", work.tenant) for n in range(tries) for member in work.members]
    return [wish for n, wish in enumerate(wishes) for _ in range(1 + (n % 4 == 0))]


def _rush(work: Workload, seed: int = SEED) -> Notebook:
    weather = Weather(seed)
    with weather.over(dynamo.client()):
        notebook = serve(work.requests, weather)
    assert weather.faults.keys() - {Fault.STALE}
    logging.getLogger("proof").info(
        "seed %s: %s requests, %s calls, %s", seed, len(work.requests), weather.calls, dict(weather.faults)
    )
    return notebook


def _audit(work: Workload, notebook: Notebook) -> list[str]:
    """Return every disagreement found: the books, and entry by entry what was used."""
    found = Books.read(work)
    return [*books.audit(work, notebook), *(said for member in work.members for said in _used_by(found, member))]


def _used_by(found: Books, member: MemberId) -> Iterator[str]:
    used, undone = 0, Counter[str]()
    for entry in found.entries.get(member, []):
        used += 1 if entry.cause.kind is Kind.USE else -1
        undone.update([entry.facts["undone"]] if "undone" in entry.facts else [])
        if not 0 <= used <= QUOTA or entry.answer["used"] != used:
            yield f"{member} v{entry.account_version}: used {used} of {QUOTA}, told {entry.answer['used']}"
    if used != _used(found, member):
        yield f"{member}: used {used}, account says {_used(found, member)}"
    yield from (f"{use} was undone {times} times" for use, times in undone.items() if times > 1)


def _used(found: Books, member: MemberId) -> int:
    return found.accounts[member].uses.get(CODE, ("", 0))[1]


def _granted(notebook: Notebook, member: MemberId) -> set[Use]:
    return {one for one, _ in notebook.entries() if isinstance(one, Use) and one.member == member}


def test_exactly_the_quota_is_used_however_many_tills_ask(work: Workload) -> None:
    notebook = _rush(work)
    assert _audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    assert [len(_granted(notebook, member)) for member in work.members] == [QUOTA] * MEMBERS
    assert {told.code for _, told in notebook.refused()} == {"entitlement_used_up"}
    for request, told in notebook.entries():
        assert request.ask(utc_now()) == told, f"PROOF_SEED={SEED}"


def test_what_is_undone_can_be_used_again_and_no_more(work: Workload) -> None:
    """Undoing and using at once: never above the quota; and all of it is used again when tills go on asking."""
    notebook = _rush(work)
    undone = [TakeBack(use) for member in work.members for use in sorted(_granted(notebook, member), key=str)[::2]]
    again = _wishes(work, "again", QUOTA)
    work.requests = [one for pair in zip([*undone, *undone], again, strict=False) for one in pair]
    notebook.told += _rush(work).told
    assert _audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    assert {one for one, _ in notebook.entries() if isinstance(one, TakeBack)} == set(undone)
    work.requests = _wishes(work, "last", QUOTA)
    notebook.told += _rush(work).told
    assert _audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    found = Books.read(work)
    assert [_used(found, member) for member in work.members] == [QUOTA] * MEMBERS


def test_uses_counted_on_an_account_that_changed_meanwhile_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_commit", writing_the_balance_back)

    def play(seed: int) -> list[str]:
        work = _far_too_many()
        return _audit(work, _rush(work, seed))

    assert_found_out(play, f"of {QUOTA}, told")
