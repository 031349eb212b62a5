"""Many tills want the last of a budget at once, in bad weather: whole awards, all of it, not one unit more."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from bench.baskets import purchase
from bench.mall import enrol, register_tenant
from functions.earn.receipt import Return
from loyalty import dynamo, stock
from loyalty.clock import utc_now
from loyalty.earning.rule import Conditions, Rule, Scope
from loyalty.entries import Entry
from loyalty.pricing.basket import Line
from loyalty.types import Fen, Kind
from tests.proof.books import audit
from tests.proof.requests import Buy, GiveBack
from tests.proof.rounds import assert_found_out
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import THREADS, Notebook, serve
from tests.proof.weather import Weather
from tests.proof.workload import Workload
from tests.running import budget, fixed, left, run, taken

MEMBERS = THREADS
RECEIPTS = 12 * SCALE
"""For each member."""
AWARD = 30
AMOUNT = MEMBERS * RECEIPTS * AWARD // 2 + AWARD - 1
"""Half of the receipts can be awarded, and what is left then is one point too few for another."""
LINES = (Line("sku", "shoes", 1, Fen(100_00)),)
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture
def work() -> Workload:
    """What tills ask for at once."""
    return _more_than_the_budget()


def _more_than_the_budget() -> Workload:
    """Return members, a tenant, and a campaign whose budget is enough for half of their receipts."""
    name, now = f"budget{next(_numbers)}", datetime.now(UTC).replace(microsecond=0)
    tenant = register_tenant(f"shop-{name}")
    here = Conditions(scope=Scope(tenants=frozenset({tenant})))
    scarce = fixed(name, AWARD, conditions=here, budget=budget(AMOUNT, shards=4))
    run(scarce)
    members = [enrol(f"01K{name}-{n}") for n in range(MEMBERS)]
    wishes = [
        Buy(purchase(tenant, members[(n + k) % MEMBERS], f"A-{n}-{k}", now, lines=LINES))
        for k in range(RECEIPTS)
        for n in range(MEMBERS)
    ]
    return Workload(members, tenant, list(wishes), (scarce,))


def _rush(work: Workload, seed: int = SEED) -> Notebook:
    weather = Weather(seed)
    with weather.over(dynamo.client()):
        return serve(work.requests, weather)


def _scarce(work: Workload) -> Rule:
    return work.campaigns[0]


def _awarded(notebook: Notebook) -> dict[Any, Entry]:
    return {request.key: told for request, told in notebook.entries() if told.facts.get("awards")}


def test_pitfall_12_exactly_what_a_budget_holds_is_given_and_every_receipt_earns_its_base(work: Workload) -> None:
    notebook = _rush(work)
    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    assert notebook.refused() == []
    assert len({request.key for request, _ in notebook.entries()}) == len(work.requests)
    assert len(_awarded(notebook)) == AMOUNT // AWARD
    assert (sum(left(_scarce(work))), taken(_scarce(work))) == (AWARD - 1, AMOUNT - AWARD + 1)
    for request, told in notebook.entries():
        assert request.ask(utc_now()) == told, f"PROOF_SEED={SEED}"


def test_what_returns_give_back_is_given_again(work: Workload) -> None:
    """Returns and purchases at once: units come back to the shards they were taken from, and go out again."""
    half = len(work.requests) // 2
    bought, later = work.requests[:half], work.requests[half:]
    notebook = serve(bought, Weather(SEED))
    back = [
        GiveBack(work.tenant, request.purchase.receipt_no, Return("B", amount=100_00))
        for request in bought
        if isinstance(request, Buy)
    ]
    work.requests = [request for pair in zip(back, later, strict=True) for request in pair]
    notebook.told += _rush(work).told
    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    refunds = [told for _, told in notebook.entries() if told.cause.kind is Kind.REFUND]
    assert sum(bool(told.facts.get("awards_back")) for told in refunds) > 0
    assert taken(_scarce(work)) <= AMOUNT


def test_a_budget_taken_without_its_condition_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    true = stock.take

    def careless(place: stock.Place, shard: int, units: int = 1, **figures: int) -> dict[str, Any]:
        part = true(place, shard, units, **figures)
        values: Mapping[str, Any] = part["Update"]["ExpressionAttributeValues"]
        kept = {name: value for name, value in values.items() if name != ":least"}
        update = {name: value for name, value in part["Update"].items() if name != "ConditionExpression"}
        return {"Update": update | {"ExpressionAttributeValues": kept}}

    def play(seed: int) -> list[str]:
        work = _more_than_the_budget()
        return audit(work, _rush(work, seed))

    monkeypatch.setattr(stock, "take", careless)
    assert_found_out(play, "is below zero")
