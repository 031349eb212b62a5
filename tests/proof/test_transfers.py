"""Members give points to each other from sixteen phones at once, in bad weather: no point is made, none is lost."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bench.mall import bare_mall, register_tenant
from loyalty import account_store, dynamo
from loyalty.clock import utc_now
from loyalty.types import Purse
from tests.proof.gifts import WITH_TRANSFERS, Give, audit, enrol_with_points, gift, phone_of, plan
from tests.proof.rounds import assert_found_out
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import Notebook, serve
from tests.proof.weather import Fault, Weather
from tests.proof.workload import Workload

MEMBERS, GIFTS = 20, 200 * SCALE
ENOUGH = 50
PARALLEL = 20
BALANCE = 99
"""A third of it in each of three buckets; one gift and its fee take all but a few."""

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture(scope="module")
def mall() -> Iterator[None]:
    """A local cloud with a mall whose members may give points to each other."""
    with bare_mall(WITH_TRANSFERS):
        yield


@pytest.fixture(scope="module")
def day(mall: None) -> tuple[Workload, Notebook, Weather]:
    """One day of gifts in bad weather."""
    work, weather = plan("gifts", SEED, GIFTS, MEMBERS), Weather(SEED)
    with weather.over(dynamo.client()):
        notebook = serve(work.requests, weather)
    logging.getLogger("proof").info(
        "seed %s: %s requests, %s calls, %s", SEED, len(work.requests), weather.calls, dict(weather.faults)
    )
    return work, notebook, weather


def test_what_went_in_is_there_or_went_out_after_a_day_of_gifts(day: tuple[Workload, Notebook, Weather]) -> None:
    work, notebook, _ = day
    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"


def test_the_day_was_bad_and_many_gifts_were_made(day: tuple[Workload, Notebook, Weather]) -> None:
    """A proof in which everything is refused, or nothing fails, would prove nothing."""
    _, notebook, weather = day
    given = {request.key for request, _ in notebook.entries() if isinstance(request, Give)}
    assert set(weather.faults) == set(Fault)
    assert len(given) > ENOUGH, "the day's limits end it, however long it is"
    codes = {told.code for _, told in notebook.refused()}
    assert {"cannot_receive", "own_phone", "insufficient_points", "transfer_too_small"} <= codes


def test_every_gift_asked_for_again_is_answered_alike(day: tuple[Workload, Notebook, Weather]) -> None:
    work, notebook, _ = day
    for request, told in notebook.entries():
        assert request.ask(utc_now()) == told, f"PROOF_SEED={SEED}"
    assert audit(work, notebook) == [], "replays changed the books"


def _rush(name: str, seed: int = SEED) -> tuple[Workload, Notebook]:
    """Let one member give the same points to twenty others at once."""
    giver = enrol_with_points(f"01K{name}", 9000, BALANCE)
    others = [enrol_with_points(f"01K{name}-{n}", 9001 + n, 30) for n in range(PARALLEL)]
    wishes = [gift(giver, phone_of(9001 + n), 90, f"rush-{n}") for n in range(PARALLEL)]
    work = Workload([giver, *others], register_tenant(f"shop-{name}"), list(wishes))
    weather = Weather(seed)
    with weather.over(dynamo.client()):
        return work, serve(work.requests, weather)


def test_pitfall_1_twenty_gifts_of_one_balance_at_once_credit_it_once() -> None:
    work, notebook = _rush("rush")
    assert audit(work, notebook) == [], f"PROOF_SEED={SEED}"
    assert len({request.key for request, _ in notebook.entries()}) == 1
    assert {told.code for _, told in notebook.refused()} == {"insufficient_points"}
    accounts = [account_store.read(member, consistent=True) for member in work.members]
    assert sum(account.total(Purse.POINTS) for account in accounts if account) == BALANCE + 30 * PARALLEL - 3


def test_the_proof_finds_balances_that_are_written_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of the tracker's bug: both accounts written over whatever stands there."""
    careful = account_store.put_if_unchanged

    def careless(*given: Any) -> dict[str, Any]:
        part = careful(*given)
        del part["Put"]["ConditionExpression"], part["Put"]["ExpressionAttributeValues"]
        return part

    monkeypatch.setattr("loyalty.account_store.put_if_unchanged", careless)
    assert_found_out(lambda seed: audit(*_rush(f"careless{seed}", seed)), "are there")
