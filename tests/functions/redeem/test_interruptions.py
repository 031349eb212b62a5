"""Every call to DynamoDB of every write on rewards, broken in every way, then repeated: the same as if nothing had."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from loyalty import dynamo
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through, conflicts, first
from tests.functions.redeem import shop
from tests.functions.redeem.shop import LOUNGE, SCARF, cancel, count, draft, hand_over, left, order, publish, staff
from tests.functions.redeem.test_rewards import VOUCHER, publish_template
from tests.functions.till import ANNA, BEN, bucket, everything, ledger_sum, member
from tests.support import TABLES, HttpAnswer

Action = Callable[[], HttpAnswer]
WRITES = {"TransactWriteItems", "PutItem", "UpdateItem"}


@pytest.fixture
def scarf(mall: Any) -> str:
    """A gift whose last piece is at the service desk; Anna can pay for just one."""
    shop.rich(300)
    shop.sign_in()
    reward_id = publish({**SCARF, "per_member": 1})
    shop.stock_in(reward_id, 1)
    return reward_id


def take_the_last_one(scarf: str) -> Action:
    return lambda: order(scarf)


def cancel_it(scarf: str) -> Action:
    done = order(scarf).body["redemption_id"]
    return lambda: cancel(done)


def hand_it_over(scarf: str) -> Action:
    done = order(scarf).body["redemption_id"]
    return lambda: hand_over(done)


def take_a_voucher(_: str) -> Action:
    publish_template()
    reward_id = publish(VOUCHER, "draft-2")
    return lambda: order(reward_id, None)


def redeem_without_limit(_: str) -> Action:
    reward_id = publish(LOUNGE, "draft-2")
    return lambda: order(reward_id, None)


def book_goods(scarf: str) -> Action:
    return lambda: shop.stock_in(scarf, 100, key="in-2")


def count_goods(scarf: str) -> Action:
    return lambda: count(scarf, 7)


def publish_it(_: str) -> Action:
    reward_id = draft({**LOUNGE, "quantity": 60}, "draft-2")
    staff(f"POST /rewards/{reward_id}/approvals", group="approver")
    return lambda: staff(f"POST /rewards/{reward_id}/publications")


OPERATIONS = [
    take_the_last_one,
    cancel_it,
    hand_it_over,
    take_a_voucher,
    redeem_without_limit,
    book_goods,
    count_goods,
    publish_it,
]


def calls_of(action: Action) -> list[str]:
    """Return the calls of an undisturbed run."""
    calls: list[str] = []

    def hook(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        calls.append(operation)
        return call()

    with calls_through(hook):
        assert action().status == 201
    return calls


def restore(before: dict[str, list[Any]]) -> None:
    """Put back what was stored."""
    for table, items in before.items():
        for item in dynamo.client().scan(TableName=table)["Items"]:
            dynamo.client().delete_item(TableName=table, Key={name: item[name] for name, _ in TABLES[table]})
        for item in items:
            dynamo.client().put_item(TableName=table, Item=item)


@pytest.mark.filterwarnings("ignore:No application metrics")  # a process that was killed publishes none
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_broken_and_repeated_request_leaves_what_an_unbroken_one_does(
    scarf: str, operation: Callable[[str], Action]
) -> None:
    action = operation(scarf)
    before = {name: dynamo.client().scan(TableName=name)["Items"] for name in TABLES}
    calls = calls_of(action)
    wanted = everything()
    assert WRITES & set(calls)
    for number, operation_called in enumerate(calls):
        for fault in Fault if operation_called in WRITES else (Fault.REFUSED,):
            restore(before)
            with broken_call(number, fault), suppress(KilledError):
                action()
            assert action().status == 201, f"call {number} of {calls}: {fault}"
            assert everything() == wanted, f"call {number} of {calls}: {fault}"


def test_a_redemption_reads_once_and_writes_once(scarf: str) -> None:
    every_half_minute = ["Query"]  # the running surveys
    assert calls_of(take_the_last_one(scarf))[-3:] == ["BatchGetItem", "TransactWriteItems", *every_half_minute]
    refused: list[str] = []

    def hook(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        refused.append(operation)
        return call()

    with calls_through(hook):
        assert order(scarf, key="k2").status == 422
    assert refused == ["BatchGetItem", "BatchGetItem", "TransactGetItems"]


def test_the_last_piece_goes_to_one_of_two(scarf: str) -> None:
    member(BEN, (bucket(), 300))
    shop.sign_in("login-2", BEN)
    with first(lambda: order(scarf, login="login-2")):
        refused = order(scarf, key="k2")
    assert (refused.code, left(scarf)["service-desk"], ledger_sum(ANNA), ledger_sum(BEN)) == ("sold_out", 0, 0, -300)


def test_an_order_is_either_cancelled_or_handed_over(scarf: str) -> None:
    done = order(scarf).body["redemption_id"]
    with first(lambda: hand_over(done)):
        refused = cancel(done)
    assert (refused.code, refused.body["state"], ledger_sum()) == ("order_state", "handed_over", -300)


def test_a_unit_taken_during_a_count_is_counted_again(scarf: str) -> None:
    with first(lambda: order(scarf)):
        counted = count(scarf, 5)
    assert (counted.body["change"], left(scarf)["service-desk"]) == (5, 5)


def test_conflicts_pass_and_too_many_say_busy(scarf: str) -> None:
    with conflicts(3):
        assert order(scarf).status == 201
    with conflicts(100):
        assert cancel(order(scarf).body["redemption_id"]).code == "busy"
    assert ledger_sum() == -300
