"""A coupon's life: every change makes one version, and every refusal says why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.clock import iso
from loyalty.coupons import coupon as c
from loyalty.coupons import refusals
from loyalty.coupons.coupon import Coupon, CouponState, Did, HoldKind, Use, Way, from_row, to_row
from loyalty.coupons.terms import Scope
from loyalty.errors import LoyaltyError
from loyalty.types import Day, MemberId, TenantId
from tests.unit.coupons.builders import ACT, ANNA, BEN, FIFTY_OFF, NOW, TODAY, coupon

USE = Use("shoes", "R-1", ACT.at, 5000)
LATER = replace(ACT, at="2026-11-22T04:00:00.000Z", note="by mistake")
GIFTABLE = FIFTY_OFF.model_copy(update={"giftable": True})
SHOES = TenantId("shoes")
REFERENCE = "shoes/R-1"

CHANGES: dict[Did, Callable[[Coupon], Coupon]] = {
    Did.SEEN: lambda before: c.seen(before, LATER),
    Did.LOCKED: lambda before: c.locked(before, REFERENCE, NOW + timedelta(minutes=10), LATER),
    Did.RELEASED: lambda before: c.released(before, LATER),
    Did.REDEEMED: lambda before: c.redeemed(before, USE, LATER),
    Did.RETURNED: lambda before: c.returned(before, LATER),
    Did.GIVEN: lambda before: c.given(before, "gift-mark", NOW + timedelta(days=3), LATER),
    Did.TAKEN: lambda before: c.taken(before, BEN, LATER),
    Did.EXPIRED: lambda before: c.expired(before, LATER),
    Did.VOIDED: lambda before: c.voided(before, LATER),
}


@pytest.mark.parametrize("did", list(CHANGES))
def test_every_change_is_one_version_that_says_what_was_done_and_by_whom(did: Did) -> None:
    before = coupon(terms=GIFTABLE)
    after = CHANGES[did](before)
    assert (after.version, after.did, after.act) == (2, did, LATER)
    kept = ("code", "template_id", "terms", "valid_from", "valid_until", "issued_at", "tier", "category", "unit_cost")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


@given(st.lists(st.sampled_from(sorted(CHANGES)), max_size=6))
def test_whatever_happens_to_it_a_row_holds_a_coupon_completely(life: list[Did]) -> None:
    lived = coupon(terms=GIFTABLE, channel="app", tier="gold", unit_cost=300)
    for did in life:
        lived = CHANGES[did](lived)
    assert from_row({"coupon_id": lived.code, **to_row(lived)}) == lived


def test_a_row_from_before_uses_said_they_were_alone_is_still_read() -> None:
    row = to_row(c.redeemed(coupon(), USE, ACT))
    found = from_row({"coupon_id": "X", **row, "use": ["shoes", "R-1", ACT.at, 5000]})
    assert found.use == USE
    assert found.use is not None
    assert not found.use.alone


def test_redeeming_ends_the_hold_and_returning_forgets_the_use() -> None:
    used = c.redeemed(CHANGES[Did.LOCKED](coupon()), USE, ACT)
    assert (used.state, used.use, used.hold) == (CouponState.REDEEMED, USE, None)
    back = c.returned(used, ACT)
    assert (back.state, back.use, back.version) == (CouponState.ISSUED, None, 4)


def test_a_taken_coupon_is_new_to_its_new_owner() -> None:
    given_away = CHANGES[Did.GIVEN](c.seen(coupon(terms=GIFTABLE), ACT))
    taken = c.taken(given_away, BEN, ACT)
    assert (taken.member_id, taken.way, taken.hold, taken.seen_at) == (BEN, Way.GIFT, None, None)


def test_a_coupon_that_may_not_be_given_is_not() -> None:
    with pytest.raises(refusals.CouponNotGiftableError):
        c.given(coupon(), "mark", NOW, ACT)


def test_a_hold_is_in_force_until_its_instant_and_not_at_it() -> None:
    held = c.locked(coupon(), REFERENCE, NOW + timedelta(minutes=10), ACT)
    end = NOW + timedelta(minutes=10)
    assert held.held(end - timedelta(milliseconds=1)) == (HoldKind.TILL, REFERENCE, iso(end))
    assert held.held(end) is None
    assert coupon().held(NOW) is None


def test_a_hold_stands_in_the_way_of_everybody_but_its_receipt() -> None:
    held = c.locked(coupon(), REFERENCE, NOW + timedelta(minutes=10), ACT)
    given_away = CHANGES[Did.GIVEN](coupon(terms=GIFTABLE))
    c.require_free(held, REFERENCE, NOW)
    c.require_free(held, "bags/R-1", NOW + timedelta(minutes=10))
    for one, reference in ((held, "shoes/R-2"), (held, ""), (given_away, "gift-mark"), (given_away, REFERENCE)):
        with pytest.raises(refusals.CouponHeldError) as refused:
            c.require_free(one, reference, NOW)
        assert one.hold is not None
        assert refused.value.params == {"held_for": one.hold.kind.value, "held_until": one.hold.until}


@pytest.mark.parametrize(
    ("changes", "who", "day", "error", "params"),
    [
        ({}, BEN, TODAY, refusals.UnknownCouponError, {}),
        ({"state": CouponState.REDEEMED, "use": USE}, BEN, TODAY, refusals.UnknownCouponError, {}),
        ({"state": CouponState.REDEEMED, "use": USE}, ANNA, TODAY, refusals.CouponUsedError, {"used_at": ACT.at}),
        ({"state": CouponState.VOIDED}, ANNA, TODAY, refusals.CouponVoidedError, {}),
        ({"state": CouponState.EXPIRED}, ANNA, TODAY, refusals.CouponExpiredError, {"valid_until": "2026-12-21"}),
        ({}, ANNA, Day("261222"), refusals.CouponExpiredError, {"valid_until": "2026-12-21"}),
        ({}, ANNA, Day("261120"), refusals.CouponNotYetValidError, {"valid_from": "2026-11-21"}),
        (
            {"terms": FIFTY_OFF.model_copy(update={"scope": Scope(tenants=("bags",))})},
            ANNA, TODAY, refusals.CouponElsewhereError, {"tenants": ["bags"]},
        ),
    ],
)  # fmt: skip
def test_a_coupon_that_cannot_be_used_says_why(
    changes: dict[str, Any], who: MemberId, day: Day, error: type[Exception], params: dict[str, Any]
) -> None:
    with pytest.raises(error) as refused:
        c.require_usable(coupon(**changes), who, SHOES, day)
    assert getattr(refused.value, "params", None) == params


def _usable(one: Coupon, day: str) -> bool:
    try:
        c.require_usable(one, ANNA, SHOES, Day(day))
    except LoyaltyError:
        return False
    return True


def test_a_coupon_is_usable_from_its_first_to_its_last_day() -> None:
    scoped = FIFTY_OFF.model_copy(update={"scope": Scope(tenants=("bags", "shoes"))})
    for one in (coupon(), coupon(terms=scoped)):
        days = ["261120", "261121", "261201", "261221", "261222"]
        assert [day for day in days if _usable(one, day)] == ["261121", "261201", "261221"]
