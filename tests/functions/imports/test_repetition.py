"""Work that is cut small, done twice at once, or disturbed: the same result."""

import csv
from dataclasses import replace
from typing import Any

import pytest

from loyalty import dynamo
from loyalty.errors import BusyError
from loyalty.imports import apply as applying
from loyalty.imports import files, pieces, report, split
from loyalty.imports.kinds import Refusal
from loyalty.imports.report import RefusalSpool, merge
from loyalty.imports.workers import partition_handler
from tests.functions.imports import cloud as clouds
from tests.functions.imports.cloud import ImportCloud, books, enrol, imports_cloud, queue_url, register_tenant

FILE = b"tenant_id,receipt_no,phone,purchased_at,amount_fen\n" + b"".join(
    b"shoes,R-%d,%d,2026-01-%02d,%d\n" % (n % 9, 13800000000 + n % 9 % 3, 20 - n % 9, 1000 * n) for n in range(18)
)


@pytest.fixture
def mall() -> Any:
    with imports_cloud("purchases") as cloud:
        register_tenant("shoes")
        for n in (1, 2):
            enrol(f"+861380000000{n}")
        yield cloud


def counts(status: Any) -> list[Any]:
    return [status[name] for name in ("state", "rows", "accepted", "known", "refused")]


def test_a_file_in_many_pieces_gives_what_it_gives_in_one(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = mall.run(FILE)
    assert counts(whole) == ["done", 18, 12, 0, 6]
    stood, reported = books(), clouds.report(whole["import_id"], "purchases")
    for module, name, value in (
        (pieces, "PIECE_BYTES", 1),
        (split, "PARTITION_BYTES", 50),
        (report, "PIECE_ROWS", 1),
        (applying, "BLOCK_UNITS", 1),
    ):
        monkeypatch.setattr(module, name, value)
    again = mall.run(FILE, key="key-2")
    assert counts(again) == ["done", 18, 0, 12, 6]
    assert books() == stood
    assert clouds.report(again["import_id"], "purchases") == reported


def test_a_partition_ends_with_one_piece_of_refusals(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BLOCK_UNITS", 1)
    rows = b"".join(b"shoes,R-%d,1390000000%d,2026-01-01,1\n" % (n, n) for n in range(9))
    status = mall.run(FILE.splitlines(keepends=True)[0] + rows)
    assert [row for row, _, _ in clouds.report(status["import_id"], "purchases")] == list(range(2, 11))
    done = dynamo.get("imports", {"import_id": f"{status['import_id']}/apply/0"})
    assert done
    assert done["reports"] == ["apply-0"]


def test_two_runs_of_a_partition_at_once_count_once(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BLOCK_UNITS", 2)
    import_id = mall.begin(FILE)
    mall.approve(import_id)
    message = dynamo.service("sqs").receive_message(QueueUrl=queue_url(), VisibilityTimeout=0)["Messages"][0]
    event = {"Records": [{"messageId": "twin", "body": message["Body"]}]}
    rival = partition_handler(mall.kind, threads=1)
    rivals = [rival]

    def overtaken(*args: Any) -> Any:
        if rivals:
            assert rivals.pop()(event, mall.lambda_context) == {"batchItemFailures": []}
        return mall.kind.apply(*args)

    slow = partition_handler(replace(mall.kind, apply=overtaken), threads=1)
    assert slow(event, mall.lambda_context) == {"batchItemFailures": [{"itemIdentifier": "twin"}]}
    mall.pump()
    assert counts(mall.status(import_id).body) == ["done", 18, 12, 0, 6]


def test_a_busy_account_is_waited_for(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "FIRST_PAUSE_SECONDS", 0.0)
    refusals = [BusyError(retry_after=1)] * (applying.ATTEMPTS - 1)

    def busy(*args: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return mall.kind.apply(*args)

    import_id = mall.begin(FILE)
    mall.approve(import_id)
    mall.pump(replace(mall.kind, apply=busy))
    assert counts(mall.status(import_id).body) == ["done", 18, 12, 0, 6]


def test_a_large_report_is_merged_in_the_order_of_the_file(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PART_BYTES", 5 * 1024 * 1024)
    spool = RefusalSpool(str, "large")
    for row in range(200_000, 1, -1):
        spool.add(Refusal(row, "purchased_at", "a_code_that_is_as_long_as_codes_ever_get"))
    merge(spool.close(), "reports/purchases/large.csv")
    lines = files.read("reports/purchases/large.csv").decode().splitlines()
    assert [int(row) for row, _, _ in csv.reader(lines[1:])] == list(range(2, 200_001))
