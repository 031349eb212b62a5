"""A coupon, and what happens to it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from loyalty.coupons.coupon import Act, Coupon, Did, Way
from loyalty.coupons.terms import Kind, Terms
from loyalty.types import Day, MemberId, Origin

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TODAY = Day("261121")
ANNA, BEN = MemberId("member-anna"), MemberId("member-ben")
ACT = Act("2026-11-21T04:00:00.000Z", "2026-11-21T04:00:01.000Z", "member", Origin.MEMBER, "trace-1", tier="gold")
FIFTY_OFF = Terms(kind=Kind.AMOUNT_OFF, off_fen=5000, threshold_fen=50000)


def coupon(**changes: Any) -> Coupon:
    """Anna's coupon, good for a month."""
    plain = Coupon(
        code="0123456789ABCDEF",
        template_id="T1",
        member_id=ANNA,
        terms=FIFTY_OFF,
        name_zh="满500减50",
        name_en="50 off 500",
        valid_from=TODAY,
        valid_until=Day("261221"),
        way=Way.CLAIM,
        issued_at=ACT.at,
        act=ACT,
        did=Did.CLAIMED,
    )
    return replace(plain, **changes)
