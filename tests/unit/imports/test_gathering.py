"""Rows to receipts and members: what comes out does not depend on the order of the rows."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.earn import import_rows as purchases
from functions.members import import_rows as members
from loyalty.imports.kinds import Finding, RawRow, Refusal, Repeat, Unit
from loyalty.imports.pieces import partition_of
from loyalty.tenants import ReceiptScope, TenantTerms
from loyalty.types import TenantId
from tests.support import PROGRAMME

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TENANTS: dict[str, TenantTerms] = {
    "shoes": TenantTerms(TenantId("shoes")),
    "kiosk": TenantTerms(TenantId("kiosk"), receipt_scope=ReceiptScope.DAY),
    "gone": TenantTerms(TenantId("gone"), active=False),
}
PURCHASES_AT = purchases.Circumstances(TENANTS.get, "Asia/Shanghai", NOW)
MEMBERS_AT = members.Circumstances(PROGRAMME, "Asia/Shanghai", NOW)

purchase_cells = st.fixed_dictionaries(
    {
        "tenant_id": st.sampled_from(["shoes", "kiosk", "gone", "nobody", ""]),
        "receipt_no": st.sampled_from(["R-1", "R-2", "R 3"]),
        "phone": st.sampled_from(["13800000001", "+86 138 0000 0001", "13800000002", "12"]),
        "purchased_at": st.sampled_from(
            ["2026-05-01T10:00:00+08:00", "2026-05-01 10:00", "2026-05-02", "2026-07-01", "05/01/2026"]
        ),
        "amount_fen": st.sampled_from(["0", "100", "1000000000", "-1", "1.5", ""]),
        "quantity": st.sampled_from(["", "2", "0"]),
    }
)
member_cells = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(["13800000001", "138 0000 0001", "13800000002", "x"]),
        "name": st.sampled_from(["Anna", "Ben", "", "\x07"]),
        "points": st.sampled_from(["", "0", "7", "seven"]),
    }
)


def numbered(rows: list[dict[str, str]]) -> list[RawRow]:
    return [RawRow(row, True, cells) for row, cells in enumerate(rows, start=2)]


def comparable(findings: list[Finding]) -> list[str]:
    return sorted(map(str, findings))


@given(st.lists(purchase_cells, max_size=12), st.randoms(use_true_random=False))
def test_receipts_are_the_same_in_any_order_of_the_rows(rows: list[dict[str, str]], random: Any) -> None:
    raw = numbered(rows)
    shuffled = list(raw)
    random.shuffle(shuffled)
    assert comparable(list(purchases.gather(raw, PURCHASES_AT))) == comparable(
        list(purchases.gather(shuffled, PURCHASES_AT))
    )


@given(st.lists(purchase_cells, max_size=12), st.integers(1, 64))
def test_receipts_are_the_same_in_any_number_of_partitions(rows: list[dict[str, str]], partitions: int) -> None:
    whole = list(purchases.gather(numbered(rows), PURCHASES_AT))
    cut: dict[int, list[RawRow]] = {}
    for raw in numbered(rows):
        cut.setdefault(partition_of(purchases.shard(raw.cells), partitions), []).append(raw)
    parts = [finding for part in cut.values() for finding in purchases.gather(part, PURCHASES_AT)]
    assert comparable(parts) == comparable(whole)


@given(st.lists(purchase_cells, max_size=12))
def test_every_row_of_purchases_is_in_exactly_one_finding(rows: list[dict[str, str]]) -> None:
    assert_complete(list(purchases.gather(numbered(rows), PURCHASES_AT)), len(rows))


@given(st.lists(purchase_cells, max_size=12))
def test_a_receipt_is_whole_or_refused(rows: list[dict[str, str]]) -> None:
    findings = list(purchases.gather(numbered(rows), PURCHASES_AT))
    for unit in findings:
        if isinstance(unit, Unit):
            lines = [rows[row - 2] for row in unit.rows]
            assert len({members.shard(cells) for cells in lines}) == 1
            assert sum(int(cells["amount_fen"]) for cells in lines) == sum(line[3] for line in unit.data["lines"])


@given(st.lists(purchase_cells, min_size=1, max_size=6))
def test_a_row_twice_is_two_lines_and_never_another_receipt(rows: list[dict[str, str]]) -> None:
    once = [unit for unit in purchases.gather(numbered(rows), PURCHASES_AT) if isinstance(unit, Unit)]
    twice = [unit for unit in purchases.gather(numbered(rows + rows), PURCHASES_AT) if isinstance(unit, Unit)]
    assert {unit.order for unit in twice} <= {unit.order for unit in once}
    assert all(len(unit.rows) % 2 == 0 for unit in twice)


@given(st.lists(member_cells, max_size=12))
def test_every_row_of_members_is_in_exactly_one_finding(rows: list[dict[str, str]]) -> None:
    assert_complete(list(members.sift(numbered(rows), MEMBERS_AT)), len(rows))


@given(st.lists(member_cells, max_size=12))
def test_a_phone_is_one_member_and_the_first_row_counts(rows: list[dict[str, str]]) -> None:
    units = [unit for unit in members.sift(numbered(rows), MEMBERS_AT) if isinstance(unit, Unit)]
    assert len({unit.key for unit in units}) == len(units)
    for unit in units:
        same = [n for n, cells in enumerate(rows, start=2) if members.shard(cells) == unit.key[-8:]]
        readable = [n for n in same if rows[n - 2]["name"].isalpha() and rows[n - 2]["points"] != "seven"]
        assert unit.rows == (readable[0],)


@given(st.lists(member_cells, max_size=12))
def test_members_twice_in_a_file_add_no_member_and_no_points(rows: list[dict[str, str]]) -> None:
    def units(given_rows: list[dict[str, str]]) -> list[Unit]:
        return [unit for unit in members.sift(numbered(given_rows), MEMBERS_AT) if isinstance(unit, Unit)]

    assert units(rows + rows) == units(rows)


def test_all_spellings_of_a_phone_share_a_shard() -> None:
    spellings = ["13800000001", "+86 138 0000 0001", "0086-138-0000-0001", "(138) 0000.0001"]
    assert {members.shard({"phone": spelling}) for spelling in spellings} == {"00000001"}


def assert_complete(findings: list[Finding], rows: int) -> None:
    counted: Counter[int] = Counter()
    for finding in findings:
        counted.update(finding.rows if isinstance(finding, Unit) else (finding.row,))
        assert isinstance(finding, Unit | Refusal | Repeat)
    assert counted == dict.fromkeys(range(2, rows + 2), 1)
