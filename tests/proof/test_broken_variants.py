"""The proof can fail: three ledgers that work in fair weather are found out in bad weather."""

from datetime import UTC, datetime
from itertools import count

import pytest

from bench.baskets import purchase
from bench.mall import enrol, register_tenant
from loyalty import dynamo, ledger
from tests.proof.books import audit
from tests.proof.broken import VARIANTS, Commit, open_purse
from tests.proof.requests import Buy, Request
from tests.proof.scale import SEED
from tests.proof.tills import Notebook, serve
from tests.proof.weather import Weather
from tests.proof.workload import Workload

PURCHASES = 120
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


def test_a_broken_ledger_works_in_fair_weather(variant: Commit) -> None:
    work, notebook = _purchases(12), Notebook()
    for request in work.requests:
        notebook.write(request, request.ask(datetime.now(UTC)), tries=1)
    assert audit(work, notebook) == []


def test_bad_weather_finds_a_broken_ledger_out(variant: Commit) -> None:
    work, weather = _purchases(PURCHASES), Weather(SEED)
    with weather.over(dynamo.client()):
        notebook = serve(work.requests, weather)
    assert audit(work, notebook) != [], f"PROOF_SEED={SEED}: the proof did not notice {variant.__name__}"


def test_the_true_ledger_passes_where_they_fail() -> None:
    work, weather = _purchases(PURCHASES), Weather(SEED)
    with weather.over(dynamo.client()):
        notebook = serve(work.requests, weather)
    assert audit(work, notebook) == []
