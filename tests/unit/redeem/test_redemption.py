"""Redeeming without a purchase, and undoing it."""

from dataclasses import replace

import pytest

from functions.redeem.redemption import decide, undo
from loyalty.accounts import Account
from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.entries import Cause, Entry, EntryKey
from loyalty.errors import InsufficientPointsError, PointsNotConvertibleError
from loyalty.ledger import Decision
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Kind, Month, Origin, Purse
from tests.unit.earn.builders import account
from tests.unit.ledger.programmes import MALL_A, MALL_B, PENDING

P = Purse.POINTS
TODAY = Day("261121")


def leg(bucket: str, points: int) -> Leg:
    return Leg(P, BucketKey(bucket), points)


def entry(account: Account, decision: Decision) -> Entry:
    cause = Cause(EntryKey("s", "redeem"), Kind.REDEEM, "", "", "till:t", Origin.TILL, "x")
    return Entry(cause, account.member_id, 1, decision.legs, decision.reasons, decision.answer, decision.facts)


def test_points_are_worth_the_malls_rate() -> None:
    held = account(("270131", 1000))
    assert decide(held, 300, {}, MALL_A, TODAY).answer["value_fen"] == 300
    assert decide(held, 300, {}, MALL_B, TODAY).answer["value_fen"] == 3000


def test_pitfall_10_redeeming_never_touches_tier_or_spend() -> None:
    held = account(
        ("270131", 1000),
        rung=Rung("gold", Day("260101"), Day("270131")),
        record=Record(spend={Month("2601"): 1_000_000}),
    )
    done = decide(held, 1000, {}, MALL_A, TODAY)
    assert (done.account.rung, done.account.record.spend, done.answer["tier"]) == (held.rung, held.record.spend, "gold")


def test_pending_and_expired_points_cannot_be_redeemed() -> None:
    held = account(("271130/261205", 500), ("261031", 500), ("261130", 100))
    with pytest.raises(InsufficientPointsError) as refusal:
        decide(held, 200, {}, MALL_A, TODAY)
    assert refusal.value.params == {"missing_points": 100, "balance": 100}


def test_points_that_opened_today_can_be_redeemed() -> None:
    held = account(("271130/261121", 500))
    assert decide(held, 500, {}, MALL_A, TODAY).legs == (leg("271130", -500),)


@pytest.mark.parametrize("points", [1, 5, 19])
def test_points_that_make_no_whole_fen_are_refused(points: int) -> None:
    with pytest.raises(PointsNotConvertibleError):
        decide(account(("270131", 1000)), points, {}, PENDING, TODAY)


def test_a_redemption_below_the_malls_minimum_is_refused() -> None:
    programme = MALL_A.model_copy(update={"redemption": MALL_A.redemption.model_copy(update={"min_points": 500})})
    with pytest.raises(PointsNotConvertibleError) as refusal:
        decide(account(("270131", 1000)), 499, {}, programme, TODAY)
    assert refusal.value.params == {"step": 1, "minimum": 500}


def test_undoing_gives_back_the_original_expiry_and_lapses_what_is_past() -> None:
    held = account(("261130", 100), ("270131", 900))
    done = decide(held, 300, {"tenant_id": "t"}, MALL_A, TODAY)
    undone = undo(done.account, entry(held, done), TODAY)
    assert undone.account.buckets == held.buckets
    late = undo(done.account, entry(held, done), Day("261201"))
    assert late.legs == (leg("261130", 100), leg("261130", -100), leg("270131", 200))
    assert (late.answer["points_given_back"], late.answer["points_lapsed"]) == (300, 100)


def test_undoing_pays_debt_first() -> None:
    held = account(("270131", 300))
    done = decide(held, 300, {}, MALL_A, TODAY)
    owing = replace(done.account, debt={P: 100})
    assert undo(owing, entry(held, done), TODAY).legs == (Leg(P, DEBT, 100), leg("270131", 200))
