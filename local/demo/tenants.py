"""The tenants of the demo's receipts, and which of them sold what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from local.demo.receipts import Line


@dataclass(frozen=True)
class Tenant:
    """A shop whose receipts are in the file; its terms are an entry of the mall's starter content.

    Attributes:
        tenant_id: its id in the register.
        sub_categories: what it is the place for.
    """

    tenant_id: str
    sub_categories: frozenset[str]


TENANTS = (
    Tenant(
        "wenhua-stationery",
        frozenset({"Art", "Binders", "Envelopes", "Fasteners", "Labels", "Paper", "Supplies"}),
    ),
    Tenant("muzuo-home", frozenset({"Bookcases", "Chairs", "Furnishings", "Tables"})),
    Tenant("xinglian-digital", frozenset({"Accessories", "Copiers", "Machines", "Phones"})),
    Tenant("youju-living", frozenset({"Appliances", "Storage"})),
)
_SELLER = {sub_category: tenant.tenant_id for tenant in TENANTS for sub_category in tenant.sub_categories}


def sellers(lines: Iterable[Line]) -> dict[str, str]:
    """The tenant of each order: the one whose goods make up most of its amount, the first of the list in a tie.

    An order stays one receipt of one tenant, though it may hold other goods too, as a department store's does.
    """
    amounts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((t.tenant_id for t in TENANTS), 0))
    for line in lines:
        amounts[line.order][_SELLER[line.sub_category]] += line.amount_fen
    return {order: max(by_tenant, key=by_tenant.__getitem__) for order, by_tenant in amounts.items()}
