"""A run that dies at any call to AWS, before or after it took effect, and is run again: as if it had run once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.imports import apply as applying
from loyalty.imports import files, split
from tests.functions.imports.cloud import ImportCloud, KilledError, books, enrol, imports_cloud, register_tenant

FILE = b"tenant_id,receipt_no,phone,purchased_at,amount_fen\n" + b"".join(
    b"shoes,R-%d,1380000000%d,2026-01-%02d,%d\n" % (n, n % 3 + 1, 20 - n, 1000 * n) for n in range(6)
)
COUNTS = ("state", "rows", "accepted", "known", "refused")
NEVER = 10_000
EVERY = int(os.environ.get("DEATHS_EVERY", "5"))
"""At every fifth call; 1 for every single one, which takes a minute."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two partitions and blocks of two, so that every kind of step comes more than once."""
    monkeypatch.setattr(split, "PARTITION_BYTES", len(FILE) // 2)
    monkeypatch.setattr(applying, "BLOCK_UNITS", 2)


@contextmanager
def dying(at: int, moment: str) -> Iterator[list[str]]:
    """Let the process die at its n-th call; yields the calls that were made."""
    calls: list[str] = []
    clients = [dynamo.client(), dynamo.service("sqs"), files.client()]

    def hook(**event: Any) -> None:
        operation = event["model"].name
        if operation in {"ReceiveMessage", "DeleteMessage"}:
            return
        calls.append(operation)
        if len(calls) == at + 1:
            raise KilledError

    for client in clients:
        client.meta.events.register(f"{moment}.*.*", hook)
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister(f"{moment}.*.*", hook)


def journey(mall: ImportCloud) -> None:
    """Everything the cloud does for an upload, until nothing is left to do."""
    import_id = mall.send().body["import_id"]
    mall.hear(mall.put(import_id, FILE))
    mall.pump()
    if mall.status(import_id).body["state"] in {"awaiting_approval", "applying"}:
        mall.approve(import_id)  # an approver whose request was not answered repeats it
    mall.pump()


def after_death(at: int, moment: str) -> tuple[list[Any], list[str], int]:
    """Return the counts, the books and how many calls were made, after a death and a second run."""
    with imports_cloud("purchases") as mall:
        register_tenant("shoes")
        names = {str(enrol(f"+861380000000{n}")): f"member-{n}" for n in (1, 2)}
        with dying(at, moment) as calls, suppress(KilledError):
            journey(mall)
        journey(mall)
        status = mall.status(mall.send().body["import_id"]).body
        return [status[name] for name in COUNTS], stable_books(names), len(calls)


def stable_books(names: dict[str, str]) -> list[str]:
    """Ledger and accounts by the members' names instead of their random ids, and what is made from those."""
    rows = [row for table in books().values() for row in table]
    stable = {"due_shard": 0, "fingerprint": ""}
    return sorted(str({**row, **stable, "member_id": names[row["member_id"]]}) for row in rows)


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("moment", ["before-call", "after-call"])
def test_a_death_at_any_call_changes_nothing_in_the_end(moment: str) -> None:
    counts, expected, calls = after_death(NEVER, moment)
    assert counts == ["done", 6, 4, 0, 2]
    assert calls > 60
    for at in range(0, calls, EVERY):
        assert after_death(at, moment)[:2] == (counts, expected), f"died at call {at}"
