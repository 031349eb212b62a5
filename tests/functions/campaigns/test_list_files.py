"""Files of members: every row ends on the list or in the report, once, whatever is killed on the way (G1)."""

import csv
import io
from typing import Any

import pytest

from functions.campaigns import list_files, list_files_desk, lists, on_job
from functions.campaigns.list_rows import MOST_ROWS, ListFileSizeError, Refused, rows_of
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.imports import files
from loyalty.jobs import Job, Jobs
from tests.functions.campaigns.desk import AUDITOR, MARKETER, OPERATOR, enrol, partition
from tests.functions.campaigns.test_lists import made, put_on, size_of
from tests.functions.campaigns_figures.mall import LongContext
from tests.support import HttpAnswer, call, http_event

ANNA, BERT, CLEO = "member-anna", "member-bert", "member-cleo"


@pytest.fixture(autouse=True)
def desk(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk is open: a bucket, a queue, and three members."""
    monkeypatch.setenv("IMPORTS_BUCKET", "imports")
    place = {"LocationConstraint": "ap-southeast-1"}
    files.client().create_bucket(Bucket="imports", CreateBucketConfiguration=place)
    monkeypatch.setenv("JOBS_QUEUE_URL", dynamo.service("sqs").create_queue(QueueName="jobs")["QueueUrl"])
    for member_id in (ANNA, BERT, CLEO):
        enrol(member_id)


def sent(list_id: str, *lines: str, key: str = "file-1", caller: Any = MARKETER) -> HttpAnswer:
    route = f"POST /member-lists/{list_id}/files"
    headers = {"idempotency-key": key}
    return call(
        list_files_desk.handler, http_event(route, body={"csv": "\n".join(lines)}, caller=caller, headers=headers)
    )


def worked(file_id: str) -> None:
    record = {"messageId": "m", "body": f'{{"job_id": "{file_id}"}}'}
    serve: Any = on_job.handler
    assert serve({"Records": [record]}, LongContext()) == {"batchItemFailures": []}


def told(list_id: str, file_id: str, caller: Any = AUDITOR) -> HttpAnswer:
    return call(list_files_desk.handler, http_event(f"GET /member-lists/{list_id}/files/{file_id}", caller=caller))


def listed(list_id: str, *lines: str, key: str = "file-1") -> Any:
    answer = sent(list_id, *lines, key=key)
    assert answer.status == 202, answer.body
    worked(answer.body["file_id"])
    return told(list_id, answer.body["file_id"]).body


def report(found: Any) -> list[list[str]]:
    text = files.read(f"exports/campaigns/{found['file_id']}.csv").decode()
    return list(csv.reader(io.StringIO(text)))


def test_every_row_is_on_the_list_or_in_the_report() -> None:
    list_id = made()
    put_on(list_id, CLEO)
    found = listed(list_id, "member_id,name", f"{ANNA},Anna", "", "no id!", ANNA, f'"{BERT}"', CLEO, "member-nobody")
    figures = ("state", "rows", "done", "added", "known", "refused")
    assert [found[name] for name in figures] == ["done", 6, 6, 2, 1, 3]
    assert report(found) == [["row", "code"], ["4", "no_member_id"], ["5", "repeated"], ["8", "unknown_member"]]
    assert found["refused_url"].startswith("https://")
    assert (partition(f"members/{list_id}"), size_of(list_id)) == ([ANNA, BERT, CLEO], 3)


def test_a_file_without_a_refused_row_has_no_report_to_fetch() -> None:
    found = listed(made(), ANNA)
    assert (found["refused"], found["refused_url"]) == (0, None)


def test_no_report_says_what_stood_in_a_row() -> None:
    found = listed(made(), "王小明 13800138000", ANNA)
    assert "1380013" not in files.read(f"exports/campaigns/{found['file_id']}.csv").decode()


@pytest.mark.parametrize("killed_at", range(1, 6))
def test_a_file_that_is_killed_is_worked_off_with_the_same_figures(
    monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    monkeypatch.setattr(list_files, "ROWS_A_STEP", 1)
    list_id = made()
    file_id = sent(list_id, ANNA, "member-nobody", BERT, CLEO).body["file_id"]
    real, seen = Jobs.checkpoint, list[int]()

    def killed_once(where: Jobs, after: Job) -> Job:
        seen.append(after.version)
        if len(seen) == killed_at:
            raise KeyboardInterrupt
        return real(where, after)

    monkeypatch.setattr(Jobs, "checkpoint", killed_once)
    with pytest.raises(KeyboardInterrupt):
        worked(file_id)
    worked(file_id)
    found = told(list_id, file_id).body
    assert [found[name] for name in ("rows", "done", "added", "known", "refused")] == [4, 4, 3, 0, 1]
    assert size_of(list_id) == 3


def test_the_same_file_sent_again_is_the_same_and_another_is_refused() -> None:
    list_id = made()
    first = listed(list_id, ANNA)
    again = sent(list_id, ANNA)
    assert (again.body["file_id"], again.headers["idempotent-replayed"]) == (first["file_id"], "true")
    assert sent(list_id, BERT).code == "idempotency_key_reused"
    assert listed(list_id, ANNA, key="file-2")["known"] == 1


def test_a_file_has_between_one_and_fifty_thousand_rows() -> None:
    ids = [f"member-{number:05d}" for number in range(MOST_ROWS + 1)]
    assert len(rows_of("\n".join(["member_id", *ids[:-1]])).listed) == MOST_ROWS
    with pytest.raises(ListFileSizeError):
        rows_of("\n".join(ids))
    answer = sent(made(), "member_id", "")
    assert (answer.status, answer.code, answer.body["most"]) == (422, "list_file_size", 50_000)


def test_what_spreadsheets_write_is_understood() -> None:
    found = rows_of(f"\N{ZERO WIDTH NO-BREAK SPACE}Member_ID;\r\n {ANNA} \r\n{BERT}\r\n")
    assert ([one.member_id for one in found.listed], found.refused) == ([ANNA, BERT], ())


def test_a_file_is_of_its_list_and_sent_by_marketers() -> None:
    list_id, other = made(), made("B", "key-2")
    file_id = sent(list_id, ANNA).body["file_id"]
    assert told(other, file_id).status == told(list_id, "0" * 32).status == 404
    assert sent("0" * 24, ANNA, key="file-3").status == 404
    assert sent(list_id, ANNA, caller=OPERATOR).status == 403


def test_a_member_put_on_by_hand_is_known_to_a_file() -> None:
    list_id = made()
    lists.add(list_id, [ANNA], "mei", utc_now())
    assert [listed(list_id, ANNA)[name] for name in ("added", "known")] == [0, 1]


def test_a_repeated_id_counts_where_it_stands_first() -> None:
    assert rows_of(f"{ANNA}\n{BERT}\n{ANNA}").refused == (Refused(3, "repeated"),)
