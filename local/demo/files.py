"""The two files the mall hands over, in the format of the bulk import routes (docs/api.md)."""

import csv
import io
from collections.abc import Iterable, Sequence

from local.demo.days import DemoCalendar
from local.demo.people import people, phone_of
from local.demo.receipts import Line
from local.demo.tenants import sellers

MEMBER_COLUMNS = ("phone", "name", "enrolled_at")
PURCHASE_COLUMNS = (
    "tenant_id",
    "receipt_no",
    "phone",
    "purchased_at",
    "amount_fen",
    "category",
    "sku",
    "quantity",
    "channel",
)


def members_csv(lines: Sequence[Line], calendar: DemoCalendar) -> str:
    """One row for each customer, enrolled on the day of the first order."""
    rows = ((p.phone, p.name, calendar.day(p.first_day).isoformat()) for p in people(lines))
    return _csv(MEMBER_COLUMNS, rows)


def purchases_csv(lines: Sequence[Line], calendar: DemoCalendar) -> str:
    """One row for each line of each receipt."""
    seller = sellers(lines)
    rows = (
        (
            seller[line.order],
            line.order,
            phone_of(line.customer),
            calendar.purchased_at(line).isoformat(),
            line.amount_fen,
            line.category,
            line.sku,
            line.quantity,
            "till",
        )
        for line in lines
    )
    return _csv(PURCHASE_COLUMNS, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
