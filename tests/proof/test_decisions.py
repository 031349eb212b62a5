"""Staff void, adjust and freeze while sixteen tills sell, in bad weather: each decision is done once or not at all."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from bench.mall import bare_mall, register_tenant
from functions.control import deciding, requests_store
from functions.control.asking import By
from functions.control.request import ControlRequest, ControlTask
from functions.redeem import redemption
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.entries import Cause, EntryKey
from loyalty.types import Kind, Purse
from tests.proof.books import Books
from tests.proof.decisions import (
    APPROVERS,
    PHONES,
    WITH_EVERYTHING,
    Approve,
    Refuse,
    StaffDay,
    ask_for,
    audit,
    plan,
    went,
)
from tests.proof.gifts import enrol_with_points
from tests.proof.requests import Redeem, Request
from tests.proof.rounds import assert_found_out
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import Notebook, serve
from tests.proof.weather import Fault, Weather
from tests.proof.workload import Workload

PURCHASES = 70 * SCALE
RUSHED = 24
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture(scope="module")
def mall() -> Iterator[None]:
    """A local cloud with a mall of every purse, whose members may give points to each other."""
    with bare_mall(WITH_EVERYTHING):
        yield


def _serve(work: Workload, seed: int = SEED) -> tuple[Notebook, Weather]:
    weather = Weather(seed)
    with weather.over(dynamo.client()):
        return serve(work.requests, weather), weather


@pytest.fixture(scope="module")
def day(mall: None) -> tuple[StaffDay, Notebook, Weather]:
    """One day in bad weather."""
    staff = plan("staff", SEED, PURCHASES)
    notebook, weather = _serve(staff.work)
    found = Books.read(staff.work)
    figures = {purse.value: went(found, purse) for purse in Purse}
    logging.getLogger("proof").info(
        "seed %s: %s requests, %s calls, %s; in and out: %s",
        *(SEED, len(staff.work.requests), weather.calls, dict(weather.faults), figures),
    )
    return staff, notebook, weather


def test_what_went_in_is_there_or_went_out_and_every_decision_was_done_once(
    day: tuple[StaffDay, Notebook, Weather],
) -> None:
    staff, notebook, _ = day
    assert audit(staff, notebook) == [], f"PROOF_SEED={SEED}"


def test_the_day_was_bad_and_everything_happened_in_it(day: tuple[StaffDay, Notebook, Weather]) -> None:
    """A proof in which everything is refused, or nothing fails, would prove nothing."""
    staff, notebook, weather = day
    entries = Books.read(staff.work).by_key().values()
    assert set(weather.faults) == set(Fault)
    wanted = {Kind.PURCHASE, Kind.REDEEM, Kind.REFUND, Kind.TRANSFER, Kind.VOID, Kind.ADJUST, Kind.STATUS}
    assert wanted <= {entry.cause.kind for entry in entries}
    adjusted = [sum(leg.points for leg in entry.legs) for entry in entries if entry.cause.kind is Kind.ADJUST]
    assert min(adjusted) < 0 < max(adjusted)
    moved = {leg.purse for entry in entries if "request_id" in entry.facts for leg in entry.legs}
    assert Purse.POINTS in moved
    assert len(moved) > 1, "purses are chosen by lot, and one alone would prove little"
    frozen = [r for r, told in notebook.refused() if told.code == "membership_status" and isinstance(r, Redeem)]
    assert frozen, "nobody tried to redeem while frozen"
    assert any(told.code == "wrong_state" for _, told in notebook.refused()), "nobody came second"


def test_every_approver_who_asks_again_hears_the_same(day: tuple[StaffDay, Notebook, Weather]) -> None:
    staff, notebook, _ = day
    for request, told in notebook.told:
        if isinstance(told, ControlRequest):
            assert request.ask(utc_now()) == told, f"PROOF_SEED={SEED}"
    assert audit(staff, notebook) == [], "replays changed the books"


def _rush(seed: int = SEED) -> list[str]:
    """Let people approve and refuse the same requests at the same instant; return what the audit says."""
    number = next(_numbers)
    members = [enrol_with_points(f"01Krush{number}-{n}", PHONES + 100 * (number + 1) + n, 900) for n in range(8)]
    asked = [
        ask_for(members[n % 8], ControlTask.VOID, f"rush-{number}-{n}", Purse.POINTS, -(10 + n)) for n in range(RUSHED)
    ]
    wishes: list[Request] = []
    for one in asked:
        wishes += [*(Approve(one, login) for login in APPROVERS), Refuse(one), Refuse(one, "yan")]
    work = Workload(members, register_tenant(f"shop-rush-{number}"), wishes)
    return audit(StaffDay(work, asked), _serve(work, seed)[0])


def test_a_request_is_approved_or_refused_by_one_of_those_who_try_at_once() -> None:
    assert _rush() == [], f"PROOF_SEED={SEED}"


def _decide_whatever_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looked at an open request decides it, whatever others have decided meanwhile."""
    careful = requests_store.put_if_unchanged

    def careless(*given: Any) -> dict[str, Any]:
        part = careful(*given)
        del part["Put"]["ConditionExpression"], part["Put"]["ExpressionAttributeValues"]
        return part

    monkeypatch.setattr(requests_store, "put_if_unchanged", careless)


def test_requests_decided_without_their_version_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    _decide_whatever_became_of_it(monkeypatch)
    assert_found_out(lambda seed: [said for said in _rush(seed) if "was told" in said or "was done" in said])


def test_a_request_that_is_done_by_each_approver_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries under the approver's key, by people who believe that what they looked at is still open."""
    _decide_whatever_became_of_it(monkeypatch)
    monkeypatch.setattr(deciding, "check", lambda *_: None)
    careful = deciding._cause

    def careless(request: ControlRequest, by: By, now: datetime) -> Cause:
        cause = careful(request, by, now)
        return replace(cause, key=EntryKey(f"{cause.key.source}-{by.login}", cause.key.movement))

    monkeypatch.setattr(deciding, "_cause", careless)
    assert_found_out(_rush, "was done 2 times")


def test_redemptions_that_do_not_ask_for_the_status_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemption, "require", lambda *_: None)

    def play(seed: int) -> list[str]:
        staff = plan(f"lenient{seed}", seed, 40)
        return audit(staff, _serve(staff.work, seed)[0])

    assert_found_out(play, "while frozen")
