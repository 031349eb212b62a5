"""Files of purchases, from the first request to the report."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty.imports import apply as applying
from loyalty.imports import files
from tests.functions.imports.cloud import (
    PURCHASES,
    ImportCloud,
    KilledError,
    as_csv,
    books,
    enrol,
    imports_cloud,
    register_tenant,
    report,
    rows_of,
)

ANNA, BEN = "+8613800000001", "+8613800000002"
COLUMNS = PURCHASES.columns


def line(receipt: str, phone: str, at: str, amount: int, **other: Any) -> list[Any]:
    cells = {"tenant_id": "shoes", "receipt_no": receipt, "phone": phone, "purchased_at": at, "amount_fen": amount}
    cells |= {"category": "fashion", "sku": "S-1", "quantity": 1, "channel": "store"} | other
    return [cells.get(name, "") for name in COLUMNS]


FILE = [
    line("R-3", "13800000001", "2026-03-01T10:00:00+08:00", 500_000),
    line("R-1", "13800000001", "2026-01-01 10:00", 100_000),
    line("R-2", "+86 138 0000 0002", "2026-02-01", 20_000),
    line("R-1", "13800000001", "2026-01-01T10:00:00+08:00", 50_000, sku="S-2"),
    line("R-4", "13800000009", "2026-02-01", 20_000),
    line("R-5", "13800000002", "2026-02-30", 20_000),
    line("R-6", "13800000002", "2026-04-01", 0),
    line("R-7", "13800000002", "2026-04-02", 100, tenant_id="nobody"),
]


@pytest.fixture
def mall() -> Any:
    with imports_cloud("purchases") as cloud:
        register_tenant("shoes")
        enrol(ANNA)
        enrol(BEN)
        yield cloud


def test_a_file_is_recorded_through_the_checkout(mall: ImportCloud) -> None:
    status = mall.run(as_csv(COLUMNS, FILE))
    assert {name: status[name] for name in ("state", "rows", "accepted", "known", "refused")} == {
        "state": "done",
        "rows": 8,
        "accepted": 5,
        "known": 0,
        "refused": 3,
    }
    assert report(status["import_id"], "purchases") == [
        (6, "phone", "unknown_member"),
        (7, "purchased_at", "invalid_time"),
        (9, "tenant_id", "unknown_tenant"),
    ]
    entries = {row["source"]: row for row in rows_of("ledger")}
    assert entries["receipt/shoes/R-1"]["facts"]["gross"] == 150_000
    assert entries["receipt/shoes/R-1"]["at"] == "2026-01-01T02:00:00.000Z"
    assert {row["origin"] for row in entries.values()} == {"import"}
    assert {row["batch"] for row in entries.values()} == {status["import_id"]}


def test_each_members_receipts_are_applied_in_order_of_time(mall: ImportCloud) -> None:
    mall.run(as_csv(COLUMNS, FILE))
    versions = {row["source"]: row["account_version"] for row in rows_of("ledger")}
    assert versions["receipt/shoes/R-1"] < versions["receipt/shoes/R-3"]


def test_nothing_is_credited_before_a_second_person_approves(mall: ImportCloud) -> None:
    import_id = mall.begin(as_csv(COLUMNS, FILE))
    status = mall.status(import_id).body
    assert (status["state"], status["refused"], rows_of("ledger")) == ("awaiting_approval", 2, [])


def test_the_same_file_again_changes_nothing(mall: ImportCloud) -> None:
    mall.run(as_csv(COLUMNS, FILE))
    before = books()
    again = mall.run(as_csv(COLUMNS, FILE), key="key-2")
    assert (again["accepted"], again["known"], again["refused"]) == (0, 5, 3)
    assert books() == before


def test_a_receipt_with_the_same_member_and_total_is_known_and_with_another_total_refused(mall: ImportCloud) -> None:
    mall.run(as_csv(COLUMNS, [line("R-1", "13800000001", "2026-01-01", 100)]))
    again = [
        line("R-1", "13800000001", "2026-01-01", 60, sku="A"),
        line("R-1", "13800000001", "2026-01-01", 40, sku="B"),
    ]
    assert mall.run(as_csv(COLUMNS, again), key="key-2")["known"] == 2
    other = mall.run(as_csv(COLUMNS, [line("R-1", "13800000001", "2026-01-01", 101)]), key="key-3")
    assert report(other["import_id"], "purchases") == [(2, "receipt_no", "receipt_differs")]


def test_a_receipt_number_that_repeats_daily_is_another_receipt_every_day(mall: ImportCloud) -> None:
    register_tenant("kiosk", receipt_scope="day")
    rows = [line("1", "13800000001", f"2026-01-0{day}", 100, tenant_id="kiosk") for day in (1, 2)]
    assert mall.run(as_csv(COLUMNS, rows))["accepted"] == 2
    assert len(rows_of("ledger")) == 2


def test_a_closed_tenants_receipts_are_refused(mall: ImportCloud) -> None:
    register_tenant("gone", status="closed")
    done = mall.run(as_csv(COLUMNS, [line("1", "13800000001", "2026-01-01", 100, tenant_id="gone")]))
    assert (done["state"], done["refused"]) == ("done", 1)


def test_one_receipt_is_refused_whole(mall: ImportCloud) -> None:
    late = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    rows = [
        line("two-phones", "13800000001", "2026-01-01", 1),
        line("two-phones", "13800000002", "2026-01-01", 1),
        line("two-times", "13800000001", "2026-01-01", 1),
        line("two-times", "13800000001", "2026-01-02", 1),
        line("bad-row", "13800000001", "2026-01-01", 1),
        line("bad-row", "13800000001", "2026-01-01", "1.5"),  # type: ignore[arg-type]
        line("future", "13800000001", late, 1),
    ]
    status = mall.run(as_csv(COLUMNS, rows))
    assert (status["accepted"], status["refused"]) == (0, 7)
    assert [code for _, _, code in report(status["import_id"], "purchases")] == [
        "receipt_has_two_phones",
        "receipt_has_two_phones",
        "receipt_has_two_times",
        "receipt_has_two_times",
        "other_row_refused",
        "invalid_number",
        "in_future",
    ]


def test_an_overlong_receipt_is_refused_row_by_row(mall: ImportCloud) -> None:
    rows = [line("long", "13800000001", "2026-01-01", 1) for _ in range(301)]
    status = mall.run(as_csv(COLUMNS, [*rows, line("short", "13800000001", "2026-01-01", 1)]))
    assert (status["accepted"], status["refused"]) == (1, 301)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(7))
def test_killed_at_any_receipt_and_run_again_equals_one_run(
    mall: ImportCloud, at: int, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "BLOCK_UNITS", 3)
    rows = [line(f"R-{n}", f"1380000000{n % 3 + 1}", f"2026-01-{20 - n:02d}", 1000 * n) for n in range(10)]
    import_id = mall.begin(as_csv(COLUMNS, rows))
    mall.approve(import_id)
    with pytest.raises(KilledError):
        mall.pump(mall.killing(at, after=after))
    mall.pump()
    status = mall.status(import_id).body
    assert (status["state"], status["accepted"], status["known"], status["refused"]) == ("done", 7, 0, 3)
    assert sorted(row["account_version"] for row in rows_of("ledger")) == [1, 1, 2, 2, 3, 3, 4]
    assert sum(points for row in rows_of("ledger") for _, _, points in row["legs"]) == sum(
        sum(row["buckets"]["points"].values()) for row in rows_of("accounts") if "buckets" in row
    )


def test_an_import_that_is_over_leaves_nothing_that_names_a_person(mall: ImportCloud) -> None:
    import_id = mall.begin(as_csv(COLUMNS, [line("R-1", "13800000001", "2026-01-01", 100)]))
    mall.approve(import_id)
    mall.pump()
    assert mall.status(import_id).body["state"] == "done"
    kept = files.client().list_objects_v2(Bucket=files.bucket())
    assert [item["Key"] for item in kept.get("Contents", []) if "13800000001" in text_of(item["Key"])] == []
    assert not [item["Key"] for item in kept.get("Contents", []) if item["Key"].startswith("uploads/")]


def text_of(key: str) -> str:
    return files.read(key).decode()


def test_a_run_goes_on_by_message_before_its_time_is_over(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BLOCK_UNITS", 2)
    rows = [line(f"R-{n}", "13800000001", "2026-01-01", n) for n in range(9)]
    import_id = mall.begin(as_csv(COLUMNS, rows))
    mall.approve(import_id)
    mall.context.seconds = lambda: 10.0
    assert mall.pump() == 5
    assert mall.status(import_id).body["accepted"] == 9


def test_progress_is_visible_while_it_works(mall: ImportCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BLOCK_UNITS", 2)
    import_id = mall.begin(as_csv(COLUMNS, [line(f"R-{n}", "13800000001", "2026-01-01", n) for n in range(9)]))
    mall.approve(import_id)
    with pytest.raises(KilledError):
        mall.pump(mall.killing(5, after=False))
    status = mall.status(import_id).body
    assert (status["state"], status["accepted"]) == ("applying", 4)
