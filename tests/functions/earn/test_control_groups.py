"""A campaign's control group at the till: nothing is given, nothing is said, and the ledger knows (requirement I4)."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from functions.outbox.conversion import of_ledger
from loyalty.earning.control import keeps_out
from loyalty.earning.rule import Budget, Limits, Multiply, Over, Rule, Unit
from loyalty.types import Purse
from tests.functions.earn.test_campaigns import calls
from tests.functions.till import ANNA, account_of, everything, ledger_rows, ledger_sum, post, receipt
from tests.running import budget, fixed, gift, rule, run, steps, taken

GOODS = ("S-1", "shoes", 100_00)


def comparing(make: Callable[..., Rule], *, kept_out: bool = True, **more: Any) -> Rule:
    """Return a campaign of which Anna is, or is not, in the control group."""
    found = (make(f"campaign-{number}", control_share=500, **more) for number in count())
    return next(one for one in found if keeps_out(one, ANNA) is kept_out)


def seven(name: str, **more: Any) -> Rule:
    return fixed(name, 7, **more)


def test_who_is_kept_out_earns_as_if_the_campaign_were_not_there(mall: Any) -> None:
    run(comparing(seven), fixed("more", 3))
    answer = post("/purchases", receipt("R-1", GOODS)).body
    assert [(one["rule"], one["points"]) for one in answer["awards"]] == [("base", 100), ("more", 3)]
    assert account_of().total(Purse.POINTS) == ledger_sum() == 103


def test_who_is_not_kept_out_is_awarded(mall: Any) -> None:
    run(comparing(seven, kept_out=False))
    assert post("/purchases", receipt("R-1", GOODS)).body["points_earned"] == 107
    assert "withheld" not in ledger_rows()[0]["facts"]


def test_no_answer_to_a_till_says_who_is_kept_out(mall: Any) -> None:
    body = {"member_id": ANNA, "lines": [{"sku": "S-1", "category": "shoes", "quantity": 1, "amount": 100_00}]}
    plain = post("/quotes", body).body
    compared = comparing(seven)
    run(compared)
    assert post("/quotes", body).body == plain
    assert compared.campaign_id not in str(post("/purchases", receipt("R-1", GOODS)).body)


def test_the_ledger_and_the_lake_know_what_was_withheld(mall: Any) -> None:
    compared = comparing(seven)
    run(compared)
    post("/purchases", receipt("R-1", GOODS))
    (row,) = ledger_rows()
    assert row["facts"]["withheld"] == [compared.campaign_id]
    events = {event.type: event for event in of_ledger(row, "aurora")}
    assert "CampaignAwarded" not in events
    assert events["CampaignWithheld"].data.campaign_id == compared.campaign_id  # type: ignore[attr-defined]


def test_it_costs_no_call_no_row_and_none_of_the_budget(mall: Any) -> None:
    compared = comparing(seven, budget=budget(1_000), limits=Limits(awards=3))
    run(compared)
    before = sum(len(rows) for rows in everything().values())
    with calls() as seen:
        post("/purchases", receipt("R-1", GOODS))
    assert [name for name in seen if name != "Query"] == ["BatchGetItem", "TransactWriteItems"]
    assert (taken(compared), sum(len(rows) for rows in everything().values())) == (0, before + 1)


@pytest.mark.parametrize("make", [seven, lambda name, **more: rule(name, Multiply(2000), **more)])
def test_a_return_takes_back_what_was_earned_and_nothing_more(mall: Any, make: Any) -> None:
    run(comparing(make, budget=Budget(Unit.AWARDS, 9, 1)))
    post("/purchases", receipt("R-1", GOODS))
    answer = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 100_00}).body
    assert (answer["points_taken_back"], answer["awards_taken_back"], answer["balance"]) == (100, [], 0)


def test_a_days_sum_of_who_is_kept_out_is_settled_by_a_return(mall: Any) -> None:
    compared = comparing(lambda name, **more: steps(name, Over.DAY, (150_00, gift(50)), **more))
    run(compared)
    for number in ("R-1", "R-2"):
        post("/purchases", receipt(number, GOODS))
    first, second = ledger_rows()
    assert ("withheld" in first["facts"], second["facts"]["withheld"]) == (False, [compared.campaign_id])
    answer = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 100_00}).body
    assert (answer["points_taken_back"], account_of().total(Purse.POINTS)) == (100, 100)
