"""Files of purchases: `tenant_id,receipt_no,phone,purchased_at,amount_fen,category,sku,quantity,channel`.

Rows of the same tenant and receipt are the lines of one purchase, wherever they stand. A purchase is imported whole
or not at all: if one of its rows is refused, the others are too, so that a corrected file can bring it whole.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from functions.earn import checkout
from functions.earn.terms import Purchase
from loyalty import identity, ledger, tenants
from loyalty.clock import iso, local_date, utc_now
from loyalty.entries import from_row
from loyalty.errors import BusyError, IdempotencyKeyReusedError, LoyaltyError
from loyalty.fields import MAX_FEN
from loyalty.imports import cells
from loyalty.imports.cells import CellError
from loyalty.imports.kinds import ACCEPTED, KNOWN, Batch, FileKind, Finding, RawRow, Refusal, Unit, Verdict, refused
from loyalty.pricing.basket import Line
from loyalty.remembering import FOREVER, kept_for
from loyalty.settings import time_zone
from loyalty.tenants import TenantTerms
from loyalty.types import Fen, MemberId, Origin, Points, ReceiptNo, TenantId

COLUMNS = (
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
REQUIRED = frozenset({"tenant_id", "receipt_no", "phone", "purchased_at", "amount_fen"})
MAX_LINES = 300
"""The same as at the till."""
NO_CATEGORY = "other"
NO_SKU = "-"

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_RECEIPT = re.compile(r"[A-Za-z0-9._~-]{1,64}")

Tenants = Callable[[TenantId], TenantTerms | None]


class FileLine(NamedTuple):
    """One row of the file, read: a line of a receipt and what it says of the receipt itself."""

    row: int
    receipt: str
    tenant_id: TenantId
    receipt_no: ReceiptNo
    phone: str
    purchased_at: datetime
    line: tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What rows are judged with, beside themselves.

    Attributes:
        tenants: finds a tenant's terms.
        zone: the mall's time zone.
        now: receipts later than this are refused.
    """

    tenants: Tenants
    zone: str
    now: datetime


def shard(row: Mapping[str, str]) -> str:
    """Return what all rows of a receipt have in common."""
    return f"{row.get('tenant_id', '')}/{row.get('receipt_no', '')}"


def check(rows: Iterable[RawRow], batch: Batch) -> Iterator[Finding]:
    """Judge the rows of a partition as `gather` does, with the tenants of the register."""
    at = Circumstances(lambda tenant_id: _terms(batch.import_id, tenant_id), time_zone(), batch.uploaded_at)
    return gather(rows, at)


def gather(rows: Iterable[RawRow], at: Circumstances) -> Iterator[Finding]:
    """Read rows and gather them to receipts; the receipts do not depend on the order of the rows.

    Yields:
        Refused rows and whole receipts.
    """
    receipts: dict[str, list[FileLine]] = {}
    spoiled: set[str] = set()
    overlong: set[str] = set()
    for raw in rows:
        try:
            found = read(raw, at)
        except CellError as error:
            spoiled.add(shard(raw.cells))
            yield Refusal(raw.row, error.column, error.code)
            continue
        lines = receipts.setdefault(found.receipt, [])
        if len(lines) < MAX_LINES:
            lines.append(found)
        else:
            overlong.add(found.receipt)
            yield Refusal(raw.row, "receipt_no", "too_many_lines")
    for receipt, lines in receipts.items():
        yield from _receipt(lines, receipt in overlong, spoiled)


def read(raw: RawRow, at: Circumstances) -> FileLine:
    """Read one row.

    Raises:
        CellError: with the first column that cannot be used.
    """
    if not raw.complete:
        raise CellError("", "wrong_number_of_cells")
    row = raw.cells
    tenant_id = TenantId(cells.matching(row, "tenant_id", _TENANT, "invalid_tenant"))
    receipt_no = ReceiptNo(cells.matching(row, "receipt_no", _RECEIPT, "invalid_receipt_no"))
    phone = cells.phone(row)
    purchased_at = cells.instant(row, "purchased_at", at.zone)
    if purchased_at > at.now:
        raise CellError("purchased_at", "in_future")
    line = _line(row)
    cells.text(row, "channel", 32, "")
    terms = at.tenants(tenant_id)
    if terms is None or not terms.active:
        raise CellError("tenant_id", "tenant_closed" if terms else "unknown_tenant")
    receipt = terms.receipt_source(receipt_no, local_date(purchased_at, at.zone))
    return FileLine(raw.row, receipt, tenant_id, receipt_no, phone, purchased_at, line)


