"""The routes of bulk files: who may do what, and repetitions."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from loyalty import dynamo
from loyalty.imports import files
from tests.functions.imports.cloud import APPROVER, KINDS, ImportCloud, enrol, imports_cloud, queue_url, register_tenant
from tests.support import member_caller, staff_caller, till_caller

FILE = b"tenant_id,receipt_no,phone,purchased_at,amount_fen\nshoes,R-1,13800000001,2026-01-01,100\n"


@pytest.fixture
def mall() -> Any:
    with imports_cloud("purchases") as cloud:
        register_tenant("shoes")
        enrol("+8613800000001")
        yield cloud


def test_an_import_starts_with_an_address_to_put_the_file_to(mall: ImportCloud) -> None:
    answer = mall.send()
    assert answer.status == 202
    import_id = answer.body["import_id"]
    assert answer.headers["location"] == answer.body["status_url"] == f"/purchases/imports/{import_id}"
    assert answer.body["state"] == "awaiting_upload"
    url = urlsplit(answer.body["upload_url"])
    assert url.path.endswith(f"uploads/purchases/{import_id}.csv")
    assert parse_qs(url.query)["X-Amz-Expires"] == ["3600"]


def test_addresses_lead_to_the_endpoint_that_is_given(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4999")
    files.client.cache_clear()
    assert files.upload_url("purchases", "x").startswith("http://127.0.0.1:4999/imports/uploads/purchases/x.csv?")
    files.client.cache_clear()


def test_a_repeated_start_gets_the_same_import(mall: ImportCloud) -> None:
    first, second = mall.send(), mall.send()
    assert first.body["import_id"] == second.body["import_id"]
    assert second.headers["idempotent-replayed"] == "true"
    assert mall.send("key-2").body["import_id"] != first.body["import_id"]
    assert mall.send(caller=staff_caller("operator", login="other")).body["import_id"] != first.body["import_id"]


@pytest.mark.parametrize(
    "caller",
    [staff_caller("approver"), staff_caller("auditor"), staff_caller(), member_caller("m"), till_caller("shoes")],
)
def test_only_operators_and_marketers_start(mall: ImportCloud, caller: Any) -> None:
    assert mall.send(caller=caller).status == 403


def test_a_start_needs_a_key_and_nothing_else(mall: ImportCloud) -> None:
    assert (mall.send("").status, mall.send("").code) == (400, "idempotency_key_required")
    assert mall.send(body={"file": "x"}).status == 400


@pytest.mark.parametrize("import_id", ["0" * 32, "x", "0" * 31 + "g"])
def test_an_unknown_import_is_not_found(mall: ImportCloud, import_id: str) -> None:
    assert mall.status(import_id).status in {400, 404}
    assert mall.approve(import_id).status in {400, 404}


def test_an_import_is_only_found_under_its_own_kind(mall: ImportCloud) -> None:
    import_id = mall.send().body["import_id"]
    assert ImportCloud(KINDS["members"]).status(import_id).status == 404


@pytest.mark.parametrize("group", ["auditor", "approver", "operator"])
def test_all_staff_may_ask(mall: ImportCloud, group: str) -> None:
    import_id = mall.send().body["import_id"]
    assert mall.status(import_id, staff_caller(group)).status == 200
    assert mall.status(import_id, member_caller("m")).status == 403


def test_the_sender_may_not_approve(mall: ImportCloud) -> None:
    import_id = mall.begin(FILE)
    assert mall.approve(import_id, staff_caller("marketer", "approver", login="sender")).code == "own_import"
    assert mall.approve(import_id, staff_caller("operator", login="third")).status == 403
    assert mall.status(import_id).body["state"] == "awaiting_approval"


def test_approval_is_answered_alike_when_repeated(mall: ImportCloud) -> None:
    import_id = mall.begin(FILE)
    first, second = mall.approve(import_id), mall.approve(import_id)
    assert (first.status, second.status) == (202, 202)
    assert second.headers["idempotent-replayed"] == "true"
    mall.pump()
    assert mall.approve(import_id).status == 202
    assert mall.approve(import_id, staff_caller("approver", login="late")).status == 409
    assert mall.status(import_id).body["accepted"] == 1


def test_an_approval_that_lost_its_messages_sends_them_again(mall: ImportCloud) -> None:
    import_id = mall.begin(FILE)
    mall.approve(import_id)
    dynamo.service("sqs").purge_queue(QueueUrl=queue_url())
    mall.approve(import_id)
    mall.pump()
    assert mall.status(import_id).body["state"] == "done"


def test_only_what_awaits_approval_is_approved(mall: ImportCloud) -> None:
    import_id = mall.send().body["import_id"]
    answer = mall.approve(import_id)
    assert (answer.status, answer.code, answer.body["state"]) == (
        409,
        "import_not_awaiting_approval",
        "awaiting_upload",
    )


def test_the_approver_sees_the_report_of_the_check_and_everybody_the_final_one(mall: ImportCloud) -> None:
    import_id = mall.begin(FILE + b"shoes,R-2,1,2026-01-01,100\n")
    url = mall.status(import_id, APPROVER).body["report_url"]
    assert urlsplit(url).path.endswith(f"reports/purchases/{import_id}.checked.csv")
    checked = files.read(files.report_key("purchases", import_id, interim=True))
    assert checked == b"row,column,code\n3,phone,invalid_phone\n"
    mall.approve(import_id)
    mall.pump()
    assert urlsplit(mall.status(import_id).body["report_url"]).path.endswith(f"reports/purchases/{import_id}.csv")
    assert files.read(files.report_key("purchases", import_id)) == checked


def test_reasons_are_told_in_the_readers_language(mall: ImportCloud) -> None:
    import_id = mall.begin(b"")
    assert mall.status(import_id).body["reason"]["detail"] == "文件没有数据行。"
