"""What a purchase needs to know of its tenant: ratios and how far its receipt numbers are unique (requirements F1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from loyalty.dynamo import Item, get
from loyalty.entries import source
from loyalty.parts import to_thousandths
from loyalty.programme import Programme
from loyalty.settings import setting
from loyalty.types import ReceiptNo, TenantId

TENANT = "tenant"
"""The `kind` of a tenant's own row."""


class ReceiptScope(StrEnum):
    """How long a tenant's receipt numbers stay unique; the period is part of a receipt's key."""

    FOREVER = "forever"
    YEAR = "year"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class TenantTerms:
    """A tenant's terms; ratios are thousandths of a point per yuan.

    Attributes:
        held: its tills' purchases wait: a limit was passed, and an operator looks at it (requirements F4).
        points_a_receipt: the most points one receipt of its tills may earn; None: no limit.
    """

    tenant_id: TenantId
    receipt_scope: ReceiptScope = ReceiptScope.FOREVER
    points_per_yuan: int | None = None
    ratios: Mapping[str, int] = field(default_factory=dict)
    active: bool = True
    held: bool = False
    points_a_receipt: int | None = None

    def ratio(self, category: str, programme: Programme) -> int:
        """Return thousandths of a point per yuan: the category's, else the tenant's, else the mall's (P1)."""
        own = self.ratios.get(category, self.points_per_yuan)
        return programme.points_per_yuan if own is None else own

    def receipt_source(self, receipt_no: ReceiptNo, bought_on: date) -> str:
        """Return the ledger source of a receipt of that mall-local day."""
        period = {
            ReceiptScope.FOREVER: [],
            ReceiptScope.YEAR: [f"{bought_on:%Y}"],
            ReceiptScope.DAY: [f"{bought_on:%Y%m%d}"],
        }
        return source("receipt", self.tenant_id, *period[self.receipt_scope], receipt_no)


def table() -> str:
    """Return the tenants table's name."""
    return setting("TENANTS_TABLE")


def key(tenant_id: TenantId) -> dict[str, str]:
    """Return the key of a tenant's own row."""
    return {"tenant_id": tenant_id, "kind": TENANT}


def from_row(row: Item) -> TenantTerms:
    """Return the terms a stored row holds; ratios are stored as decimal text."""
    own = row.get("points_per_yuan")
    return TenantTerms(
        tenant_id=TenantId(row["tenant_id"]),
        receipt_scope=ReceiptScope(row.get("receipt_scope", ReceiptScope.FOREVER)),
        points_per_yuan=None if own is None else _thousandths(own),
        ratios={category: _thousandths(ratio) for category, ratio in row.get("ratios", {}).items()},
        active=row.get("status", "active") == "active",
        held=row.get("held", False),
        points_a_receipt=row.get("limits", {}).get("points_a_receipt"),
    )


def read(tenant_id: TenantId) -> TenantTerms | None:
    """Read a tenant's terms; None where there is no such tenant."""
    row = get(table(), key(tenant_id))
    return from_row(row) if row else None


def _thousandths(text: str) -> int:
    return int(str(to_thousandths(text)))
