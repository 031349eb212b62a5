"""A purchase as it reached us, and the terms it is decided under."""

from dataclasses import dataclass
from datetime import date, datetime

from loyalty.pricing.basket import Line
from loyalty.pricing.campaigns import Campaign
from loyalty.programme import Programme
from loyalty.tenants import TenantTerms
from loyalty.types import Day, Fen, MemberId, Origin, Points, ReceiptNo, TenantId

AT_THE_TILL, IMPORTED = "till", "import"


@dataclass(frozen=True, slots=True)
class Purchase:
    """One receipt as it reached us, its member resolved.

    Attributes:
        points: points to redeem for money off.
        coupons: the codes of the coupons to redeem, normalized.
        gross: the sum of the lines, in fen; `paid` is what was paid in money.
        batch: the import it came with, if any.
        till: the client id of the till that sent it, if it was one.
    """

    tenant_id: TenantId
    receipt_no: ReceiptNo
    member_id: MemberId
    purchased_at: datetime
    lines: tuple[Line, ...]
    gross: Fen
    points: Points
    paid: Fen
    actor: str
    origin: Origin
    correlation_id: str
    batch: str | None = None
    coupons: tuple[str, ...] = ()
    till: str | None = None

    @property
    def channel(self) -> str:
        """How the receipt reached us, as campaigns ask for it."""
        return IMPORTED if self.origin is Origin.IMPORT else AT_THE_TILL


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything besides the account that a purchase is decided under.

    Attributes:
        bought_on: the mall-local date of the purchase; `today` is the mall-local day of the decision, `now` its
            instant.
        campaigns: the discount campaigns that are published; which of them apply is decided with the account.
        return_window_days: how long points of a purchase are kept apart from those that may be given away; 0: nobody
            may give any, now or by a version that is announced.
    """

    tenant: TenantTerms
    programme: Programme
    bought_on: date
    today: Day
    now: datetime
    campaigns: tuple[Campaign, ...] = ()
    return_window_days: int = 0
