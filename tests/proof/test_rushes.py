"""Many tills want the same thing at the same time, in bad weather: the last points, the same goods returned."""

from datetime import UTC, datetime
from itertools import count

import pytest

from bench.baskets import purchase, redemption
from bench.mall import enrol, register_tenant
from functions.earn.receipt import Return
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.errors import LoyaltyError
from loyalty.pricing.basket import Line
from loyalty.types import Fen, MemberId, TenantId
from tests.proof.books import audit
from tests.proof.requests import Answer, Awaiting, Buy, GiveBack, Redeem, Request
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import THREADS, Notebook, Refused, serve
from tests.proof.weather import Weather
from tests.proof.workload import Workload

MEMBERS = 5 * SCALE
POINTS = 500
GROSS = POINTS * 100
SHARES = 4
"""Every return asks for a quarter, so four of the sixteen are granted."""
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture
def work() -> Workload:
    """Members and a tenant of this test's own; nothing is asked for yet."""
    number = next(_numbers)
    members = [enrol(f"01KRUSH{number}-{n}") for n in range(MEMBERS)]
    return Workload(members, register_tenant(f"shop-rush{number}"), [])


def _earning(tenant: TenantId, member: MemberId) -> Buy:
    lines = (Line("sku", "shoes", 1, Fen(GROSS)),)
    return Buy(purchase(tenant, member, f"first-{member}", _now(), lines=lines))


def _spending(tenant: TenantId, member: MemberId, till: int) -> Request:
    name = f"{member}-{till}"
    if till % 2:
        return Redeem(redemption(tenant, member, name, POINTS))
    return Buy(purchase(tenant, member, name, _now(), lines=(Line("sku", "shoes", 1, Fen(POINTS)),), points=POINTS))


def _returning(tenant: TenantId, member: MemberId, till: int) -> GiveBack:
    return GiveBack(tenant, f"first-{member}", Return(f"R-{till}", amount=GROSS // SHARES))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _rush(work: Workload, notebook: Notebook) -> None:
    """Let all the tills ask at once, and audit what they were told."""
    weather = Weather(SEED)
    with weather.over(dynamo.client()):
        notebook.told += serve(work.requests, weather).told
    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    for request, told in notebook.told:
        assert _asked_again(request) == told, f"PROOF_SEED={SEED}"


def _asked_again(request: Request) -> Answer | Refused:
    try:
        return request.ask(utc_now())
    except LoyaltyError as refusal:
        return Refused(refusal.code)


def _with_points(work: Workload) -> Notebook:
    """Let every member earn the points the rush is about."""
    notebook = Notebook()
    for member in work.members:
        first = _earning(work.tenant, member)
        notebook.write(first, first.ask(_now()), tries=1)
    return notebook


def test_the_last_points_are_spent_once_and_every_replay_hears_the_same(work: Workload) -> None:
    notebook = _with_points(work)
    work.requests = [_spending(work.tenant, member, n) for member in work.members for n in range(THREADS)]
    _rush(work, notebook)

    spent = {request.key: entry for request, entry in notebook.entries() if entry.points() < 0}
    assert sorted(entry.member_id for entry in spent.values()) == sorted(work.members)
    assert {told.code for _, told in notebook.refused()} == {"insufficient_points"}


def test_no_more_goods_are_returned_than_were_bought(work: Workload) -> None:
    notebook = _with_points(work)
    work.requests = [_returning(work.tenant, member, n) for member in work.members for n in range(THREADS)]
    _rush(work, notebook)

    granted = {request.key for request, _ in notebook.entries() if isinstance(request, GiveBack)}
    assert len(granted) == SHARES * len(work.members)
    assert {told.code for _, told in notebook.refused()} == {"return_exceeds_purchase"}


def test_returns_that_race_with_their_purchase_are_all_kept(work: Workload) -> None:
    for member in work.members:
        returns: list[Request] = [_returning(work.tenant, member, n) for n in range(SHARES - 1)]
        work.requests += [*returns, _earning(work.tenant, member)]
    notebook = Notebook()
    _rush(work, notebook)

    kept = {request.key for request, told in notebook.told if not isinstance(told, Refused)}
    assert len(kept) == SHARES * len(work.members)
    assert any(isinstance(told, Awaiting) for _, told in notebook.told)
