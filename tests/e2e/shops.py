"""Two tenants of the demo mall, and what marketers published for one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from loyalty.remembering import A_MOMENT
from tests.e2e.mall import Mall, wait_until

FIFTY_OFF = {"kind": "amount_off", "threshold_fen": 500_00, "off_fen": 50_00, "giftable": True}
TENNER = {"kind": "amount_off", "off_fen": 10_00, "stacking": {"group": "small"}}


@dataclass(frozen=True)
class Shops:
    """The tenants' tills, and the ids of what only the first tenant redeems."""

    till: str
    other: str
    fifty: str
    tenner: str
    welcome: str
    campaign: str
    published_at: float

    @property
    def here(self) -> dict[str, Any]:
        """The scope of what only the first tenant redeems."""
        return {"tenants": [self.till.removeprefix("till:")]}

    def wait_until_known(self) -> None:
        """Wait until no function goes by what it remembers from before all this was published."""
        wait_until(lambda: monotonic() > self.published_at + A_MOMENT, "a moment", A_MOMENT + 1)


@contextmanager
def opened(mall: Mall) -> Iterator[Shops]:
    """Open the shops, publish first what takes a moment to be known, and end that afterwards."""
    till, other = mall.tenant("e2e-coupons"), mall.tenant("e2e-elsewhere")
    here = {"tenants": [till.removeprefix("till:")]}
    now = datetime.now(UTC)
    running = {"from": now.isoformat(), "until": (now + timedelta(days=1)).isoformat()}
    parking = {"kind": "parking", "units": 2, "benefit_zh": "停车 2 小时", "scope": here}
    found = Shops(
        till=till,
        other=other,
        welcome=mall.template(parking, claimable=False, issued_on={"event": "MemberEnrolled"}),
        campaign=mall.publish("/discount-campaigns", {"percent": 30, "scope": here | {"skus": ["SALE"]}, **running}),
        fifty=mall.template(FIFTY_OFF | {"scope": here}, quantity=100),
        tenner=mall.template(TENNER | {"scope": here}),
        published_at=monotonic(),
    )
    yield found
    mall.api.expect(201, "marketer", "POST", f"/coupon-templates/{found.welcome}/endings", {})
    mall.api.expect(201, "marketer", "POST", f"/discount-campaigns/{found.campaign}/endings", {})
