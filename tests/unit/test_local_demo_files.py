"""The demo's receipts: converted exactly, dated once, and every customer with a phone of her own."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.demo.days import NEWEST_IN_FILE, DemoCalendar, calendar_of, weeks_to_last_week
from local.demo.files import MEMBER_COLUMNS, PURCHASE_COLUMNS, members_csv, purchases_csv
from local.demo.people import people, phone_of
from local.demo.receipts import Line, read_lines, whole_fen
from local.demo.tenants import TENANTS, sellers

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = DemoCalendar(weeks=463, zone=SHANGHAI)


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return read_lines()


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_is_what_it_is_said_to_be(lines: list[Line]) -> None:
    assert len(lines) == 9_994
    assert len({line.order for line in lines}) == 5_009
    assert len({line.customer for line in lines}) == 793
    assert sum(line.amount_fen for line in lines) == 2_297_200_86
    assert max(line.day for line in lines) == NEWEST_IN_FILE


@given(st.lists(st.decimals(min_value=0, max_value=100_000, places=4), max_size=50))
def test_rounding_to_fen_loses_nothing_and_moves_no_line_by_a_whole_fen(yuan: list[Decimal]) -> None:
    fen = list(whole_fen(yuan))
    assert abs(sum(fen) - sum(yuan, Decimal(0)) * 100) <= Decimal("0.5")
    assert all(abs(each - exact * 100) <= 1 for each, exact in zip(fen, yuan, strict=True))
    assert all(each >= 0 for each in fen)


def test_every_customer_has_a_valid_chinese_mobile_number_of_her_own(lines: list[Line]) -> None:
    phones = {phone_of(line.customer) for line in lines}
    assert len(phones) == 793
    for phone in phones:
        number = phonenumbers.parse(phone, "CN")
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def test_a_customers_number_never_changes() -> None:
    assert phone_of("CG-12520") == "13800012520"


def test_a_member_is_enrolled_on_the_day_of_the_first_order(lines: list[Line]) -> None:
    first = min(line.day for line in lines if line.customer == "CG-12520")
    (member,) = [person for person in people(lines) if person.phone == "13800012520"]
    assert member.name == "Claire Gute"
    assert member.first_day == first


def test_the_members_file_has_one_row_for_each_customer(lines: list[Line]) -> None:
    rows = rows_of(members_csv(lines, CALENDAR))
    assert tuple(rows[0]) == MEMBER_COLUMNS
    assert len({row["phone"] for row in rows}) == len(rows) == 793


def test_the_purchases_file_keeps_every_line_and_every_fen(lines: list[Line]) -> None:
    rows = rows_of(purchases_csv(lines, CALENDAR))
    assert tuple(rows[0]) == PURCHASE_COLUMNS
    assert len(rows) == 9_994
    assert sum(int(row["amount_fen"]) for row in rows) == 2_297_200_86
    assert len({(row["tenant_id"], row["receipt_no"]) for row in rows}) == 5_009


def test_the_lines_of_a_receipt_share_tenant_member_and_instant(lines: list[Line]) -> None:
    heads: dict[str, tuple[str, str, str]] = {}
    for row in rows_of(purchases_csv(lines, CALENDAR)):
        head = (row["tenant_id"], row["phone"], row["purchased_at"])
        assert heads.setdefault(row["receipt_no"], head) == head


def test_every_tenant_sells_something_and_none_is_unknown(lines: list[Line]) -> None:
    assert set(sellers(lines).values()) == {tenant.tenant_id for tenant in TENANTS}


def test_an_order_belongs_to_the_tenant_of_the_larger_part_of_its_amount() -> None:
    def line(sub_category: str, fen: int) -> Line:
        return Line("O-1", "AA-10315", "A", date(2017, 1, 1), "furniture", sub_category, "S", 1, fen)

    assert sellers([line("Paper", 500), line("Chairs", 900), line("Labels", 500)]) == {"O-1": "wenhua-stationery"}
    assert sellers([line("Paper", 500), line("Chairs", 1_100)]) == {"O-1": "muzuo-home"}


@given(st.dates(min_value=date(2024, 1, 1), max_value=date(2099, 12, 31)))
def test_the_newest_order_is_of_last_week_and_keeps_its_weekday(today: date) -> None:
    newest = DemoCalendar(weeks_to_last_week(today), SHANGHAI).day(NEWEST_IN_FILE)
    this_monday = today - timedelta(days=today.weekday())
    assert this_monday - timedelta(days=7) <= newest < this_monday
    assert newest.weekday() == NEWEST_IN_FILE.weekday()


def test_the_calendar_is_chosen_once(tmp_path: Path) -> None:
    noted = tmp_path / "demo.json"
    first = calendar_of(noted, SHANGHAI, date(2026, 11, 21))
    assert calendar_of(noted, SHANGHAI, date(2027, 3, 1)) == first


def test_everything_in_the_demo_happens_before_the_day_of_its_first_run(lines: list[Line]) -> None:
    today = date(2026, 11, 16)  # a Monday: the shortest time since last week
    calendar = DemoCalendar(weeks_to_last_week(today), SHANGHAI)
    assert max(calendar.purchased_at(line).date() for line in lines) < calendar.till_day < today


def test_purchases_are_made_in_opening_hours(lines: list[Line]) -> None:
    assert {CALENDAR.purchased_at(line).hour for line in lines} <= set(range(10, 21))
