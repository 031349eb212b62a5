"""Points for rewards: a gift reserved and handed over, another wish cancelled, a voucher that is a coupon at once."""

from collections.abc import Mapping
from typing import Any

from local.demo.api import Api
from local.demo.visits import Visitor


def redeem(api: Api, visitor: Visitor, reward_id: str, point: str | None = None) -> Mapping[str, Any]:
    """The member redeems points for a reward; asked again, the same redemption.

    Args:
        point: where it is picked up, of a reward that has pick-up points.
    """
    wish = {"reward_id": reward_id} | ({"pick_up_point": point} if point else {})
    return api.expect(201, visitor.login, "POST", "/me/redemptions", wish, key=f"demo-{reward_id}")


def hand_over(api: Api, visitor: Visitor, redemption_id: str) -> Mapping[str, Any]:
    """The pick-up point's till hands the goods over."""
    return api.expect(201, visitor.till, "POST", f"/redemptions/{redemption_id}/handovers", {}, key="demo")


def cancel(api: Api, visitor: Visitor, redemption_id: str) -> Mapping[str, Any]:
    """The member cancels: the points come back as they were."""
    return api.expect(201, visitor.login, "POST", f"/me/redemptions/{redemption_id}/cancellations", {})
