"""The books of everything that moves points: tills, members, transfers, corrections, the sweep (requirement F3)."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.books.reports import handler as reports
from functions.control import decisions_desk, desk
from functions.expiry.settlement import settle_due
from functions.transfer import api as transfers
from loyalty import account_store, dynamo, identity
from loyalty.accounts import Account
from loyalty.programme import Programme
from loyalty.types import MemberId, Purse, Status
from tests.conftest import put_programme
from tests.functions.books.mall import Mall, account_total, bucket, count
from tests.functions.till import ANNA, BEN, account_of, member, post, receipt, session
from tests.proof.scale import SCALE
from tests.support import PROGRAMME, HttpAnswer, call, http_event, member_caller, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
PHONES = {ANNA: "+8613800138000", BEN: "+8613800138001"}
DAYS = 3
PURSES = (Purse.POINTS, Purse.GROWTH)


@pytest.fixture
def whole(mall: Mall) -> Mall:
    """A mall whose members hold points, some near their end, gain growth value and may give points away for a fee."""
    rules = {"enabled": True, "minimum": 1, "fee_percent": 10, "return_window_days": 1}
    programme = PROGRAMME.published() | {"transfers": rules, "growth": {"points_per_yuan": "0.5"}}
    put_programme(Programme.model_validate(programme))
    for name, phone in PHONES.items():
        member(name, *((bucket(mall.clock, days), 400) for days in (1, 2, 5, 60)), status=Status.ACTIVE)
        for key in (f"login/{name}", identity.phone_key(phone)):
            row = {"member_id": key, "kind": identity.LOOKUP, "target": name}
            dynamo.client().put_item(TableName="members", Item=dynamo.to_item(row))
    return mall


class Life:
    """What happens in a mall, by chance; what a rule refuses does not happen."""

    def __init__(self, mall: Mall, chance: random.Random) -> None:
        self.mall, self.chance = mall, chance
        self.receipts: list[tuple[str, int]] = []
        self.number = 0

    def happen(self) -> None:
        self.number += 1
        who = self.chance.choice([ANNA, BEN])
        ways: list[Callable[[str], object]] = [self.buy, self.buy, self.give_back, self.redeem]
        ways += [self.transfer, self.correct, self.sweep]
        self.chance.choice(ways)(who)

    def buy(self, who: str) -> None:
        number, fen = f"R-{self.number}", self.chance.randint(1_000, 90_000)
        spendable = account_of(who).balance(Purse.POINTS, self.mall.clock.day)
        points = self.chance.choice([0, self.chance.randint(0, max(0, min(spendable, 900)))])
        body = receipt(number, ("S-1", "shoes", fen), points=points, member_session=session(who))
        answer = post("/purchases", body)
        assert answer.status == 201, answer.body
        self.receipts.append((number, fen))

    def give_back(self, _who: str) -> None:
        if self.receipts:
            number, fen = self.chance.choice(self.receipts)
            amount = self.chance.randint(1, fen)
            post(f"/purchases/{number}/refunds", {"refund_no": f"B-{self.number}", "amount": amount})

    def redeem(self, who: str) -> None:
        body = {"points": self.chance.randint(1, 500), "member_session": session(who)}
        made = post("/redemptions", body, idempotency_key=f"k-{self.number}")
        if made.status == 201 and self.chance.random() < 0.5:
            route = f"/redemptions/{made.body['redemption_id']}/refunds"
            assert post(route, {"refund_no": f"D-{self.number}"}, idempotency_key=f"u-{self.number}").status == 201

    def transfer(self, who: str, points: int = 0) -> HttpAnswer:
        body = {"to_phone": PHONES[BEN if who == ANNA else ANNA], "points": points or self.chance.randint(1, 300)}
        headers = {"idempotency-key": f"t-{self.number}"}
        event = http_event("POST /me/transfers", body=body, caller=member_caller(who), headers=headers)
        return call(transfers.handler, event)

    def correct(self, who: str, what: str = "", points: int = 0) -> None:
        what = what or self.chance.choice(["adjustments", "voids"])
        body = {"reason_code": "false_receipts", "text": "so", "points": points or self.chance.randint(1, 900)}
        headers = {"idempotency-key": f"c-{self.number}-{what}"}
        event = http_event(
            f"POST /members/{who}/{what}", body=body, caller=staff_caller("operator", login="ann"), headers=headers
        )
        asked = call(desk.handler, event)
        if asked.status == 201:
            route = f"POST /control-requests/{asked.body['request_id']}/approvals"
            bob = staff_caller("approver", login="bob")
            assert call(decisions_desk.handler, http_event(route, body={"version": 1}, caller=bob)).status == 201

    def sweep(self, who: str) -> None:
        settle_due(MemberId(who), self.mall.clock.day, "sweep", self.mall.clock.now)


def roll_forward(mall: Mall, purse: Purse) -> list[dict[str, Any]]:
    query = {"from": "2026-11-03", "to": mall.clock.now.date().isoformat(), "purse": purse.value}
    answer = call(reports, http_event("GET /books/roll-forward", caller=staff_caller("auditor"), query=query))
    return list(answer.body["items"])


@pytest.mark.parametrize("seed", range(4, 4 + SCALE))
def test_the_books_of_a_whole_mall_close_every_day(whole: Mall, seed: int) -> None:
    chance = random.Random(seed)
    life = Life(whole, chance)
    whole.clock.tomorrow()
    whole.close()
    for _ in range(DAYS):
        for _ in range(10):
            life.happen()
        events = whole.events()
        whole.clock.tomorrow()
        life.happen()
        assert count([*events, *whole.events()], chance) == []
        whole.close()
    for purse in PURSES:
        found = roll_forward(whole, purse)
        assert [line["difference"] for line in found] == [*[0] * DAYS, None], purse
        assert [line["state"] for line in found] == [*["closed"] * DAYS, "open"]
        assert found[-1]["computed"] == account_total(purse)


def test_each_kind_of_movement_has_its_line(whole: Mall) -> None:
    whole.clock.tomorrow()
    whole.close()
    life = Life(whole, random.Random(0))
    post("/purchases", receipt("R-1", ("S-1", "shoes", 50_000), member_session=session(ANNA)))
    post("/purchases", receipt("R-2", ("S-1", "shoes", 10_000), points=300, member_session=session(ANNA)))
    post("/purchases/R-2/refunds", {"refund_no": "B-1", "amount": 10_000})
    whole.clock.tomorrow()
    life.sweep(ANNA)
    assert life.transfer(ANNA, 200).status == 201
    for what, points in (("adjustments", 70), ("voids", 45)):
        life.correct(ANNA, what, points)
    count(whole.events())
    whole.clock.tomorrow()
    whole.close()
    days = roll_forward(whole, Purse.POINTS)[:2]
    assert [line["difference"] for line in days] == [0, 0]
    told = [{name: flow["total"] for name, flow in line.items() if isinstance(flow, dict)} for line in days]
    assert [{name: total for name, total in flows.items() if total} for flows in told] == [
        {"earned": 597, "used": -300, "given_back": 300, "taken_back": -97},
        {"used": -20, "expired": -400, "adjusted": 70, "voided": -45, "transferred_in": 200, "transferred_out": -200},
    ]
    assert days[1]["used"]["reasons"] == {"transfer_fee": -20}


def test_an_account_that_changed_without_an_entry_is_found(whole: Mall) -> None:
    whole.clock.tomorrow()
    whole.close()
    found = account_of()
    row = account_store.to_row(_richer(found), PROGRAMME)
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(row))
    whole.clock.tomorrow()
    whole.close()
    line = roll_forward(whole, Purse.POINTS)[0]
    assert (line["difference"], line["differences"]) == (1, [{"expires": "2026-11", "points": 1}])


def _richer(account: Account) -> Account:
    own = dict(account.held(Purse.POINTS))
    own[min(own)] += 1
    return replace(account, buckets={Purse.POINTS: own})
