"""The proof can fail: three ledgers that work in fair weather are found out in bad weather."""

from datetime import UTC, datetime
from itertools import count

import pytest

from bench.baskets import purchase
from bench.mall import enrol, issue, register_tenant
from loyalty import dynamo, ledger
from tests.proof.books import audit
from tests.proof.broken import VARIANTS, Commit, open_purse, redeeming_coupons_without_their_version
from tests.proof.requests import Buy, Request
from tests.proof.rounds import assert_found_out
from tests.proof.scale import SEED
from tests.proof.tills import Notebook, serve
from tests.proof.weather import Weather
from tests.proof.workload import Workload

PURCHASES = 120
COUPONS = 16
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture(params=VARIANTS, ids=lambda variant: variant.__name__.replace("_", " "))
def variant(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """A ledger with one mistake in how it commits."""
    broken: Commit = request.param
    monkeypatch.setattr(ledger, "_commit", broken)
    return broken


def _purchases(requests: int) -> Workload:
    now, number = datetime.now(UTC).replace(microsecond=0), next(_numbers)
    tenant = register_tenant(f"shop-broken-{number}")
    members = [enrol(f"01KBROKEN{number}-{n}") for n in range(3)]
    for member in members:
        open_purse(member)
    wishes: list[Request] = [Buy(purchase(tenant, members[n % 3], f"A-{n}", now)) for n in range(requests)]
    return Workload(members, tenant, wishes)


def _rush(work: Workload, seed: int) -> list[str]:
    weather = Weather(seed)
    with weather.over(dynamo.client()):
        notebook = serve(work.requests, weather)
    return audit(work, notebook)


def test_a_broken_ledger_works_in_fair_weather(variant: Commit) -> None:
    work, notebook = _purchases(12), Notebook()
    for request in work.requests:
        notebook.write(request, request.ask(datetime.now(UTC)), tries=1)
    assert audit(work, notebook) == []


def test_bad_weather_finds_a_broken_ledger_out(variant: Commit) -> None:
    assert_found_out(lambda seed: _rush(_purchases(PURCHASES), seed))


def test_the_true_ledger_passes_where_they_fail() -> None:
    assert _rush(_purchases(PURCHASES), SEED) == [], f"PROOF_SEED={SEED}"


def _rivals(coupons: int) -> Workload:
    """Eight receipts for every coupon, which only one of them can have."""
    now, number = datetime.now(UTC).replace(microsecond=0), next(_numbers)
    tenant = register_tenant(f"shop-rivals-{number}")
    members = [enrol(f"01KRIVALS{number}-{n}") for n in range(3)]
    wishes: list[Request] = []
    for n in range(coupons):
        code = issue(members[n % 3], f"rivals-{number}-{n}", 10_00)
        for till in range(8):
            wish = purchase(tenant, members[n % 3], f"A-{n}-{till}", now, coupons=(code,), off=10_00)
            wishes.append(Buy(wish))
    return Workload(members, tenant, wishes)


def test_coupons_redeemed_without_their_version_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_commit", redeeming_coupons_without_their_version)
    assert_found_out(lambda seed: _rush(_rivals(COUPONS), seed), "receipts redeemed it")


def test_the_true_ledger_redeems_every_coupon_once() -> None:
    assert _rush(_rivals(COUPONS), SEED) == [], f"PROOF_SEED={SEED}"
