"""An import whose worker is really killed in the middle and run again: the same result as one run (pitfall 18)."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud
from local.demo.api import put_file
from tests.e2e.mall import Mall, new_key, wait_until

MEMBERS, RECEIPTS = 3, 1_200
"""Enough for several checkpoints, so that the worker dies between two of them."""
FEN = 1_000


@pytest.fixture
def people(mall: Mall) -> dict[str, str]:
    """Who to call as, by member id."""
    return {member_id: who for who, member_id in (mall.member() for _ in range(MEMBERS))}


def test_a_worker_killed_in_the_middle_and_run_again_counts_and_credits_once(
    mall: Mall, cloud: LocalCloud, people: dict[str, str]
) -> None:
    path = begin(mall, file_of(mall, [who.removeprefix("member:") for who in people.values()]))
    wait_until(lambda: 0 < status(mall, path)["accepted"] < RECEIPTS, "the first checkpoint", 90)
    assert kill_workers(cloud, "earn-on-partition") > 0
    assert status(mall, path)["state"] == "applying"
    go_on(mall, path)
    wait_until(lambda: status(mall, path)["state"] == "done", "the second run's end", 180)
    ended = status(mall, path)
    assert (ended["rows"], ended["accepted"], ended["known"], ended["refused"]) == (RECEIPTS, RECEIPTS, 0, 0)
    for member_id, who in people.items():
        assert mall.points(who)["balance"] == RECEIPTS // MEMBERS * FEN // 100
        assert versions(mall, member_id) == list(range(1, RECEIPTS // MEMBERS + 1))


def file_of(mall: Mall, phones: list[str]) -> str:
    """A file of purchases, the members' rows mixed."""
    tenant_id = mall.tenant("e2e-killed").removeprefix("till:")
    rows = [
        f"{tenant_id},K-{n},{phones[n % MEMBERS]},2026-10-{n % 28 + 1:02d}T12:00:00+08:00,{FEN},shoes,S,1,till"
        for n in range(RECEIPTS)
    ]
    return "\n".join(["tenant_id,receipt_no,phone,purchased_at,amount_fen,category,sku,quantity,channel", *rows])


def begin(mall: Mall, content: str) -> str:
    """Upload a file and have it approved; returns the job's path."""
    job = mall.api.expect(202, "operator", "POST", "/purchases/imports", {}, key=new_key())
    put_file(job["upload_url"], content)
    path = f"/purchases/imports/{job['import_id']}"
    wait_until(lambda: status(mall, path)["state"] == "awaiting_approval", "the check", 90)
    mall.api.expect(202, "approver", "POST", f"{path}/approvals", {})
    return path


def status(mall: Mall, path: str) -> dict[str, Any]:
    """Where the job stands."""
    return dict(mall.api.expect(200, "operator", "GET", path))


def kill_workers(cloud: LocalCloud, function: str) -> int:
    """Kill every process that runs a function, as a crash would; returns how many there were."""
    killed = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(cloud.state_dir) in command and function in command:
            os.kill(int(process.name), signal.SIGKILL)
            killed += 1
    return killed


def go_on(mall: Mall, path: str) -> None:
    """Send the partition's task again, as the queue does once the dead worker's ten minutes are over."""
    name = mall.stack.function("earn-on-partition").removesuffix(":live")
    configuration = mall.aws("lambda").get_function_configuration(FunctionName=name)
    task = {"import_id": path.rsplit("/", 1)[1], "step": "apply", "partition": 0}
    queue = configuration["Environment"]["Variables"]["APPLY_QUEUE_URL"]
    mall.aws("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(task))


def versions(mall: Mall, member_id: str) -> list[int]:
    """The account versions of a member's entries."""
    pages = (
        mall.aws("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=mall.stack.resources["ledger_table_name"],
            IndexName="by_member",
            KeyConditionExpression="member_id = :member",
            ExpressionAttributeValues={":member": {"S": member_id}},
        )
    )
    return [int(row["account_version"]["N"]) for page in pages for row in page["Items"]]
