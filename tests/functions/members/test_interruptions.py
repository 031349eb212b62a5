"""Every call to DynamoDB of every write, broken in every way, then the request repeated: the same as if nothing had.

For each operation the run without faults is the model: its rows, without what is random, are what every broken and
repeated run must leave as well.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.programme import Approval
from tests.conftest import put_programme
from tests.functions.members.conftest import Mall, rows_of
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through
from tests.support import PROGRAMME, TABLES, HttpAnswer

PHONE = "+8613800000001"
OTHER = "+8613800000002"
WRITTEN = ("members", "accounts", "ledger")
WRITES = {"TransactWriteItems", "PutItem", "UpdateItem"}

Action = Callable[[], HttpAnswer]


def enrol(mall: Mall) -> Action:
    code = mall.code_for("ada", PHONE)
    return lambda: mall.enrol("ada", PHONE, phone_code=code)


def claim(mall: Mall) -> Action:
    mall.enrol_at_till(PHONE)
    return enrol(mall)


def enrol_at_the_counter(mall: Mall) -> Action:
    return lambda: mall.enrol_at_till(PHONE, key="k1", card_no="C-0001")


def find_at_the_counter(mall: Mall) -> Action:
    mall.enrol_at_till(PHONE, key="k1")
    return lambda: mall.enrol_at_till(PHONE, key="k2")


def change_the_phone(mall: Mall) -> Action:
    enrol(mall)()
    changes = {"phone": OTHER, "phone_code": mall.code_for("ada", OTHER), "consents": {"sharing": True}}
    return lambda: mall.member("ada", "PATCH /me", changes)


def leave(mall: Mall) -> Action:
    enrol(mall)()
    return lambda: mall.member("ada", "DELETE /me")


def open_a_session(mall: Mall) -> Action:
    enrol(mall)()
    scan = {"member_code": mall.member("ada", "GET /me/code").body["code"]}
    return lambda: mall.desk(mall.till, "POST /member-sessions", scan, key="k1")


def replace_a_card(mall: Mall) -> Action:
    member_id = mall.enrol_at_till(PHONE, card_no="C-0001").body["member_id"]
    return lambda: mall.desk(mall.staff, f"POST /members/{member_id}/cards", {"card_no": "C-0002"})


def lose_a_card(mall: Mall) -> Action:
    member_id = mall.enrol_at_till(PHONE, card_no="C-0001").body["member_id"]
    return lambda: mall.desk(mall.staff, f"POST /members/{member_id}/cards/losses")


def approve(mall: Mall) -> Action:
    return decide(mall, "approvals", None)


def refuse(mall: Mall) -> Action:
    return decide(mall, "refusals", {"reason": "资料不全"})


def decide(mall: Mall, decision: str, body: object) -> Action:
    rules = PROGRAMME.enrolment.model_copy(update={"approval": Approval.MANUAL})
    put_programme(PROGRAMME.model_copy(update={"enrolment": rules}))
    member_id = enrol(mall)().body["member_id"]
    return lambda: mall.desk(mall.staff, f"POST /members/{member_id}/{decision}", body)


OPERATIONS = [
    enrol,
    claim,
    enrol_at_the_counter,
    find_at_the_counter,
    change_the_phone,
    leave,
    open_a_session,
    replace_a_card,
    lose_a_card,
    approve,
    refuse,
]


def left_behind() -> list[str]:
    """Describe every row but the counters of phone codes, random ids replaced by what they stand for."""
    ids = {row["member_id"]: f"member-{n}" for n, row in enumerate(rows_of("accounts"))}
    rows = [row for table in WRITTEN for row in rows_of(table)]
    for row in rows:
        row.pop("fingerprint", None)  # of a code, which is random
        row.pop("born_on", None)  # names a shard, which is the random id's
    text = "\n".join(sorted(repr(sorted(row.items())) for row in rows if row.get("kind") not in ("limit", "code")))
    uses = sum(row["member_id"].startswith("code/") for row in rows_of("members"))
    for member_id, name in ids.items():
        text = text.replace(member_id, name)
    return [*sorted(text.splitlines()), f"{uses} codes used"]


Snapshot = dict[str, list[dict[str, Any]]]


def snapshot() -> Snapshot:
    """Return what is stored."""
    return {table: dynamo.client().scan(TableName=table)["Items"] for table in WRITTEN}


def restore(before: Snapshot) -> None:
    """Put back what was stored."""
    for table, items in before.items():
        for item in dynamo.client().scan(TableName=table)["Items"]:
            dynamo.client().delete_item(TableName=table, Key={name: item[name] for name, _ in TABLES[table]})
        for item in items:
            dynamo.client().put_item(TableName=table, Item=item)


def calls_of(action: Action) -> list[str]:
    """Return the calls of an undisturbed run."""
    calls: list[str] = []

    def hook(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        calls.append(operation)
        return call()

    with calls_through(hook):
        assert action().status < 300
    return calls


def faults_of(operation: str) -> Iterable[Fault]:
    """Return how a call can break: a reading that was done leaves what a reading refused leaves."""
    return Fault if operation in WRITES else [Fault.REFUSED]


def survived(action: Action, number: int, fault: Fault) -> HttpAnswer:
    """Run an action with one broken call, and repeat it as a client would while the answer is no answer."""
    try:
        with broken_call(number, fault):
            answer = action()
    except KilledError:
        return action()
    return answer if answer.status < 500 else action()


@pytest.mark.filterwarnings("ignore:No application metrics")  # a process that was killed publishes none
@pytest.mark.parametrize("prepare", OPERATIONS)
def test_once_and_whole_whichever_call_breaks(mall: Mall, prepare: Callable[[Mall], Action]) -> None:
    action = prepare(mall)
    before = snapshot()
    calls = calls_of(action)
    assert set(calls) & WRITES
    expected = left_behind()
    for number, operation in enumerate(calls):
        for fault in faults_of(operation):
            restore(before)
            answer = survived(action, number, fault)
            assert answer.status < 300, (number, operation, fault, answer.body)
            assert left_behind() == expected, (number, operation, fault)
