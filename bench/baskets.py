"""Requests as a till would send them, with a receipt of five lines such as a mall's tenants write."""

from datetime import datetime

from functions.earn.terms import Purchase
from functions.redeem.desk import Redemption
from loyalty.pricing.basket import Line
from loyalty.types import Fen, MemberId, Origin, Points, ReceiptNo, TenantId
from tests.support import PROGRAMME

FIVE_LINES = (
    Line("6901234567890", "womens_shoes", 1, Fen(89_900)),
    Line("6901234567906", "accessories", 2, Fen(15_800)),
    Line("6901234567913", "skin_care", 1, Fen(46_000)),
    Line("6901234567920", "food", 3, Fen(5_940)),
    Line("6901234567937", "childrens_wear", 1, Fen(23_900)),
)


def purchase(
    tenant_id: TenantId,
    member_id: MemberId,
    receipt_no: str,
    at: datetime,
    *,
    lines: tuple[Line, ...] = FIVE_LINES,
    points: int = 0,
    coupons: tuple[str, ...] = (),
    off: int = 0,
) -> Purchase:
    """Return a purchase whose amounts agree; `points` of it are paid with points, coupons take `off` fen off."""
    gross = sum(line.amount for line in lines)
    return Purchase(
        tenant_id=tenant_id,
        receipt_no=ReceiptNo(receipt_no),
        member_id=member_id,
        purchased_at=at,
        lines=lines,
        gross=Fen(gross),
        points=Points(points),
        paid=Fen(gross - off - PROGRAMME.redemption.value_of(points)),
        actor=f"till:{tenant_id}",
        origin=Origin.TILL,
        correlation_id="1-67891233-abcdef012345678912345678",
        coupons=coupons,
    )


def redemption(tenant_id: TenantId, member_id: MemberId, key: str, points: int) -> Redemption:
    """Return a wish to redeem points at the desk; the key stands for the digest of the till's own."""
    return Redemption(
        source=f"redeem/till/{tenant_id}/{key}",
        member_id=member_id,
        points=points,
        facts={"kind": "cash", "tenant_id": tenant_id},
        actor=f"till:{tenant_id}",
        origin=Origin.TILL,
        correlation_id="1-67891233-abcdef012345678912345678",
    )
