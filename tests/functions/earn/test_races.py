"""What happens between reading and committing, and after committing: exactly once, all the same."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from loyalty import attempts, dynamo
from loyalty.types import Purse
from tests.functions.till import (
    ANNA,
    WRITE,
    WRITTEN,
    account_of,
    bucket,
    everything,
    ledger_rows,
    ledger_sum,
    member,
    once,
    post,
    receipt,
    session,
)

PAID = {"points": 1_000}


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)


def lost(**_: Any) -> None:
    raise ReadTimeoutError(endpoint_url="dynamodb")


def unreachable(**_: Any) -> None:
    raise ConnectTimeoutError(endpoint_url="dynamodb")


def conflict(code: str) -> Any:
    def happening(**_: Any) -> None:
        error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": code}]}
        raise ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]

    return happening


@pytest.mark.parametrize("moment", [WRITE, WRITTEN])
@pytest.mark.parametrize("trouble", [lost, unreachable])
def test_a_purchase_whose_call_fails_before_or_after_the_commit_is_made_once(
    mall: Any, moment: str, trouble: Any
) -> None:
    member(ANNA, (bucket(), 1_000))
    with once(moment, trouble):
        answer = post("/purchases", receipt("R-1", ("S", "shoes", 1_000), member_session=session(), **PAID))
    assert (answer.status, answer.body["points_spent"], answer.body["balance"]) == (201, 1_000, 0)
    assert len(ledger_rows()) == 1
    assert account_of().total(Purse.POINTS) == 1_000 + ledger_sum() == 0


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_conflict_is_tried_again(mall: Any, code: str) -> None:
    with once(WRITE, conflict(code)) as calls:
        assert post("/purchases", receipt()).status == 201
    assert len(calls) == 2


def test_what_trying_again_cannot_help_is_a_defect_and_writes_nothing(mall: Any) -> None:
    before = everything()
    with once(WRITE, conflict("ValidationError")) as calls:
        answer = post("/purchases", receipt())
    assert (answer.status, answer.code, len(calls)) == (500, "internal_error", 1)
    assert everything() == before


def test_a_purchase_between_reading_and_committing_is_not_overwritten(mall: Any) -> None:
    with once(WRITE, lambda **_: post("/purchases", receipt("R-2"))):
        answer = post("/purchases", receipt("R-1"))
    assert answer.body["balance"] == account_of().total(Purse.POINTS) == ledger_sum() == 2 * 599


def test_the_last_points_are_spent_once_by_two_tills(mall: Any) -> None:
    member(ANNA, (bucket(), 1_000))
    one, two = (receipt(f"R-{n}", ("S", "shoes", 1_000), member_session=session(), **PAID) for n in (1, 2))
    with once(WRITE, lambda **_: post("/purchases", two)):
        answer = post("/purchases", one)
    assert (answer.status, answer.body["missing_points"]) == (422, 1_000)
    assert account_of().total(Purse.POINTS) == 1_000 + ledger_sum() == 0


def test_the_same_receipt_sent_twice_at_once_earns_once(mall: Any) -> None:
    body, rivals = receipt(), []
    with once(WRITE, lambda **_: rivals.append(post("/purchases", body))):
        answer = post("/purchases", body)
    assert answer.body == rivals[0].body
    assert answer.headers["idempotent-replayed"] == "true"
    assert ledger_sum() == 599


def test_the_same_number_for_another_purchase_at_once_is_refused(mall: Any) -> None:
    with once(WRITE, lambda **_: post("/purchases", receipt("R-1", ("S", "shoes", 100)))):
        answer = post("/purchases", receipt())
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert ledger_sum() == 1


def test_two_returns_at_once_never_give_back_more_than_was_bought(mall: Any) -> None:
    post("/purchases", receipt())
    with once(WRITE, lambda **_: post("/purchases/R-1/refunds", {"refund_no": "B-2", "amount": 59_900})):
        answer = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 59_900})
    assert (answer.status, answer.body["returnable"]) == (422, 0)
    assert account_of().total(Purse.POINTS) == ledger_sum() == 0


def test_a_return_between_reading_the_receipt_and_the_account_is_not_overlooked(mall: Any) -> None:
    post("/purchases", receipt())
    rival = {"refund_no": "B-2", "amount": 59_900}
    with once("before-call.dynamodb.GetItem", lambda **_: post("/purchases/R-1/refunds", rival)):
        answer = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 59_900})
    assert (answer.status, answer.code, ledger_sum()) == (422, "return_exceeds_purchase", 0)


def test_a_return_whose_answer_is_lost_is_taken_once(mall: Any) -> None:
    post("/purchases", receipt())
    with once(WRITTEN, lost):
        answer = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 10_000})
    assert (answer.status, answer.body["returnable"], ledger_sum()) == (201, 49_900, 499)


def test_a_purchase_that_arrives_while_its_return_is_being_kept_is_returned(mall: Any) -> None:
    with once(WRITE, lambda **_: post("/purchases", receipt())):
        answer = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 59_900})
    assert (answer.status, answer.body["state"]) == (201, "settled")
    assert ledger_sum() == 0


def test_a_return_that_arrives_while_its_purchase_is_being_recorded_is_heeded(mall: Any) -> None:
    with once(WRITE, lambda **_: post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 59_900})):
        answer = post("/purchases", receipt())
    assert (answer.status, answer.body["points_earned"], ledger_sum()) == (201, 0, 0)


@pytest.mark.parametrize("moment", [WRITE, WRITTEN])
def test_an_early_return_whose_call_fails_is_kept_once(mall: Any, moment: str) -> None:
    with once(moment, lost):
        answer = post("/purchases/R-1/refunds", {"refund_no": "B-1", "amount": 900})
    assert answer.status == 202
    (row,) = ledger_rows()
    assert [kept["refund_no"] for kept in row["returns"]] == ["B-1"]


def test_an_account_that_never_stands_still_is_busy_and_nothing_happened(mall: Any) -> None:
    def always(**_: Any) -> None:
        conflict("TransactionConflict")()

    before = everything()
    dynamo.client().meta.events.register(WRITE, always)
    answer = post("/purchases", receipt())
    dynamo.client().meta.events.unregister(WRITE, always)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "busy", "1")
    assert everything() == before