def _line(row: Mapping[str, str]) -> tuple[str, str, int, int]:
    return (
        cells.text(row, "sku", 64, NO_SKU),
        cells.text(row, "category", 64, NO_CATEGORY),
        cells.whole(row, "quantity", 1, 1_000_000, 1),
        cells.whole(row, "amount_fen", 0, MAX_FEN),
    )


def _receipt(lines: list[FileLine], overlong: bool, spoiled: set[str]) -> Iterator[Finding]:
    first = lines[0]
    if code := _contradiction(lines, overlong, f"{first.tenant_id}/{first.receipt_no}" in spoiled):
        yield from (Refusal(line.row, *code) for line in lines)
        return
    data = {
        "tenant_id": first.tenant_id,
        "receipt_no": first.receipt_no,
        "at": first.purchased_at.isoformat(),
        "lines": sorted(line.line for line in lines),
    }
    rows = tuple(sorted(line.row for line in lines))
    yield Unit(first.phone, f"{iso(first.purchased_at)} {first.receipt}", rows, data, credits=True)


def _contradiction(lines: list[FileLine], overlong: bool, spoiled: bool) -> tuple[str, str] | None:
    """Return the column and code that refuse a whole receipt."""
    if overlong:
        return "receipt_no", "too_many_lines"
    if spoiled:
        return "receipt_no", "other_row_refused"
    if len({line.phone for line in lines}) > 1:
        return "phone", "receipt_has_two_phones"
    if len({line.purchased_at for line in lines}) > 1:
        return "purchased_at", "receipt_has_two_times"
    if sum(amount for *_, amount in (line.line for line in lines)) > MAX_FEN:
        return "amount_fen", "out_of_range"
    return None


def apply(unit: Unit, batch: Batch) -> Verdict:
    """Record one receipt through the checkout that tills use; what is transient is raised."""
    member_id = _member(batch.import_id, unit.key)
    if member_id is None:
        return refused("phone", "unknown_member")
    terms = _terms(batch.import_id, unit.data["tenant_id"])
    if terms is None:
        return refused("tenant_id", "unknown_tenant")
    purchase = _purchase(unit, batch, member_id)
    try:
        outcome = checkout.record(purchase, utc_now(), tenant=terms)
    except IdempotencyKeyReusedError:
        return _standing(purchase, terms)
    except BusyError:
        raise
    except LoyaltyError as refusal:
        return refused("receipt_no", refusal.code)
    return ACCEPTED if outcome.entry.cause.batch == batch.import_id else KNOWN


def _purchase(unit: Unit, batch: Batch, member_id: MemberId) -> Purchase:
    lines = tuple(Line(sku, category, quantity, Fen(amount)) for sku, category, quantity, amount in unit.data["lines"])
    gross = Fen(sum(line.amount for line in lines))
    return Purchase(
        tenant_id=unit.data["tenant_id"],
        receipt_no=unit.data["receipt_no"],
        member_id=member_id,
        purchased_at=datetime.fromisoformat(unit.data["at"]),
        lines=lines,
        gross=gross,
        points=Points(0),
        paid=gross,
        actor=batch.actor,
        origin=Origin.IMPORT,
        correlation_id=batch.import_id,
        batch=batch.import_id,
    )


def _standing(purchase: Purchase, terms: TenantTerms) -> Verdict:
    """Judge a receipt that stands with other particulars: known if member and total are the same."""
    row = ledger.read(checkout.purchase_key(terms, purchase))
    entry = from_row(row) if ledger.is_entry(row) and row else None
    same = entry and entry.member_id == purchase.member_id and entry.facts.get("gross") == purchase.gross
    return KNOWN if same else refused("receipt_no", "receipt_differs")


@kept_for(FOREVER, most=2000)
def _terms(_import_id: str, tenant_id: TenantId) -> TenantTerms | None:
    """Return a tenant's terms, the same ones throughout an import in this process."""
    return tenants.read(tenant_id)


@kept_for(FOREVER, most=20_000)
def _known_member(_import_id: str, phone: str) -> MemberId:
    member_id = identity.find(identity.phone_key(phone))
    if member_id is None:
        raise identity.NoMembershipError
    return member_id


def _member(import_id: str, phone: str) -> MemberId | None:
    """Return the member of a phone; found ones are remembered for the rest of the import, missing ones are not."""
    try:
        return _known_member(import_id, phone)
    except identity.NoMembershipError:
        return None


PURCHASES = FileKind(name="purchases", columns=COLUMNS, required=REQUIRED, shard=shard, check=check, apply=apply)
