"""A redemption is told to surveys as its event tells it, so that both decide alike."""

from dataclasses import replace

from loyalty.coupons.coupon import Use
from loyalty.surveys.redeemed import by_coupon
from tests.wallets import coupon


def test_a_coupon_used_without_its_members_tier_at_hand_has_the_tier_it_was_issued_in() -> None:
    issued = replace(coupon("one"), tier="gold")
    used = replace(issued, act=replace(issued.act, tier=None), use=Use("shoes", "R-1", "2026-11-21T04:00:00.000Z", 0))
    now_silver = replace(used, act=replace(used.act, tier="silver"))
    tiers = [by_coupon(one)[0].data["tier"] for one in (used, now_silver)]
    assert (tiers, by_coupon(issued)) == (["gold", "silver"], ())
