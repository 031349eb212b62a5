"""Files that cannot be read as a whole: failed with a reason, and nothing changed."""

from typing import Any

import pytest

from loyalty.imports import advance, split
from tests.functions.imports.cloud import ImportCloud, imports_cloud, rows_of

FINE = b"phone,name\n13800000001,Anna\n"


@pytest.fixture
def mall() -> Any:
    with imports_cloud("members") as cloud:
        yield cloud


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ("empty_file", None, None)),
        (b"\xef\xbb\xbf", ("empty_file", None, None)),
        (b"phone,name\n", ("empty_file", None, None)),
        (b"\n\n", ("empty_file", None, None)),
        (b"phone\n1\n", ("missing_column", "name", 1)),
        (b"13800000001,Anna\n13800000002,Ben\n", ("missing_column", "phone", 1)),
        (b"phone,name,shoe_size\n1,2,3\n", ("unknown_column", None, 1)),
        (b"phone,name,\n1,2,3\n", ("unknown_column", None, 1)),
        (b"phone,name,phone\n1,2,3\n", ("duplicate_column", "phone", 1)),
        ("phone,name\n13800000001,张三\n".encode("gb18030"), ("not_utf8", None, 1)),
        (FINE.decode().encode("utf-16"), ("not_utf8", None, 1)),
        (FINE + b"13800000002,B\0en\n", ("nul_character", None, 3)),
        (FINE + b'13800000002,"Ben\n', ("malformed_csv", None, 3)),
        (FINE + b'13800000002,"Ben"x\n', ("malformed_csv", None, 3)),
        (FINE + b"13800000002," + b"x" * 140_000 + b"\n", ("malformed_csv", None, 3)),
        (FINE + b"13800000002," + b"x" * 300_000 + b"\n", ("line_too_long", None, 3)),
        (FINE + b'13800000002,"' + b"x\n" * 70_000 + b'"\n', ("malformed_csv", None, 3)),
    ],
)
def test_the_file_is_refused_with_its_reason(mall: ImportCloud, content: bytes, reason: tuple[Any, ...]) -> None:
    status = mall.run(content)
    found = status["reason"]
    assert (status["state"], (found["code"], found["column"], found["row"])) == ("failed", reason)
    assert found["detail"]
    assert rows_of("accounts") == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + FINE,
        b"name,phone\r\nAnna,13800000001\r\n",
        b'Name , PHONE\n"Anna","13800000001"',
        b"phone,name\n\n13800000001,Anna\n\n",
        b"phone,name\n13800000001,Anna\n13800000001,Anna,more\n13800000001\n",
    ],
)
def test_what_spreadsheets_write_is_read(mall: ImportCloud, content: bytes) -> None:
    assert mall.run(content)["accepted"] == 1


def test_a_row_with_too_few_or_too_many_cells_is_refused_alone(mall: ImportCloud) -> None:
    status = mall.run(FINE + b"13800000002\n13800000003,Cleo,more\n")
    assert [status[name] for name in ("rows", "accepted", "refused")] == [3, 1, 2]


def test_a_file_above_the_limit_is_refused(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "MAX_BYTES", len(FINE) - 1)
    assert mall.run(FINE)["reason"]["code"] == "file_too_large"


def test_a_file_that_is_nearly_all_one_members_is_refused(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance, "MAX_PARTITION_BYTES", 10)
    assert mall.run(FINE)["reason"]["code"] == "too_uneven"
    assert rows_of("accounts") == []


def test_a_file_that_was_replaced_is_refused(mall: ImportCloud) -> None:
    import_id = mall.send().body["import_id"]
    announced = mall.put(import_id, FINE)
    mall.put(import_id, FINE + b"13800000002,Ben\n")
    mall.hear(announced)
    assert mall.status(import_id).body["reason"]["code"] == "upload_changed"


def test_a_second_upload_to_a_finished_import_is_ignored(mall: ImportCloud) -> None:
    import_id = mall.begin(FINE)
    mall.hear(mall.put(import_id, FINE + b"13800000002,Ben\n"))
    mall.pump()
    assert [mall.status(import_id).body[name] for name in ("state", "rows", "accepted")] == ["done", 1, 1]


def test_an_upload_nobody_asked_for_is_ignored(mall: ImportCloud) -> None:
    assert mall.hear(mall.put("0" * 32, FINE)) == {"batchItemFailures": []}
    assert rows_of("imports") == []


def test_the_test_notice_of_s3_is_ignored(mall: ImportCloud) -> None:
    event = {"Records": [{"messageId": "1", "body": '{"Event": "s3:TestEvent"}'}]}
    assert mall.hear(event) == {"batchItemFailures": []}


def test_a_message_that_cannot_be_read_comes_back_and_the_others_go_on(mall: ImportCloud) -> None:
    import_id = mall.send().body["import_id"]
    fine = mall.put(import_id, FINE)["Records"][0]
    event = {"Records": [{"messageId": "broken", "body": "{"}, fine]}
    assert mall.hear(event) == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    mall.pump()
    assert mall.status(import_id).body["state"] == "done"
